"""A new text for an agreement: proposed by the leader, commented and signed by the parties, adopted or dropped."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission, roles_with
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from bou_portal.mailing.post import post
from municipalities.forms.work import WorkForm
from municipalities.models import Accord, AccordParty, Revision, RevisionComment, SignOff

CLOSED = "Revideringen är redan avslutad. Ladda om sidan."
SIGNED = "En part har just tagit ställning till texten. Den kan inte ändras längre."
DECIDING = roles_with(Permission.DECIDE_WITH_REGION)


class RevisionForm(WorkForm):
    """The proposed text. Once a party has taken a stand on it, only the last day for comments may be moved."""

    plain_texts = ("text", "summary")
    changed_by_field = "opened_by"

    closes_on = day_field(label="Synpunkter senast")

    class Meta:
        model = Revision
        fields = ["summary", "text", "closes_on"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3}), "text": forms.Textarea(attrs={"rows": 18})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["text"] = self.instance.accord.text
        elif self.instance.sign_offs.exists():
            del self.fields["text"], self.fields["summary"]

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if "closes_on" in self.changed_data and day < timezone.localdate():
            raise ValidationError("Välj i dag eller en senare dag.")
        return day

    def clean(self):
        cleaned = super().clean()
        accord = self.instance.accord
        text = cleaned.get("text")
        if text is not None and text.split() == accord.text.split():
            self.add_error("text", ValidationError("Texten är samma som den som gäller. Skriv in det som ska ändras."))
        if told := self.in_the_way(accord):
            self.add_error(None, ValidationError(told, code="moved"))
        return cleaned

    def in_the_way(self, accord):
        """Why the proposal cannot be saved just now, or nothing."""
        if not self.instance.pk:
            another = accord.revisions.open().exclude(uid=self.first_click)
            return "En revidering pågår redan. Avsluta den först." if another.exists() else ""
        if not Revision.objects.open().filter(pk=self.instance.pk).exists():
            return CLOSED
        has_new_text = {"text", "summary"} & set(self.changed_data)
        return SIGNED if has_new_text and self.instance.sign_offs.exists() else ""

    @transaction.atomic
    def save(self):
        """The revision; None, and a message, when somebody began or closed one meanwhile."""
        accord = Accord.objects.select_for_update().get(pk=self.instance.accord_id)
        if told := self.in_the_way(accord):
            self.add_error(None, ValidationError(told, code="moved"))
            return None
        is_new = not self.instance.pk
        if is_new:
            newest = accord.revisions.order_by("-number").first()
            self.instance.number = newest.number + 1 if newest else 1
            self.instance.opened_by = self.user
        revision = super().save()
        if is_new:
            tell_deciders(revision)
        return revision


def tell_deciders(revision):
    """Those who decide for a municipality that is party are told that there is a text to take a stand on."""
    parties = revision.accord.parties.current().filter(municipality__isnull=False).select_related("municipality")
    link = reverse("revision_detail", args=[revision.uid])
    for party in parties:
        for held in party.municipality.memberships.in_force().filter(role__in=DECIDING).select_related("user"):
            if held.user.is_active:
                context = {"link": link, "closes_on": revision.closes_on}
                key = f"revidering:{revision.uid}:{held.user_id}"
                post(key, held.user.email, "ny text att ta ställning till", "emails/accord_revision.txt", context)


class ForPartyForm(GuardedForm, forms.Form):
    """For one of the parties this user speaks for; asked which when there are several."""

    permission = Permission.SPEAK_FOR_MUNICIPALITY

    party = forms.ModelChoiceField(
        AccordParty.objects.none(), label="För", to_field_name="uid", empty_label="Välj part"
    )

    def __init__(self, data=None, *, user, revision):
        super().__init__(data, label_suffix="")
        self.user, self.revision = user, revision
        self.parties = hers(revision, user, self.permission)
        self.fields["party"].queryset = self.parties
        if len(self.parties) == 1:
            self.initial["party"] = self.parties[0].uid
            self.fields["party"].empty_label = None

    def locked(self):
        """The revision while nobody else closes it; a message of the form when somebody has."""
        revision = Revision.objects.select_for_update().get(pk=self.revision.pk)
        if not revision.is_open:
            self.add_error(None, ValidationError(CLOSED, code="closed"))
            return None
        return revision


def hers(revision, user, permission):
    """The parties of a revision's agreement that this user speaks for with this permission."""
    return revision.accord.parties.spoken_for_by(user, permission).select_related("municipality")


class RevisionCommentForm(ForPartyForm):
    guarded = ("text",)

    text = forms.CharField(label="Synpunkt", max_length=600, widget=forms.Textarea(attrs={"rows": 6}))

    @transaction.atomic
    def save(self):
        """The comment, or None when the revision was closed meanwhile. The same sent twice is one."""
        revision = self.locked()
        if revision is None:
            return None
        said = {
            "revision": revision,
            "party": self.cleaned_data["party"],
            "by": self.user,
            "text": self.cleaned_data["text"],
        }
        comment, is_new = RevisionComment.objects.get_or_create(**said)
        if is_new:
            record(
                self.user, Verb.CHANGED, revision, commented=comment.pk, municipality_id=comment.party.municipality_id
            )
        return comment


class SignForm(ForPartyForm):
    permission = Permission.DECIDE_WITH_REGION

    stand = forms.ChoiceField(label="Ställningstagande", choices=SignOff.Stand, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Varför inte",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Behövs när ni inte godkänner. Det blir en synpunkt som alla parter läser.",
    )
    guarded = ("text",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(self.parties) == 1:
            signed = self.revision.sign_offs.filter(party=self.parties[0]).first()
            self.initial["stand"] = signed.stand if signed else None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("stand") == SignOff.Stand.OBJECTS and not (cleaned.get("text") or self.has_said_why(cleaned)):
            self.add_error("text", ValidationError("Skriv varför ni inte godkänner, så att texten kan ändras."))
        return cleaned

    def has_said_why(self, cleaned):
        return self.revision.comments.filter(party=cleaned.get("party")).exists() if cleaned.get("party") else True

    @transaction.atomic
    def save(self):
        """The stand, which may be changed until the revision is closed; None when it was closed meanwhile."""
        revision = self.locked()
        if revision is None:
            return None
        party, text = self.cleaned_data["party"], self.cleaned_data["text"]
        stand = {"stand": self.cleaned_data["stand"], "signed_by": self.user}
        signed, _ = SignOff.objects.update_or_create(revision=revision, party=party, defaults=stand)
        if text:
            RevisionComment.objects.get_or_create(revision=revision, party=party, by=self.user, text=text)
        record(self.user, Verb.CHANGED, revision, signed=signed.stand, municipality_id=party.municipality_id)
        return signed


def missing(revision):
    """Parties that have not approved the proposed text."""
    approved = revision.sign_offs.filter(stand=SignOff.Stand.APPROVES).values("party")
    return revision.accord.parties.current().exclude(pk__in=approved).select_related("municipality")


class CloseForm(GuardedForm, forms.Form):
    """Adopt or drop a proposed text. Without everybody's approval, and to drop it, a reason is asked for."""

    plain_texts = ("note",)

    note = forms.CharField(label="Varför", max_length=600, widget=forms.Textarea(attrs={"rows": 4}), required=False)

    def __init__(self, data=None, *, user, revision, state):
        super().__init__(data, label_suffix="")
        self.user, self.revision, self.state = user, revision, state
        self.missing = list(missing(revision)) if state == Revision.State.ADOPTED else []
        self.needs_reason = state == Revision.State.DROPPED or bool(self.missing)
        if self.needs_reason:
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = "Skriv varför."
            if self.missing:
                self.fields["note"].label = "Varför den antas ändå"
        else:
            del self.fields["note"]

    @transaction.atomic
    def save(self):
        """The closed revision. None, and a message, when somebody closed it or changed a stand meanwhile."""
        accord = Accord.objects.select_for_update().get(pk=self.revision.accord_id)
        revision = Revision.objects.select_for_update().get(pk=self.revision.pk)
        if not revision.is_open:
            self.add_error(None, ValidationError(CLOSED, code="closed"))
            return None
        revision.accord = accord
        if self.state == Revision.State.ADOPTED and {p.pk for p in missing(revision)} != {p.pk for p in self.missing}:
            self.add_error(
                None, ValidationError("En part ändrade sitt ställningstagande nyss. Ladda om sidan.", code="moved")
            )
            return None
        revision.state, revision.closed_at, revision.closed_by = self.state, timezone.now(), self.user
        revision.closing_note, revision.replaced_text = self.cleaned_data.get("note", ""), accord.text
        revision.save()
        if self.state == Revision.State.ADOPTED:
            accord.text = revision.text
            accord.save(update_fields=["text"])
        record(self.user, Verb.ENDED, revision, state=self.state, without=len(self.missing))
        return revision
