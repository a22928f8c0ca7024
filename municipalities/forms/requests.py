"""Asking for support, the steps of a request, and a course that grows out of requests on one topic."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import listing
from bou_portal.forms.guarded import GuardedForm
from bou_portal.periods import Quarter
from municipalities.forms.work import WorkForm
from municipalities.models import Activity, CourseBasis, Municipality, RequestStep, SupportRequest, Topic
from municipalities.needs.request_letters import tell
from municipalities.reach import leads

State = SupportRequest.State
# What the button of a step is called.
DOES = {
    State.ACCEPTED: "Ta emot",
    State.PLANNED: "Planera",
    State.DELIVERED: "Markera som levererad",
    State.CLOSED: "Avsluta",
    State.DECLINED: "Avböj",
    State.WITHDRAWN: "Ta tillbaka begäran",
}
QUARTERS_AHEAD = 8
NO_WAY = "Det steget går inte härifrån: begäran är {}. Välj ett av stegen i listan."
STALE = "{} hann före medan du skrev, och begäran är nu {}. Läs historiken. Det du skrev står kvar: spara igen om det ska gälla."
OVER = "Begäran är {}. Gör en ny begäran om det behövs mer stöd."
MIXED = "Välj begäranden om samma område. Du har valt {}."


def asking_for(user):
    """The municipalities of today that this user may ask for."""
    return Municipality.objects.for_user(user, Permission.SPEAK_FOR_MUNICIPALITY).active()


class RequestForm(WorkForm):
    """A municipality asks for support. Whoever speaks for several says for which."""

    guarded = ("title", "text")

    class Meta:
        model = SupportRequest
        fields = ["municipality", "topic", "title", "text", "wish", "urgency"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = list(asking_for(self.user)[:2])
        if len(own) == 1:
            self.instance.municipality = own[0]
            del self.fields["municipality"]
        else:
            self.fields["municipality"].queryset = asking_for(self.user)
        self.fields["title"].help_text = "Kort, till exempel ”Handledning i barnsamtal för nya medarbetare”."
        self.fields[
            "text"
        ].help_text = "Vad ni vill kunna efteråt, och för hur många. Skriv om arbetet, aldrig om ett barn."

    @transaction.atomic
    def save(self):
        self.instance.asked_by = self.user
        row = super().save()
        if row is self.instance and not row.steps.exists():
            RequestStep.objects.create(request=row, state=row.state, by=self.user)
        return row


class RequestFilter(forms.Form):
    """Narrows the list. What is not a choice, as in an old address, narrows nothing."""

    omrade = forms.ChoiceField(label="Område", required=False, choices=[("", "Alla"), *Topic.choices])
    lage = forms.ChoiceField(
        label="Läge", required=False, choices=[("", "Öppna"), ("alla", "Alla"), *SupportRequest.State.choices]
    )
    kommun = forms.ChoiceField(label="Kommun", required=False)
    snart = forms.ChoiceField(
        label="Hur snart", required=False, choices=[("", "Alla"), *SupportRequest.Urgency.choices]
    )
    form = forms.ChoiceField(label="Önskad form", required=False, choices=[("", "Alla"), *SupportRequest.Wish.choices])
    asks = {"omrade": "topic", "kommun": "municipality__code", "snart": "urgency", "form": "wish"}

    def __init__(self, data, municipalities):
        super().__init__(data, label_suffix="")
        if len(municipalities) > 1:
            self.fields["kommun"].choices = [("", "Alla"), *((m.code, str(m)) for m in municipalities)]
        else:
            del self.fields["kommun"]
        self.is_valid()

    @property
    def is_narrowed(self):
        return any(self.cleaned_data.values())

    def apply(self, rows):
        chosen = {path: wish for name, path in self.asks.items() if (wish := self.cleaned_data.get(name))}
        state = self.cleaned_data.get("lage")
        rows = rows.filter(**chosen)
        if state == "alla":
            return rows
        return rows.filter(state=state) if state else rows.open()


class StepForm(GuardedForm, forms.ModelForm):
    """The next step of a request, or only a word about it.

    A double click makes one step (the form chooses the step's `uid`). Of two who step at once the second is told: the
    row is locked while it is asked whether anything has happened since the form was shown.
    """

    guarded = ("text",)

    state = forms.CharField(label="Nästa steg", required=False, widget=forms.Select)
    planned_quarter = forms.CharField(label="Planeras till", required=False, widget=forms.Select)
    activity = forms.ModelChoiceField(
        Activity.objects.none(), label="Aktivitet i planen", required=False, empty_label="Ingen aktivitet"
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["state", "planned_quarter", "activity", "text"]

    class Meta:
        model = RequestStep
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data=None, *, user, row):
        super().__init__(data, label_suffix="")
        self.user, self.row = user, row
        self.is_leading = leads(user, Permission.LEAD_REGION_WORK, row.municipality.region)
        self.initial |= {"token": uuid.uuid4(), "seen": self.newest(row), "planned_quarter": row.planned_quarter}
        self.initial["activity"] = row.activity_id
        self.ask()

    def ask(self):
        """Only what this user may do with the request as it is now."""
        row, fields = self.row, self.fields
        steps = [(state, "Planera om" if state == row.state else DOES[state]) for state in self.ways(row)]
        fields["state"].widget.choices = [("", "Bara en kommentar"), *steps]
        if not steps:
            fields["state"].widget = forms.HiddenInput()
        if State.PLANNED in self.ways(row):
            now = Quarter.of(timezone.localdate())
            ahead = [str(now.next(n)) for n in range(QUARTERS_AHEAD)]
            choices = sorted({*ahead, row.planned_quarter} - {""})
            fields["planned_quarter"].widget.choices = [
                ("", "Välj när du planerar"),
                *zip(choices, choices, strict=True),
            ]
            activities = Activity.objects.for_user(self.user, Permission.LEAD_REGION_WORK)
            in_region = activities.filter(goal__focus__plan__region=row.municipality.region)
            fields["activity"].queryset = in_region.select_related("goal__focus__plan").order_by("title", "pk")
            fields["activity"].label_from_instance = lambda it: f"{it} ({it.goal.focus.plan})"
        else:
            del fields["planned_quarter"], fields["activity"]

    def ways(self, row):
        """Where this user may take the request from here."""
        ways = SupportRequest.WAYS if self.is_leading else SupportRequest.OWN_WAYS
        return ways.get(row.state, ())

    @staticmethod
    def newest(row):
        newest = row.steps.order_by("-pk").first()
        return newest.pk if newest else 0

    def kept(self):
        """The step that the same form made when it was sent before, saying the same."""
        said = self.cleaned_data
        mine = RequestStep.objects.filter(uid=said.get("token"), request=self.row, by=self.user)
        step = mine.filter(text=said.get("text", "")).first()
        return step if step and said.get("state") in ("", step.state) else None

    def clean(self):
        cleaned = super().clean()
        if self.kept():
            return cleaned
        if problem := self.problem(self.row):
            self.refuse(*problem, self.row)
            return cleaned
        state, text = cleaned.get("state", ""), cleaned.get("text", "")
        if not state and not text and "text" not in self.errors:
            self.add_error("text", "Välj ett steg eller skriv en kommentar.")
        if state == State.DECLINED and not text and "text" not in self.errors:
            self.add_error("text", "Skriv varför begäran avböjs, så att kommunen förstår.")
        if state == State.PLANNED and cleaned.get("planned_quarter") not in self.quarters:
            self.add_error("planned_quarter", "Välj vilket kvartal stödet planeras till.")
        return cleaned

    @property
    def quarters(self):
        return [value for value, _ in self.fields["planned_quarter"].widget.choices if value]

    def problem(self, row):
        """(field, sentence) when the chosen step cannot be taken from where the request is now."""
        state = self.cleaned_data.get("state")
        if not row.is_open:
            return None, OVER.format(row.get_state_display().lower())
        if not state:
            return None
        word = row.get_state_display().lower()
        if self.cleaned_data.get("seen") != self.newest(row):
            last = row.steps.order_by("-pk").first()
            return None, STALE.format((last and last.by) or "Någon annan", word)
        if state not in self.ways(row):
            return "state", NO_WAY.format(word)
        return None

    def refuse(self, field, sentence, row):
        """Say why; what was typed stays, and sent once more it is about the request as it is now."""
        self.data = self.data.copy()
        self.data["seen"] = self.newest(row)
        self.add_error(field, ValidationError(sentence, code="stale"))

    @transaction.atomic
    def save(self):
        """The step, or None with the reason among the errors when somebody was there in between."""
        row = SupportRequest.objects.select_for_update().select_related("municipality__region").get(pk=self.row.pk)
        if kept := self.kept():
            return kept
        if problem := self.problem(row):
            self.row = row
            self.refuse(*problem, row)
            return None
        if state := self.cleaned_data.get("state"):
            self.move(row, state)
        step, token = self.instance, self.cleaned_data["token"]
        if not RequestStep.objects.filter(uid=token).exists():
            step.uid = token  # else she went back and wrote something else: another step
        step.request, step.state, step.by = row, row.state, self.user
        super().save()
        record(self.user, Verb.CHANGED, row, state=row.state, has_word=bool(step.text))
        tell(row, step)
        return step

    def move(self, row, state):
        row.state = state
        if state == State.PLANNED:
            row.planned_quarter = self.cleaned_data["planned_quarter"]
            row.activity = self.cleaned_data["activity"]
        if self.is_leading:
            row.taken_by = self.user
        row.save(update_fields=["state", "planned_quarter", "activity", "taken_by"])

    @property
    def said(self):
        saved = "Steget är sparat" if self.cleaned_data.get("state") else "Kommentaren är sparad"
        return f"{saved}. Den som begärde stödet får ett mail." if self.is_leading else f"{saved}."


class RequestChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, row):
        return f"{row.get_topic_display()} · {row.municipality}: {row.title}"


class CourseForm(WorkForm):
    """Requests on one topic become the basis of a course."""

    plain_texts = ("title", "text")

    requests = RequestChoice(
        SupportRequest.objects.none(), label="Begäranden som kursen möter", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = CourseBasis
        fields = ["title", "text", "requests"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_ones = SupportRequest.objects.for_user(self.user, Permission.LEAD_REGION_WORK).open()
        if self.instance.pk:
            place = {"municipality__region": self.instance.region, "topic": self.instance.topic}
            open_ones = open_ones.filter(**place) | self.instance.requests.all()
        rows = open_ones.select_related("municipality__region").distinct().order_by("topic", "asked_at")
        self.fields["requests"].queryset = rows
        self.fields["requests"].error_messages["required"] = "Välj minst en begäran."

    def clean_requests(self):
        chosen = list(self.cleaned_data["requests"])
        topics = sorted({row.get_topic_display() for row in chosen})
        if len(topics) > 1:
            raise ValidationError(MIXED.format(listing(topics)))
        if len({row.municipality.region_id for row in chosen}) > 1:
            raise ValidationError("Välj begäranden från en region i taget.")
        if not self.instance.pk:
            self.instance.topic, self.instance.region = chosen[0].topic, chosen[0].municipality.region
            self.instance.created_by = self.user
        return chosen
