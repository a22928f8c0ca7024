"""A plan before the steering group: proposed, taken back, approved or returned. The first who decides has decided."""

import hashlib
import json

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from municipalities.models import Activity, AgendaItem, Body, Decision, Municipality, PlanVersion
from municipalities.plans.content import activities_of, content_of, difference

DECIDING = (Body.Kind.STEERING, Body.Kind.BOARD, Body.Kind.POLITICAL)


def digest_of(content):
    """A fingerprint of what is shown: what is proposed is this and nothing else."""
    said = {**content, "made_on": ""}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


class ProposeForm(forms.Form):
    """Freeze the plan as it is shown and put it before the steering group."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, plan, user):
        self.plan, self.user = plan, user
        self.content = content_of(plan, timezone.localdate())
        self.approved = plan.versions.approved().first()
        self.difference = difference(self.approved.content if self.approved else None, self.content)
        super().__init__(data, initial={"digest": digest_of(self.content)})

    def clean(self):
        if not activities_of(self.content):
            raise ValidationError("Planen har inga aktiviteter ännu. Lägg till minst en.")
        if not self.difference:
            raise ValidationError(f"Planen är densamma som version {self.approved.number}, som redan är godkänd.")
        if self.cleaned_data.get("digest") != digest_of(self.content):
            self.data = self.data.copy()
            self.data["digest"] = digest_of(self.content)
            raise ValidationError("Planen har ändrats medan du läste. Titta igenom den igen innan du föreslår den.")
        return self.cleaned_data

    def save(self):
        """The version that waits now: this one, or the one somebody else proposed at the same moment."""
        number = (self.plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                version = PlanVersion.objects.create(
                    plan=self.plan, number=number, content=self.content, proposed_by=self.user
                )
                record(self.user, Verb.CREATED, version, number=number)
        except IntegrityError:
            return self.plan.versions.waiting().get()
        return version


class AnswerForm(GuardedForm, forms.Form):
    """A stand on a version that waits. Whoever comes second is told, and nothing is done twice."""

    state = None
    verb = Verb.CHANGED

    def __init__(self, data=None, *, version, user):
        super().__init__(data, label_suffix="")
        self.version, self.user = version, user

    def save(self):
        """Whether it is answered as she said, by this click or her first one; otherwise the form says who was before."""
        with transaction.atomic():
            taken = PlanVersion.objects.waiting().filter(pk=self.version.pk).update(**self.answer())
            if taken:
                self.version.refresh_from_db()
                self.follow()
                record(self.user, self.verb, self.version, state=self.state)
        if taken:
            return True
        self.version.refresh_from_db()
        if (self.version.state, self.version.decided_by) == (self.state, self.user):
            return True  # she clicked twice
        self.add_error(None, self.too_late())
        return False

    def too_late(self):
        who = self.version.decided_by or "Någon annan"
        return f"{who} hann före: versionen är {self.version.get_state_display().lower()}. Ditt svar är inte sparat."

    def answer(self):
        return {"state": self.state, "decided_by": self.user}

    def follow(self):
        """What else is written when the answer was the first."""


class WithdrawForm(AnswerForm):
    """Taken back by the leader, to be worked on."""

    state = PlanVersion.State.WITHDRAWN


class DecidingForm(AnswerForm):
    """By somebody of the steering group, whose municipality still takes part."""

    def clean(self):
        cleaned = super().clean()
        own = Municipality.objects.for_user(self.user, Permission.DECIDE_WITH_REGION)
        if not own.active().filter(region=self.version.plan.region_id).exists():
            raise ValidationError("Din kommun deltar inte längre i regionen, så du kan inte besluta om planen.")
        return cleaned


class ReturnForm(DecidingForm):
    """Given back to the leader with reasons."""

    state = PlanVersion.State.RETURNED
    plain_texts = ("reason",)

    reason = forms.CharField(
        label="Skäl",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Vad behöver ändras? Utvecklingsledaren och alla som läser planen ser det.",
        error_messages={"required": "Skriv varför planen återlämnas."},
    )

    def answer(self):
        return super().answer() | {"reason": self.cleaned_data["reason"], "decided_on": timezone.localdate()}


class ApproveForm(DecidingForm):
    """Approved on a day, by a body when the region has one: then it is also one of the body's numbered decisions."""

    state = PlanVersion.State.APPROVED

    decided_on = day_field(label="Beslutsdatum", help_text="Dagen då styrgruppen godkände planen.")
    body = forms.ModelChoiceField(None, label="Beslutat av", empty_label=None)

    def __init__(self, data=None, *, version, user):
        super().__init__(data, version=version, user=user)
        self.initial["decided_on"] = timezone.localdate()
        bodies = Body.objects.active().filter(kind__in=DECIDING, region=version.plan.region_id)
        self.fields["body"].queryset = bodies
        if not bodies:
            del self.fields["body"]
        else:
            self.initial["body"] = next((body for body in bodies if body.kind == Body.Kind.STEERING), bodies[0])

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError("Beslutsdatum kan inte ligga framåt i tiden.")
        return day

    def answer(self):
        day, body = self.cleaned_data["decided_on"], self.cleaned_data.get("body")
        return super().answer() | {"decided_on": day, "body": body}

    def follow(self):
        if self.version.body:
            decision = decide(self.version)
            PlanVersion.objects.filter(pk=self.version.pk).update(decision=decision)
            self.version.decision = decision
            record(self.user, Verb.CREATED, decision, version=self.version.pk)


def decide(version):
    """The body's decision to approve the version, under its next number, tied to the plan's activities."""
    item = agenda_item_of(version)
    decision = Decision.objects.create(
        body=version.body,
        item=item,
        meeting=item.meeting if item else None,
        title=f"{version.content['title']}, version {version.number}, godkänns"[:200],
        decided_on=version.decided_on,
    )
    uids = [activity["uid"] for activity in activities_of(version.content)]
    decision.activities.set(Activity.objects.filter(uid__in=uids))
    return decision


def agenda_item_of(version):
    """The item under which the body met about the version that day, or None."""
    items = AgendaItem.objects.filter(plan_version=version, meeting__body=version.body).select_related("meeting")
    return next((i for i in items if timezone.localdate(i.meeting.starts_at) == version.decided_on), None)
