"""Handing over the responsibility for children when somebody leaves or is away for long."""

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.accounts.models import Membership
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Unit
from placements.forms.children import CASE_ROLES, workers_of
from placements.models import Assignment


class HandoverForm(forms.Form):
    """All open assignments of one member move to a colleague, to a unit, or to both, from today."""

    worker = forms.ModelChoiceField(
        None, label="Ny ansvarig", required=False, empty_label="Ingen särskild, enheten ansvarar"
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label="Enhet", required=False, empty_label="Samma enhet som nu")

    def __init__(self, *args, membership, handed_over_by, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership, self.handed_over_by = membership, handed_over_by
        self.assignments = self.assignments_to_move()
        self.count = self.assignments.count()
        if not self.count:
            self.fields.clear()
            return
        workers = workers_of([membership.municipality_id]).exclude(pk=membership.user_id)
        self.fields["worker"].queryset = workers
        self.fields["unit"].queryset = Unit.objects.filter(municipality=membership.municipality_id)

    def assignments_to_move(self):
        membership = self.membership
        return Assignment.objects.filter(
            municipality=membership.municipality_id, worker=membership.user_id, ended_on__isnull=True
        )

    def clean(self):
        data = super().clean()
        if self.count and not data.get("worker") and not data.get("unit"):
            self.add_error("worker", "Välj en kollega eller en enhet som tar över.")
        return data

    @transaction.atomic
    def save(self):
        """Move them and return how many."""
        return hand_over(self.assignments, self.handed_over_by, **self.cleaned_data) if self.count else 0


def hand_over(assignments, by, worker=None, unit=None):
    """Move these open assignments from today, each with its line in the log, and return how many.

    Who was responsible until today stays in the ended rows. Without a unit each keeps its own.
    """
    today = timezone.localdate()
    moving = list(assignments.select_for_update())
    Assignment.objects.filter(pk__in=[assignment.pk for assignment in moving]).update(ended_on=today)
    for old in moving:
        Assignment.objects.create(
            municipality_id=old.municipality_id,
            child_id=old.child_id,
            worker=worker,
            unit_id=unit.pk if unit else old.unit_id,
            started_on=today,
        )
        number = worker.pk if worker else None
        record(by, Verb.CHANGED, old.child, what="ansvar", worker=number, was_worker=old.worker_id)
    return len(moving)


class LeavingForm(HandoverForm):
    """The same, and the membership ends: a child never stays with somebody who has left."""

    def assignments_to_move(self):
        """None when she goes on with children in another role, as after a promotion."""
        left = self.membership
        others = Membership.objects.in_force().filter(user=left.user, municipality=left.municipality_id)
        goes_on = others.exclude(pk=left.pk).filter(role__in=CASE_ROLES).exists()
        return Assignment.objects.none() if goes_on else super().assignments_to_move()

    @transaction.atomic
    def save(self):
        moved = super().save()
        self.membership.end(self.handed_over_by)
        return moved
