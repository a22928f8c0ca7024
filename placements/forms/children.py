"""Forms about placed children: finding one, narrowing the list, and saying who is responsible."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from bou_portal import identity_numbers
from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from municipalities.models import Unit
from placements import worklist
from placements.codes import FormGroup, LawGroup
from placements.models import Assignment, Child

CASE_ROLES = roles_with(Permission.FOLLOW_UP)


def workers_of(municipalities):
    """Who may be responsible for a child in these municipalities."""
    holding = Membership.objects.in_force().filter(
        user=OuterRef("pk"), role__in=CASE_ROLES, municipality__in=municipalities
    )
    return User.objects.filter(Exists(holding), is_active=True)


class LookupForm(forms.Form):
    """Finds a child by the municipality's own code, among those the user reaches."""

    code = forms.CharField(label="Barnets kod", max_length=20, help_text="Kommunens egen kod, aldrig personnummer.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.found = user, []
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if identity_numbers.find(code):
            raise ValidationError("Det ser ut som ett personnummer. Sök med kommunens egen kod för barnet.")
        children = Child.objects.for_user(self.user, Permission.READ_CASES).select_related("municipality")
        self.found = list(children.filter(local_code__iexact=code).order_by("municipality__sort_key"))
        if not self.found:
            raise ValidationError(
                "Inget barn med den koden finns bland dem du når. Kontrollera koden, eller fråga din chef "
                "om barnet hör till en annan enhet."
            )
        return code


class CaseFilter(forms.Form):
    """Narrows the list of placements. An unknown choice is ignored: the address may be old."""

    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Pågående"), ("avslutade", "Avslutade"), ("alla", "Alla")],
    )
    form = forms.ChoiceField(label="Form", required=False, choices=[("", "Alla former"), *FormGroup.choices])
    lag = forms.ChoiceField(label="Lag", required=False, choices=[("", "Alla"), *LawGroup.choices])
    enhet = forms.ModelChoiceField(Unit.objects.none(), label="Enhet", required=False, empty_label="Alla enheter")
    ansvarig = forms.ChoiceField(label="Ansvarig", required=False)
    sent = forms.BooleanField(label="Bara försenade", required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        places = user.municipalities(Permission.READ_CASES)
        self.fields["enhet"].queryset = Unit.objects.filter(municipality__in=places)
        workers = [(str(worker.pk), str(worker)) for worker in workers_of(places)]
        self.fields["ansvarig"].choices = [("", "Alla"), ("jag", "Jag"), ("ingen", "Ingen ansvarig"), *workers]

    @property
    def chosen(self):
        self.is_valid()
        return self.cleaned_data

    @property
    def is_narrowed(self):
        return any(self.chosen.values())

    def narrow(self, placements):
        """The placements that fit what was chosen."""
        chosen = self.chosen
        status, law, worker = chosen.get("status"), chosen.get("lag"), chosen.get("ansvarig")
        if status != "alla":
            placements = placements.ended() if status == "avslutade" else placements.open()
        if chosen.get("form"):
            placements = placements.filter(form_group=chosen["form"])
        if law:
            placements = placements.filter(law=law)
        if chosen.get("enhet"):
            placements = placements.assigned(unit=chosen["enhet"])
        if worker == "ingen":
            placements = placements.unassigned()
        elif worker:
            placements = placements.assigned(worker=self.user.pk if worker == "jag" else worker)
        if chosen.get("sent"):
            placements = placements.open().filter(child__in=worklist.late_children())
        return placements


class AssignmentForm(forms.ModelForm):
    """Who is responsible for a child from a day on; who was so before is so until that day."""

    started_on = day_field(label="Från och med")

    class Meta:
        model = Assignment
        fields = ["worker", "unit", "started_on"]

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.child, self.user = child, user
        self.instance.child, self.instance.municipality = child, child.municipality
        self.previous = child.assignments.filter(ended_on__isnull=True).first()
        self.fields["worker"].queryset = workers_of([child.municipality_id])
        self.fields["worker"].empty_label = "Ingen särskild, enheten ansvarar"
        self.fields["unit"].queryset = Unit.objects.filter(municipality=child.municipality_id)
        self.fields["unit"].empty_label = "Ingen särskild enhet"
        self.fields["started_on"].initial = timezone.localdate()

    def clean_started_on(self):
        day = self.cleaned_data["started_on"]
        if day > timezone.localdate():
            raise ValidationError("Välj i dag eller en tidigare dag. Ansvaret byter hand samma dag som du sparar det.")
        if self.previous and day < self.previous.started_on:
            raise ValidationError(
                f"Nuvarande ansvar började {self.previous.started_on}. Välj den dagen eller en senare."
            )
        return day

    def validate_constraints(self):
        """The open assignment is closed on saving, so the database's rule of one open is left to hold then."""
        if not (self.cleaned_data.get("worker") or self.cleaned_data.get("unit")):
            self.add_error(None, "Välj en handläggare eller en enhet.")

    @transaction.atomic
    def save(self):
        # Two may take over at once: the later one stands.
        Child.objects.select_for_update(no_key=True).get(pk=self.child.pk)
        self.child.assignments.filter(ended_on__isnull=True).update(ended_on=self.cleaned_data["started_on"])
        assignment = super().save()
        record(
            self.user,
            Verb.CHANGED,
            self.child,
            what="ansvar",
            worker=assignment.worker_id,
            unit=assignment.unit_id,
            was_worker=self.previous.worker_id if self.previous else None,
        )
        return assignment
