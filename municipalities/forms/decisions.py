"""Decisions, how they are followed up, and the steering group's stand on a quarter's report."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import date as iso
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from municipalities.directory.colleagues import ColleagueField
from municipalities.forms.meetings import CANCELLED
from municipalities.forms.work import WorkForm
from municipalities.models import Activity, Decision, DecisionStep, Municipality, ReportStand

Kind = DecisionStep.Kind
NO_OWNER = "Ange vem som är ansvarig, så att någon följer upp beslutet."
TOO_EARLY = "Dagen kan inte vara före beslutsdatum."


class ActivitiesField(forms.ModelMultipleChoiceField):
    """Activities of the region's plans, told apart by plan."""

    def __init__(self, **options):
        super().__init__(Activity.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **options)

    def open_to(self, region, decision):
        ours = Q(goal__focus__plan__region=region, state__in=[Activity.State.PLANNED, Activity.State.ONGOING])
        among = ours | Q(decisions=decision) if decision.pk else ours
        found = Activity.objects.filter(among).select_related("goal__focus__plan").distinct()
        self.queryset = found.order_by("-goal__focus__plan__year", "title")

    def label_from_instance(self, activity):
        return f"{activity.title} ({activity.goal.focus.plan})"


class DecisionForm(WorkForm):
    plain_texts = ("title", "text", "owner_name")

    decided_on = day_field(label="Beslutsdatum")
    owner = ColleagueField(
        label="Ansvarig",
        help_text="Den som genomför beslutet. Hen hittar det i listan Beslut, under Mina att genomföra.",
    )
    due_on = day_field(label="Klart senast", required=False)
    activities = ActivitiesField(
        label="Aktiviteter som svarar på beslutet", help_text="De visas vid beslutet, med sitt läge."
    )

    class Meta:
        model = Decision
        fields = ["item", "title", "text", "decided_on", "owner", "owner_name", "due_on", "is_priority", "activities"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        decision = self.instance
        self.fields["owner"].open_to(decision.body.region, decision.owner_id)
        self.fields["activities"].open_to(decision.body.region, decision)
        if not self.fields["activities"].queryset.exists():
            del self.fields["activities"]
        self.fields["owner_name"].help_text = "För den som inte har ett konto i portalen."
        self.fields["is_priority"].label = "Det här är en prioritering"
        self.fields["is_priority"].help_text = "Visas under Prioriteringar, med aktiviteterna som svarar på den."
        if decision.meeting:
            self.fields["item"].queryset = decision.meeting.items.all()
            self.fields["item"].empty_label = "Ingen punkt"
        else:
            del self.fields["item"]
        if decision.owner_id:
            self.initial["owner_name"] = ""
        if not decision.pk:
            today = timezone.localdate()
            self.initial["decided_on"] = min(decision.meeting.day, today) if decision.meeting else today

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError("Beslutsdatum kan inte ligga i framtiden.")
        if self.instance.pk and day.year != self.instance.year:
            raise ValidationError(f"Beslutet har nummer {self.instance.mark}. Datumet måste ligga under samma år.")
        if self.instance.done_on and day > self.instance.done_on:
            raise ValidationError(f"Beslutet genomfördes {iso(self.instance.done_on)}. Datumet kan inte vara senare.")
        return day

    def clean(self):
        cleaned = super().clean()
        if self.instance.meeting and self.instance.meeting.is_cancelled and not self.instance.pk:
            raise ValidationError(CANCELLED)
        if cleaned.get("owner"):
            cleaned["owner_name"] = str(cleaned["owner"])
        if cleaned.get("due_on") and not cleaned.get("owner_name"):
            self.add_error("owner", NO_OWNER)
        if cleaned.get("due_on") and cleaned.get("decided_on") and cleaned["due_on"] < cleaned["decided_on"]:
            self.add_error("due_on", TOO_EARLY)
        return cleaned

    def as_read(self, name):
        label, value = super().as_read(name)
        return (label, ", ".join(map(str, self.current[name]))) if name == "activities" else (label, value)


class FollowUpForm(GuardedForm, forms.Form):
    """A step of a decision. `last` is the newest step its writer had seen: nobody follows up what she has not read."""

    plain_texts = ("text",)

    kind = forms.ChoiceField(label="Vad har hänt?", widget=forms.RadioSelect)
    text = forms.CharField(
        label="Kommentar eller hur det gick", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    done_on = day_field(label="Genomfört", required=False, help_text="Fylls i när beslutet är genomfört.")
    last = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user, decision):
        super().__init__(data, label_suffix="")
        self.user, self.decision = user, decision
        kinds = [Kind.COMMENT, Kind.REOPENED if decision.done_on else Kind.DONE]
        words = {Kind.COMMENT: "Kommentar", Kind.DONE: "Beslutet är genomfört", Kind.REOPENED: "Öppna beslutet igen"}
        if data and data.get("kind") in Kind.values and data["kind"] not in kinds:
            kinds.append(Kind(data["kind"]))  # what a double click sends the second time
        self.fields["kind"].choices = [(kind.value, words[kind]) for kind in kinds]
        self.initial = {"kind": kinds[0], "done_on": timezone.localdate(), "last": self.newest}
        if Kind.DONE not in kinds:
            del self.fields["done_on"]

    @property
    def newest(self):
        step = self.decision.steps.order_by("pk").last()
        return str(step.pk) if step else ""

    def clean(self):
        cleaned = super().clean()
        kind, day = cleaned.get("kind"), cleaned.get("done_on")
        if kind in (Kind.COMMENT, Kind.REOPENED) and not cleaned.get("text"):
            self.add_error("text", "Skriv en kommentar." if kind == Kind.COMMENT else "Skriv varför beslutet öppnas.")
        if kind == Kind.DONE and day and day > timezone.localdate():
            self.add_error("done_on", "Dagen kan inte ligga i framtiden.")
        if kind == Kind.DONE and day and day < self.decision.decided_on:
            self.add_error("done_on", TOO_EARLY)
        return cleaned

    @transaction.atomic
    def save(self):
        """The new step, the one that the same click wrote before, or None when somebody else wrote meanwhile."""
        self.decision = Decision.objects.select_for_update().get(pk=self.decision.pk)
        sent = self.cleaned_data
        newest = self.decision.steps.order_by("pk").last()
        if newest and str(newest.pk) != sent["last"]:
            same = (newest.by_id, newest.kind, newest.text) == (self.user.pk, sent["kind"], sent["text"])
            if not same:
                self.tell(newest)
            return newest if same else None
        return self.decision.follow_up(self.user, sent["kind"], sent["text"], sent.get("done_on"))

    def tell(self, newest):
        text = f"{newest.by or 'Någon'} skrev ”{newest.text or newest.get_kind_display()}” medan du skrev. Läs det och spara igen."
        self.add_error(None, ValidationError(text, code="stale"))
        self.data = self.data.copy()
        self.data["last"] = str(newest.pk)


class ReportStandForm(GuardedForm, forms.Form):
    """The steering group approves a quarter's report or returns it. Either way a numbered decision is made."""

    plain_texts = ("reason",)

    state = forms.ChoiceField(
        label="Ställningstagande",
        choices=[("godkand", "Godkänn rapporten"), ("aterlamnad", "Återlämna rapporten")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Skäl, eller vad som ska göras", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = ColleagueField(label="Ansvarig för det som ska göras")
    due_on = day_field(label="Klart senast", required=False)

    def __init__(self, data=None, *, user, release, body):
        super().__init__(data, label_suffix="")
        self.user, self.release, self.body = user, release, body
        self.fields["owner"].open_to(body.region)

    def clean(self):
        cleaned = super().clean()
        own = Municipality.objects.for_user(self.user, Permission.DECIDE_WITH_REGION)
        if not own.active().filter(region=self.body.region_id).exists():
            raise ValidationError("Din kommun deltar inte längre i regionen, så du kan inte besluta om rapporten.")
        if cleaned.get("state") == ReportStand.State.RETURNED and not cleaned.get("reason"):
            self.add_error("reason", "Skriv varför rapporten återlämnas.")
        if cleaned.get("due_on") and not cleaned.get("owner"):
            self.add_error("owner", NO_OWNER)
        if cleaned.get("due_on") and cleaned["due_on"] < timezone.localdate():
            self.add_error("due_on", TOO_EARLY)
        return cleaned

    def save(self):
        """The stand, or None when somebody took one first."""
        try:
            with transaction.atomic():
                return self.made()
        except IntegrityError:
            if not ReportStand.objects.filter(release=self.release).exists():
                raise
            return None

    def made(self):
        sent = self.cleaned_data
        word = "godkänns" if sent["state"] == ReportStand.State.APPROVED else "återlämnas"
        decision = Decision.objects.create(
            body=self.body,
            title=f"Kvartalsrapporten {self.release.quarter} {word}",
            text=sent["reason"],
            decided_on=timezone.localdate(),
            owner=sent["owner"],
            owner_name=str(sent["owner"] or ""),
            due_on=sent["due_on"],
        )
        stand = ReportStand.objects.create(
            release=self.release,
            body=self.body,
            decision=decision,
            state=sent["state"],
            reason=sent["reason"],
            decided_by=self.user,
        )
        record(self.user, Verb.CREATED, stand, state=stand.state, decision=decision.pk)
        return stand
