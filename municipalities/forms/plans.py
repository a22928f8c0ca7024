"""A plan, its parts from focus to activity, how an activity goes, and what becomes of it when its owner leaves."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import listing
from bou_portal.forms.guarded import GuardedForm
from bou_portal.periods import Quarter
from municipalities.directory.colleagues import ColleagueField
from municipalities.forms.work import WorkForm
from municipalities.models import Activity, ActivityStep, Focus, Goal, Need, Plan, Proposal
from municipalities.plans.figures import figure_choices
from municipalities.plans.owners import Owners


def default_title(kind, year):
    return f"Stärkt skydd {year}" if kind == Plan.Kind.PROTECTION else f"Plan {year}"


class PlanForm(WorkForm):
    """A new plan, or the words above it. Kind and year of a plan that exists stay: versions are named after them."""

    plain_texts = ("title", "introduction", "phase")

    class Meta:
        model = Plan
        fields = ["kind", "year", "title", "scope", "phase", "introduction"]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Lämna tomt, så heter den till exempel ”Plan 2027”."
        if "phase" in self.fields:
            self.fields["phase"].help_text = "Till exempel ”Andra året: uppföljningen breddas”. Får vara tomt."
        if self.instance.pk:
            del self.fields["kind"], self.fields["year"]

    def clean(self):
        cleaned = super().clean()
        kind, year = cleaned.get("kind", self.instance.kind), cleaned.get("year", self.instance.year)
        if not cleaned.get("title"):
            cleaned["title"] = default_title(kind, year)
        others = Plan.objects.filter(region=self.instance.region, kind=kind, year=year)
        if others.exclude(pk=self.instance.pk).exclude(uid=self.first_click).exists():
            self.add_error("year", "Regionen har redan en sådan plan för det året.")
        return cleaned


class CopyPlanForm(PlanForm):
    """A new year's plan out of an earlier one. Needs and states stay behind: they belong to their year."""

    only_open = forms.BooleanField(
        label="Ta bara med aktiviteter som inte är klara eller stoppade", required=False, initial=True
    )

    class Meta(PlanForm.Meta):
        fields = ["year", "title"]

    def __init__(self, *args, source, **kwargs):
        self.source = source
        kept = {name: getattr(source, name) for name in ("region", "kind", "scope", "phase", "introduction")}
        super().__init__(*args, instance=Plan(**kept), initial={"year": source.year + 1}, **kwargs)

    @transaction.atomic
    def save(self):
        plan = super().save()
        if plan is self.instance:
            owners = Owners(plan.region)
            for focus in self.source.focuses.prefetch_related("goals__activities__proposals"):
                self.copy_focus(focus, plan, owners)
            record(self.user, Verb.CHANGED, plan, copied_from=self.source.pk)
        return plan

    def copy_focus(self, focus, plan, owners):
        copy = Focus.objects.create(plan=plan, title=focus.title, order=focus.order)
        for goal in focus.goals.all():
            new = Goal.objects.create(focus=copy, title=goal.title, order=goal.order)
            for activity in goal.activities.all():
                if not self.cleaned_data["only_open"] or activity.state in ("planerad", "pagar"):
                    self.copy_activity(activity, new, owners, plan.year - self.source.year)

    def copy_activity(self, activity, goal, owners, years):
        names = ("title", "description", "owner_name", "measure", "figure_id", "aim", "order")
        copy = Activity.objects.create(
            goal=goal,
            owner=None if owners.has_left(activity) else activity.owner,
            first_quarter=later(activity.first_quarter, years),
            last_quarter=later(activity.last_quarter, years),
            **{name: getattr(activity, name) for name in names},
        )
        copy.proposals.set(activity.proposals.all())


def later(quarter, years):
    """The same quarter so many years later; nothing stays nothing."""
    return str(Quarter.parse(quarter).next(4 * years)) if quarter else ""


class PartForm(WorkForm):
    """A focus, a goal or an activity. A new one comes last among its siblings; moved to another parent, last there."""

    parent = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.was_under = getattr(self.instance, f"{self.parent}_id")
        if not self.instance.pk:
            self.fields.pop(self.parent, None)
        elif self.parent in self.fields:
            self.fields[self.parent].queryset = self.parents()
            self.fields[self.parent].empty_label = None

    def parents(self):
        """Where in the same plan it may stand."""
        raise NotImplementedError

    @transaction.atomic
    def save(self):
        if not self.instance.pk or getattr(self.instance, f"{self.parent}_id") != self.was_under:
            last = self.instance.siblings().order_by("-order").values_list("order", flat=True).first()
            self.instance.order = 0 if last is None else last + 1
        return super().save()


class FocusForm(PartForm):
    parent = "plan"
    plain_texts = ("title",)

    class Meta:
        model = Focus
        fields = ["title"]


class GoalForm(PartForm):
    parent = "focus"
    plain_texts = ("title",)

    class Meta:
        model = Goal
        fields = ["title", "focus"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = "Vad är annorlunda när året är slut?"

    def parents(self):
        return Focus.objects.filter(plan=self.instance.plan)


class ActivityForm(PartForm):
    parent = "goal"
    plain_texts = ("title", "description", "owner_name", "measure", "aim")

    owner = ColleagueField(label="Ansvarig", empty_label="Ingen, eller någon utan konto")
    figure_id = forms.ChoiceField(label="Siffra som ska röra sig", required=False)
    first_quarter = forms.ChoiceField(label="Börjar", required=False)
    last_quarter = forms.ChoiceField(label="Klar", required=False)

    class Meta:
        model = Activity
        fields = [
            "title", "goal", "owner", "owner_name", "first_quarter", "last_quarter", "measure", "figure_id", "aim",
            "needs", "proposals", "description",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "needs": forms.CheckboxSelectMultiple,
            "proposals": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan = self.instance.plan
        self.fields["owner"].open_to(plan.region, self.instance.owner_id)
        self.fields["owner_name"].help_text = "Funktion eller namn, om den ansvariga inte har konto i portalen."
        quarters = [(str(quarter), quarter.text) for quarter in quarters_around(plan.year)]
        for name in ("first_quarter", "last_quarter"):
            kept = getattr(self.instance, name)
            extra = [(kept, kept)] if kept and kept not in dict(quarters) else []
            self.fields[name].choices = [("", "Inte bestämt"), *extra, *quarters]
        self.fields["figure_id"].choices = figure_choices(plan.scope, self.instance.figure_id)
        self.fields["aim"].help_text = "Till exempel ”från 62 till 80 procent”."
        self.choose_what_it_meets(plan)

    def choose_what_it_meets(self, plan):
        """A yearly plan meets needs, the plan of "Stärkt skydd" proposals; what is chosen already can be unchosen."""
        chosen = self.instance.pk and {
            "needs": self.instance.needs.values("pk"),
            "proposals": self.instance.proposals.values("pk"),
        }
        is_protection = plan.kind == Plan.Kind.PROTECTION
        offered = {
            "needs": Need.objects.none() if is_protection else Need.objects.filter(region=plan.region, year=plan.year),
            "proposals": Proposal.objects.filter(region=plan.region) if is_protection else Proposal.objects.none(),
        }
        for name, rows in offered.items():
            if chosen:
                rows = rows | rows.model.objects.filter(pk__in=chosen[name])
            self.fields[name].queryset = rows
            if not rows.exists():
                del self.fields[name]

    def parents(self):
        return Goal.objects.filter(focus__plan=self.instance.plan)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("owner") and cleaned.get("owner_name"):
            self.add_error("owner_name", "Välj en person eller skriv någon utan konto, inte båda.")
        return cleaned

    def as_read(self, name):
        label, value = super().as_read(name)
        return (
            (label, listing([str(row) for row in value]) if value else "")
            if isinstance(value, list)
            else (label, value)
        )


def quarters_around(year):
    """From the last quarter of the year before to the end of the year after."""
    return [Quarter(year - 1, 4).next(steps) for steps in range(9)]


class StateForm(GuardedForm, forms.Form):
    """How an activity goes, said by its owner or the leader: a new step, and the activity's state with it."""

    plain_texts = ("text",)

    state = forms.ChoiceField(label="Läge", choices=Activity.State.choices)
    text = forms.CharField(
        label="Kommentar",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Vad har hänt, vad kommer härnäst? Läses av alla som arbetar i regionen.",
    )
    # The newest step when the page was shown, so that the second of two is told.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, activity, user):
        self.activity, self.user, self.newest = activity, user, activity.steps.last()
        shown = {"state": activity.state, "seen": self.newest.pk if self.newest else 0}
        super().__init__(data, label_suffix="", initial=shown)

    @property
    def is_sent_twice(self):
        """Whether the newest step is this one, already saved by the first of two clicks."""
        says = (self.newest.by_id, self.newest.state, self.newest.text) if self.newest else None
        return says == (self.user.pk, self.cleaned_data.get("state"), self.cleaned_data.get("text"))

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("text") and cleaned.get("state") == self.activity.state and not self.is_sent_twice:
            raise ValidationError("Ändra läget eller skriv en kommentar.")
        is_stale = self.newest and cleaned.get("seen") is not None and cleaned["seen"] != self.newest.pk
        if is_stale and not self.is_sent_twice:
            self.data = self.data.copy()
            self.data["seen"] = self.newest.pk
            raise ValidationError(
                f"{self.newest.by or 'Någon annan'} skrev just ”{self.newest.get_state_display()}"
                f"{': ' if self.newest.text else ''}{self.newest.text}”. Ditt står kvar. Läs och spara igen."
            )
        return cleaned

    @transaction.atomic
    def save(self):
        if self.is_sent_twice:
            return self.newest
        state = self.cleaned_data["state"]
        Activity.objects.filter(pk=self.activity.pk).update(state=state)
        step = ActivityStep.objects.create(
            activity=self.activity, state=state, text=self.cleaned_data["text"], by=self.user
        )
        record(self.user, Verb.CHANGED, self.activity, state=state)
        return step


class HandOverForm(forms.Form):
    """Give what somebody was to do in a plan to somebody else."""

    NOBODY = "ingen"

    before = forms.ChoiceField(label="Aktiviteter som ingen arbetar med")
    after = ColleagueField(label="Ny ansvarig", empty_label="Välj", required=True)

    def __init__(self, data=None, *, plan, lines, user):
        super().__init__(data, label_suffix="")
        self.plan, self.user, self.lines = plan, user, lines
        groups = {}
        for line in lines:
            groups.setdefault(str(line.activity.owner_id or self.NOBODY), []).append(line)
        self.groups = groups
        self.fields["before"].choices = [
            (key, f"{rows[0].owner}: {counted(len(rows))}") for key, rows in groups.items()
        ]
        self.fields["after"].open_to(plan.region)

    @transaction.atomic
    def save(self):
        """How many activities have a new owner now, in words."""
        rows = [line.activity.pk for line in self.groups[self.cleaned_data["before"]]]
        moved = Activity.objects.filter(pk__in=rows).update(owner=self.cleaned_data["after"], owner_name="")
        record(self.user, Verb.CHANGED, self.plan, handed_over=moved)
        return counted(moved)


def counted(count):
    return "1 aktivitet" if count == 1 else f"{count} aktiviteter"


class RemoveForm(forms.Form):
    """Take a plan or a part of it away. What the steering group has seen or decided on stays."""

    def __init__(self, data=None, *, row, user):
        super().__init__(data)
        self.row, self.user = row, user

    def clean(self):
        if isinstance(self.row, Plan) and self.row.versions.exists():
            raise ValidationError("Planen har versioner som styrgruppen har fått. Den kan inte tas bort.")
        if decided := self.activities().filter(decisions__isnull=False).first():
            raise ValidationError(
                f"”{decided}” svarar på ett beslut. Sätt den till Stoppad i stället, så syns den i planen."
            )
        return self.cleaned_data

    def activities(self):
        path = {Plan: "goal__focus__plan", Focus: "goal__focus", Goal: "goal", Activity: "pk"}[type(self.row)]
        return Activity.objects.filter(**{path: self.row.pk})

    @transaction.atomic
    def save(self):
        record(self.user, Verb.DELETED, self.row)
        self.row.delete()


# Short, as they are spoken of.
SCOPES = [(Plan.Scope.PLACED, "Placerade"), (Plan.Scope.ALL, "Hela BoU")]


class PlanFilter(forms.Form):
    """Narrows a plan's page. What is not understood is passed over: the address may be old."""

    lage = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *Activity.State.choices])
    kvartal = forms.ChoiceField(label="Kvartal", required=False)
    ansvarig = forms.ChoiceField(label="Ansvarig", required=False)
    siffra = forms.ChoiceField(label="Siffran gäller", required=False, choices=[("", "Alla"), *SCOPES])
    mina = forms.BooleanField(label="Bara mina", required=False)

    def __init__(self, data, *, plan, owners, user):
        super().__init__(data or None, label_suffix="")
        self.user = user
        quarters = [(str(quarter), quarter.text) for quarter in quarters_around(plan.year)]
        self.fields["kvartal"].choices = [("", "Alla"), *quarters]
        self.fields["ansvarig"].choices = [("", "Alla"), *((word, word) for word in owners)]

    @property
    def wish(self):
        """{field: what is asked for}; `mina` is the user's id."""
        if not self.is_bound:
            return {}
        self.is_valid()
        wish = {name: value for name, value in self.cleaned_data.items() if value}
        return wish | {"mina": self.user.pk} if wish.get("mina") else wish
