"""What is written about a placed child in the portal: follow-ups, plans, reviews, health and dental examinations.

Each form owns its write: the row, the log and what is derived from it, in one transaction. A row that was delivered is
mended in the case system; one written here may be changed or taken back for a day (`CaseRow.may_be_changed`).
"""

from itertools import pairwise

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.deadlines import Wordings
from placements.episodes import ReviewClock, basis_on, derive
from placements.forms.children import day_field
from placements.models import Child, FollowUp, HealthExam, Plan, Review

GRADES = [("", "Ej bedömt"), ("1", "1 – mycket dåligt"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5 – mycket bra")]
GOALS = [
    ("", "Ej bedömt"),
    ("1", "1 – försämring"),
    ("2", "2 – ingen förändring"),
    ("3", "3 – delvis"),
    ("4", "4 – till stor del"),
    ("5", "5 – uppnått"),
]


def grade(choices=GRADES):
    return forms.TypedChoiceField(required=False, choices=choices, coerce=int, empty_value=None)


def columns(*names):
    return Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in names))


class CaseRowForm(forms.ModelForm):
    """A row about one child, written by one person. `day` names the field that says when; `same` the natural key."""

    slug = heading = day = saved = lead = ""
    same = ()

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.child, self.user = child, user
        self.instance.child, self.instance.municipality = child, child.municipality
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.choices and field.choices[0][1].startswith("--"):
                field.choices = [("", "Välj" if field.required else "Ej angivet"), *field.choices[1:]]
        self.helper = FormHelper()
        self.helper.layout = self.layout()

    def layout(self):
        return Layout(*self.fields)

    def clean(self):
        cleaned = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and (day := cleaned.get(name)):
                self.check_day(name, day)
        self.check_not_there_already(cleaned)
        return cleaned

    def check_day(self, name, day):
        if day > timezone.localdate():
            self.add_error(name, "Dagen ligger framåt i tiden. Skriv in det när det är gjort.")
        elif self.child.birth_year and day.year < self.child.birth_year:
            self.add_error(name, f"Dagen ligger före barnets födelseår {self.child.birth_year}. Kontrollera datumet.")

    def check_not_there_already(self, cleaned):
        if self.twins(cleaned).exists():
            self.add_error(
                self.day, "Det finns redan en sådan den dagen. Kontrollera datumet, eller ändra den som finns."
            )

    def twins(self, cleaned):
        """Other rows of the child with the same natural key; none while the key has an empty part."""
        key = {name: cleaned.get(name) for name in self.same}
        rows = type(self.instance).objects.filter(child=self.child, **key).exclude(pk=self.instance.pk)
        return rows if all(key.values()) else rows.none()

    @transaction.atomic
    def save(self):
        """The saved row. Sent twice at once, as by a double click, it is saved once."""
        Child.objects.select_for_update(no_key=True).get(pk=self.child.pk)
        if twin := self.twins(self.cleaned_data).first():
            return twin
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        if verb == Verb.CREATED:
            self.instance.entered_by, self.instance.entered_at = self.user, timezone.now()
        self.derive_own()
        row = super().save()
        record(self.user, verb, row, child=str(self.child.uid), fields=sorted(self.changed_data))
        self.derive_others(self.child)
        return row

    def derive_own(self):
        """Sets what follows from the fields and is stored beside them."""

    @staticmethod
    def derive_others(child):
        """Derives anew what rests on rows of this kind."""

    @classmethod
    @transaction.atomic
    def undo(cls, row, user):
        """Take back a row written here; the log keeps that it was."""
        if not row.is_fresh:
            raise ValidationError("Det har gått mer än ett dygn. Fråga din chef om något behöver rättas.")
        record(user, Verb.UNDID, row, child=str(row.child.uid), entered_by=row.entered_by_id)
        row.delete()
        cls.derive_others(row.child)


class FollowUpForm(CaseRowForm):
    slug, heading, day = "uppfoljning", "Uppföljning", "done_on"
    saved = "Uppföljningen är sparad"
    lead = "Det du skriver stannar i kommunen. Skriv bara sådant som du har underlag för i akten."
    same = ("kind", "done_on")

    done_on = day_field(label="Datum")
    health, development, behaviour, school, relations = (grade() for _ in range(5))
    goal_attainment = grade(GOALS)

    class Meta:
        model = FollowUp
        fields = [
            "done_on",
            "kind",
            "visit_in_home",
            "individual_talk",
            "no_talk_reason",
            "carer_talk",
            "guardian_talk",
            *FollowUp.RATED,
            "feels_safe",
            "goal_attainment",
            "child_view_recorded",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (*FollowUp.RATED, "goal_attainment"):
            self.fields[name].label = FollowUp._meta.get_field(name).verbose_name.capitalize()
        self.fields["kind"].required = True
        self.fields["kind"].choices = [("", "Välj"), *FollowUp.Kind.choices]
        self.fields["no_talk_reason"].help_text = "Fylls i om barnet inte fick ett enskilt samtal."

    def layout(self):
        return Layout(
            columns("done_on", "kind"),
            Fieldset(
                "Besök och samtal",
                columns("visit_in_home", "individual_talk", "no_talk_reason", "carer_talk", "guardian_talk"),
            ),
            Fieldset("Hur har barnet det?", columns(*FollowUp.RATED, "feels_safe")),
            Fieldset("Plan och delaktighet", columns("goal_attainment", "child_view_recorded")),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("individual_talk") and cleaned.get("no_talk_reason"):
            self.add_error("no_talk_reason", "Ett enskilt samtal är markerat. Ta bort skälet, eller ändra till nej.")
        return cleaned


class PlanForm(CaseRowForm):
    slug, heading, day = "plan", "Plan", "made_on"
    saved = "Planen är sparad"
    lead = "Planen själv finns i akten. Här räknas om den finns, är aktuell och om barnet var med."
    same = ("kind", "made_on")

    made_on = day_field(label="Datum då planen gjordes")
    revised_on = day_field(label="Senast sedd över", required=False)

    class Meta:
        model = Plan
        fields = ["kind", "made_on", "revised_on", "elements", "child_took_part"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Plan.Kind.IMPLEMENTATION
        self.fields["made_on"].help_text = "Ses planen över senare skriver du in den igen med det nya datumet."
        self.fields["elements"].help_text = "Av sju i en genomförandeplan, fyra i en vårdplan."
        self.fields["elements"].widget.attrs["max"] = 7

    def layout(self):
        return Layout(columns("kind", "made_on", "revised_on"), columns("elements", "child_took_part"))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Plan.Kind.CARE and (cleaned.get("elements") or 0) > 4:
            self.add_error("elements", "En vårdplan har fyra lagstadgade delar. Skriv 0–4.")
        return cleaned

    def derive_own(self):
        seen_to = self.instance.revised_on or self.instance.made_on
        self.instance.in_force_until = Wordings().due("R-GP-CUR", seen_to)


class ReviewForm(CaseRowForm):
    slug, heading, day = "overvagande", "Övervägande eller omprövning", "done_on"
    saved = "Det är sparat"
    lead = "När du sparar räknas nästa förfallodag ut."
    same = ("kind", "done_on")

    done_on = day_field(label="Genomfört")

    class Meta:
        model = Review
        fields = ["kind", "done_on"]

    def layout(self):
        return Layout(columns("kind", "done_on"))

    def derive_own(self):
        """The due dates may not be empty; `derive()` gives them their places among the others."""
        bases = [(b.started_on, b.group, b.code) for b in self.child.legal_bases.order_by("started_on")]
        day, row = self.instance.done_on, self.instance
        row.next_due_on, row.next_due_effective_on = ReviewClock().due(basis_on(bases, day), day)

    @staticmethod
    def derive_others(child):
        derive([child.pk])


class HealthExamForm(CaseRowForm):
    slug, heading, day = "undersokning", "Hälso- eller tandundersökning", "done_on"
    saved = "Undersökningen är sparad"
    lead = "Fyll i det som har hänt hittills. Du kan komplettera tills undersökningen är gjord."
    same = ("kind", "done_on")

    requested_on = day_field(label="Begärd", required=False)
    offered_on = day_field(label="Tid erbjuden", required=False)
    done_on = day_field(label="Genomförd", required=False)

    class Meta:
        model = HealthExam
        fields = ["kind", "requested_on", "offered_on", "done_on", "not_needed", "not_done_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["not_needed"].label = "Uppenbart obehövlig"
        self.fields["not_done_reason"].help_text = "Fylls i om undersökningen inte blir av."

    def layout(self):
        return Layout(
            columns("kind"),
            columns("requested_on", "offered_on", "done_on"),
            columns("not_done_reason", "not_needed"),
        )

    def clean(self):
        cleaned = super().clean()
        days = [(name, cleaned[name]) for name in ("requested_on", "offered_on", "done_on") if cleaned.get(name)]
        for (_, earlier), (name, later) in pairwise(days):
            if later < earlier:
                self.add_error(name, f"Dagen ligger före {earlier}. Begäran kommer först, sedan tid och undersökning.")
        if cleaned.get("done_on") and (cleaned.get("not_needed") or cleaned.get("not_done_reason")):
            self.add_error("done_on", "Undersökningen kan inte både vara gjord och inte gjord. Ta bort det ena.")
        return cleaned


FORMS = {form.slug: form for form in (FollowUpForm, PlanForm, ReviewForm, HealthExamForm)}
