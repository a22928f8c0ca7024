"""Handing over some of a colleague's children, while she stays."""

from django import forms
from django.db import transaction

from bou_portal.access import Permission
from municipalities.models import Unit
from placements.forms.children import workers_of
from placements.forms.handover import hand_over
from placements.models import Assignment


class ChildChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, assignment):
        return assignment.child.local_code


class FromForm(forms.Form):
    """Whose children. An unknown choice is ignored."""

    fran = forms.ChoiceField(label="Ansvarig i dag", required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.places = user.municipalities(Permission.FOLLOW_UP)
        self.workers = {str(worker.pk): worker for worker in workers_of(self.places)}
        self.fields["fran"].choices = [("", "Jag"), *((k, str(w)) for k, w in self.workers.items() if w != user)]
        self.is_valid()
        self.worker = self.workers.get(self.cleaned_data.get("fran"), user)


class ReassignForm(forms.Form):
    """The ticked children of one worker get somebody else from today."""

    children = ChildChoices(
        None, label="Barn", error_messages={"required": "Kryssa för minst ett barn som byter ansvarig."}
    )
    worker = forms.ModelChoiceField(
        None, label="Ny ansvarig", required=False, empty_label="Ingen särskild, enheten ansvarar"
    )
    unit = forms.ModelChoiceField(None, label="Enhet", required=False, empty_label="Samma enhet som nu")

    def __init__(self, *args, held_by, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        open_ones = Assignment.objects.for_user(user, Permission.FOLLOW_UP).filter(
            worker=held_by, ended_on__isnull=True
        )
        self.assignments = open_ones.select_related("child").order_by("child__local_code")
        places = user.municipalities(Permission.FOLLOW_UP)
        self.fields["children"].queryset = self.assignments
        self.fields["worker"].queryset = workers_of(places).exclude(pk=held_by.pk)
        self.fields["unit"].queryset = Unit.objects.filter(municipality__in=places)

    def clean(self):
        data = super().clean()
        worker, unit = data.get("worker"), data.get("unit")
        if not worker and not unit and not self.errors:
            self.add_error("worker", "Välj en kollega eller en enhet som tar över.")
        places = {assignment.municipality_id for assignment in data.get("children") or ()}
        if unit and places - {unit.municipality_id}:
            self.add_error("unit", "Välj en enhet i barnens kommun.")
        if worker and any(not workers_of([place]).filter(pk=worker.pk).exists() for place in places):
            self.add_error("worker", "Välj en kollega i barnens kommun.")
        return data

    @transaction.atomic
    def save(self):
        chosen = Assignment.objects.filter(pk__in=[row.pk for row in self.cleaned_data["children"]])
        return hand_over(
            chosen.filter(ended_on__isnull=True), self.user, self.cleaned_data["worker"], self.cleaned_data["unit"]
        )
