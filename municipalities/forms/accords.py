"""Agreements between bodies: what they say, who is party, which days are to be kept."""

import hashlib

from django import forms
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from municipalities.directory.colleagues import in_regional_body
from municipalities.forms.work import WorkForm
from municipalities.models import Accord, AccordDate, Municipality
from municipalities.models.accords import not_ended_by

COMING, ENDED, ALL = "kommande", "avslutade", "alla"


class AccordFilter(forms.Form):
    """Which agreements the list shows. An unknown choice is ignored: the address may be old."""

    visa = forms.ChoiceField(
        label="Visa",
        required=False,
        choices=[("", "Gällande och kommande"), (COMING, "Bara kommande"), (ENDED, "Avslutade"), (ALL, "Alla")],
    )
    slag = forms.ChoiceField(label="Slag", required=False, choices=[("", "Alla slag"), *Accord.Kind.choices])
    part = forms.ModelChoiceField(
        Municipality.objects.none(), label="Part", required=False, to_field_name="code", empty_label="Alla parter"
    )

    def __init__(self, data, *, region):
        super().__init__(data)
        self.fields["part"].queryset = region.municipalities.all()
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def is_narrowed(self):
        return any(self.chosen.get(name) for name in self.fields)

    def narrow(self, accords):
        narrowed = {
            "": lambda rows: rows.filter(not_ended_by(timezone.localdate())),
            COMING: lambda rows: rows.coming(),
            ENDED: lambda rows: rows.ended(),
            ALL: lambda rows: rows,
        }[self.chosen.get("visa", "")](accords)
        if kind := self.chosen.get("slag"):
            narrowed = narrowed.filter(kind=kind)
        if place := self.chosen.get("part"):
            narrowed = narrowed.filter(parties__municipality=place, parties__left_on=None)
        return narrowed


def below(accord):
    """Ids of the agreement and of all that lie under it, which it cannot lie under itself."""
    found, newest = {accord.pk}, {accord.pk}
    while newest:
        newest = set(Accord.objects.filter(parent__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found


class AccordForm(WorkForm):
    plain_texts = ("title", "number", "purpose", "goals", "text", "link")

    valid_from = day_field(label="Gäller från")
    valid_until = day_field(
        label="Gäller till och med", required=False, help_text="Lämna tomt om den gäller tills vidare."
    )
    link = forms.URLField(label="Länk till handlingen", required=False, max_length=300, assume_scheme="https")

    class Meta:
        model = Accord
        fields = [
            "title", "kind", "number", "valid_from", "valid_until", "parent", "owner", "money", "purpose", "goals",
            "text", "link",
        ]  # fmt: skip
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "goals": forms.Textarea(attrs={"rows": 4}),
            "text": forms.Textarea(attrs={"rows": 14}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        accord = self.instance
        self.fields["title"].label = "Överenskommelsens namn"
        self.fields["money"].help_text = "Bara om den innebär pengar. Hela kronor per år."
        # Whoever is chosen already stays, though she has left.
        among = Q(pk__in=in_regional_body(accord.region)) | Q(pk=accord.owner_id)
        self.fields["owner"].queryset = get_user_model().objects.filter(among).order_by("name", "pk")
        self.fields["owner"].empty_label = "Ingen än, regionens utvecklingsledare påminns"
        self.fields["owner"].help_text = "Påminns 60 och 14 dagar före varje dag att hålla."
        parents = Accord.objects.filter(region=accord.region).order_by("title")
        self.fields["parent"].queryset = parents.exclude(pk__in=below(accord)) if accord.pk else parents
        self.fields["parent"].empty_label = "Ingen annan överenskommelse"
        if accord.pk and accord.revisions.open().exists():
            del self.fields["text"]  # the parties are reading a proposal to replace just this text

    @transaction.atomic
    def save(self):
        if "parent" in self.changed_data:
            self.instance.held_against_parent_at = timezone.now() if self.cleaned_data["parent"] else None
        accord = super().save()
        accord.keep_end_date()
        return accord


class AccordPartiesForm(FreshForm, GuardedForm, forms.ModelForm):
    """Who is party: the region's municipalities, and organisations by name, one a line."""

    plain_texts = ("organisations",)
    municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.none(), label="Kommuner", required=False, widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.CharField(
        label="Organisationer",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="En per rad, till exempel Region Västernorrland.",
    )

    class Meta:
        model = Accord
        fields = []

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        today = instance.region.municipalities.active().values("pk")
        parties = instance.parties.current().filter(municipality__isnull=False).values("municipality")
        self.fields["municipalities"].queryset = Municipality.objects.filter(Q(pk__in=today) | Q(pk__in=parties))
        self.initial |= self.current

    def compare_with(self, row):
        parties = list(row.parties.current().values_list("municipality_id", "name"))
        self.current = {
            "municipalities": sorted(pk for pk, _ in parties if pk),
            "organisations": "\n".join(sorted(name for pk, name in parties if not pk)),
        }
        self.fingerprint = hashlib.sha256(repr(sorted(self.current.items())).encode()).hexdigest()[:16]

    def as_read(self, name):
        label, value = super().as_read(name)
        if name == "municipalities":
            places = self.fields[name].queryset.filter(pk__in=self.current[name])
            return label, ", ".join(str(place) for place in places)
        return label, value

    def clean_organisations(self):
        names = [" ".join(line.split()) for line in self.cleaned_data["organisations"].splitlines()]
        if any(len(name) > 100 for name in names):
            raise forms.ValidationError("Ett namn kan ha högst 100 tecken. Skriv en organisation per rad.")
        return "\n".join(dict.fromkeys(filter(None, names)))

    @transaction.atomic
    def save(self):
        accord = Accord.objects.select_for_update().get(pk=self.instance.pk)
        places, names = set(self.cleaned_data["municipalities"]), set(self.cleaned_data["organisations"].splitlines())
        joined = self.let_join(accord, places, names)
        left = [
            party
            for party in accord.parties.current().select_related("municipality")
            if not (party.municipality in places or party.name in names)
        ]
        for party in left:
            self.let_leave(party)
        if joined or left:
            record(self.user, Verb.CHANGED, accord, joined=joined, left=len(left))
        return accord

    def let_join(self, accord, places, names):
        """Whoever was party before is so again. Number of those who joined."""
        wanted = [{"municipality": place, "name": ""} for place in places]
        wanted += [{"municipality": None, "name": name} for name in names]
        joined = 0
        for who in wanted:
            party, is_new = accord.parties.get_or_create(**who)
            if not is_new and party.left_on:
                party.left_on = None
                party.save(update_fields=["left_on"])
                is_new = True
            joined += is_new
        return joined

    def let_leave(self, party):
        """A party that has said something in a revision stays readable there."""
        if party.sign_offs.exists() or party.comments.exists():
            party.left_on = max(timezone.localdate(), party.joined_on)
            party.save(update_fields=["left_on"])
        else:
            party.delete()


class AccordDateForm(WorkForm):
    """A day to keep. The last day of the agreement is none of these: it follows the agreement's own."""

    plain_texts = ("what",)

    due_on = day_field(label="Dag")

    class Meta:
        model = AccordDate
        fields = ["kind", "due_on", "what"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in AccordDate.Kind.choices if choice[0] != AccordDate.Kind.END]
        self.fields["kind"].choices = kinds
        self.fields["what"].label = "Vad som ska göras"
        self.fields["what"].help_text = "Till exempel ”ekonomisk redovisning till länsstyrelsen”."

    def clean(self):
        if "due_on" in self.changed_data:
            self.instance.reminded_for = None
        return super().clean()


def mark_done(date, user):
    """Mark a day to keep as done today, once. Whether it was this call that did it."""
    with transaction.atomic():
        done = AccordDate.objects.to_keep().filter(pk=date.pk).update(done_on=timezone.localdate(), done_by=user)
        if done:
            record(user, Verb.CHANGED, date, done=True)
    return bool(done)


def take_back_done(date, user):
    """Take the mark back on the day it was set. Whether it was there."""
    with transaction.atomic():
        marked = AccordDate.objects.filter(pk=date.pk, done_on=timezone.localdate())
        undone = marked.update(done_on=None, done_by=None)
        if undone:
            record(user, Verb.UNDID, date)
    return bool(undone)


def remove_date(date, user):
    """Take away a day that was written by mistake; never the end."""
    with transaction.atomic():
        record(user, Verb.DELETED, date)
        date.delete()


def let_stand(accord, user):
    """The leader has held the agreement against its parent's new text: it needs no change."""
    with transaction.atomic():
        Accord.objects.filter(pk=accord.pk).update(held_against_parent_at=timezone.now())
        record(user, Verb.CHANGED, accord, held_against_parent=True)
