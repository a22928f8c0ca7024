"""The yearly inventory of needs: asking, answering, ranking, and the needs that the region has together."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from municipalities.forms.work import WorkForm
from municipalities.models import InventoryAnswer, Need, NeedInventory

MOST_NEEDS = 10
IMPORTANCE = [(5, "5, viktigast"), (4, "4"), (3, "3"), (2, "2"), (1, "1, kan vänta")]
CLOSED = "Inventeringen stängde {}. Hör av dig till utvecklingsledaren om något behöver läggas till."
TAKEN = "Regionen har redan en inventering inför det året."
FULL = f"Ni har redan skrivit {MOST_NEEDS} behov. Ändra eller ta bort ett av dem först."
ORDER_MOVED = (
    "Någon annan ändrade behoven eller deras ordning medan du skrev. Det du skrev står kvar. Jämför och spara igen."
)


class InventoryForm(WorkForm):
    """The question to the municipalities. What year it is about is settled once it has been sent."""

    plain_texts = ("introduction",)

    closes_on = day_field(label="Svara senast")

    class Meta:
        model = NeedInventory
        fields = ["year", "introduction", "closes_on"]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["introduction"].help_text = "Läses av enhetschefer och IFO-chefer när de svarar."
        if self.instance.sent_at:
            self.fields["year"].disabled = True
        elif not self.instance.pk:
            self.initial.setdefault("year", timezone.localdate().year + 1)

    def clean_year(self):
        year, now = self.cleaned_data["year"], timezone.localdate().year
        if not self.instance.sent_at and not now <= year <= now + 2:
            raise ValidationError(f"Välj ett år mellan {now} och {now + 2}.")
        return year

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise ValidationError("Sista dagen har redan varit. Välj en dag framåt.")
        return day

    def clean(self):
        cleaned = super().clean()
        others = NeedInventory.objects.filter(region=self.instance.region, year=cleaned.get("year"))
        others = others.exclude(pk=self.instance.pk).exclude(uid=cleaned.get("token") or self.instance.uid)
        if others.exists():
            self.add_error("year", TAKEN)
        return cleaned

    def save(self):
        """The inventory, or None when somebody made one for the same year in the same moment."""
        try:
            return super().save()
        except IntegrityError:
            self.add_error("year", TAKEN)
            return None


class NeedForm(WorkForm):
    """What both a municipality's need and a joint one say."""

    plain_texts = ("title", "text")

    importance = forms.TypedChoiceField(label="Hur viktigt", coerce=int, choices=IMPORTANCE, initial=3)

    class Meta:
        model = Need
        fields = ["topic", "title", "text", "importance"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = "Vad ni behöver, i några ord."


class JointNeedForm(NeedForm):
    """A need the leader tells of for the county together."""


class OwnNeedForm(NeedForm):
    """A need in a municipality's answer. `instance` is a new need of the municipality, or one of its own."""

    plain_texts, guarded = (), ("title", "text")

    def __init__(self, *args, inventory, **kwargs):
        super().__init__(*args, **kwargs)
        self.inventory = inventory

    def clean(self):
        cleaned = super().clean()
        if not self.inventory.is_open:
            raise ValidationError(CLOSED.format(self.inventory.closes_on), code="closed")
        told = Need.objects.filter(answer__inventory=self.inventory, municipality=self.instance.municipality)
        if not self.instance.pk and told.exclude(uid=cleaned.get("token")).count() >= MOST_NEEDS:
            raise ValidationError(FULL, code="full")
        return cleaned

    @transaction.atomic
    def save(self):
        self.instance.answer = answered(self.inventory, self.instance.municipality, self.user)
        return super().save()


class NoNeedsForm(forms.Form):
    """The municipality answers that it has no needs."""

    def __init__(self, data=None, *, user, inventory, municipality):
        super().__init__(data)
        self.user, self.inventory, self.municipality = user, inventory, municipality

    def clean(self):
        if not self.inventory.is_open:
            raise ValidationError(CLOSED.format(self.inventory.closes_on), code="closed")
        if Need.objects.filter(answer__inventory=self.inventory, municipality=self.municipality).exists():
            raise ValidationError("Ni har skrivit behov. Ta bort dem först om ni inte har några.", code="has_needs")
        return super().clean()

    @transaction.atomic
    def save(self):
        return answered(self.inventory, self.municipality, self.user)


def answered(inventory, municipality, user):
    """The municipality's answer, made now if it is the first word of it."""
    now = {"answered_by": user, "answered_at": timezone.now()}
    answer, is_new = InventoryAnswer.objects.get_or_create(inventory=inventory, municipality=municipality, defaults=now)
    if is_new:
        record(user, Verb.CREATED, answer, inventory=inventory.pk)
    else:
        InventoryAnswer.objects.filter(pk=answer.pk).update(**now)
    return answer


@transaction.atomic
def remove(need, user):
    """Take a need back. None: it is met by an activity, and stays. Else whether it was still there."""
    if need.activities.exists():
        return None
    record(user, Verb.DELETED, need, year=need.year)
    answer = need.answer
    gone, _ = Need.objects.filter(pk=need.pk).delete()
    if answer and not answer.needs.exists():
        answer.delete()  # nothing is said any more, not even that there are no needs
    return bool(gone)


class RankForm(forms.Form):
    """The leader's order of a year's needs: 1 comes first, empty is not ranked."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user, needs):
        super().__init__(data, label_suffix="")
        self.user, self.needs = user, list(needs)
        for need in self.needs:
            self.fields[self.name(need)] = forms.IntegerField(
                label=f"{need}", required=False, min_value=1, max_value=999, initial=need.rank,
                widget=forms.NumberInput(attrs={"class": "form-control rank", "min": 1, "max": 999}),
            )  # fmt: skip
        told = repr([(need.pk, need.rank) for need in sorted(self.needs, key=lambda need: need.pk)])
        self.fingerprint = self.initial["seen"] = hashlib.sha256(told.encode()).hexdigest()[:16]

    @staticmethod
    def name(need):
        return f"rank-{need.uid}"

    @property
    def rows(self):
        """(need, its field), as they stand now."""
        return [(need, self[self.name(need)]) for need in self.needs]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seen") != self.fingerprint:
            self.data = self.data.copy()
            self.data["seen"] = self.fingerprint
            if any(cleaned.get(self.name(need)) != need.rank for need in self.needs):
                raise ValidationError(ORDER_MOVED, code="stale")
        return cleaned

    @transaction.atomic
    def save(self):
        moved = []
        for need in self.needs:
            if (rank := self.cleaned_data.get(self.name(need))) != need.rank:
                need.rank = rank
                moved.append(need)
        Need.objects.bulk_update(moved, ["rank"])
        if moved:
            record(self.user, Verb.CHANGED, "municipalities.need", ranked=len(moved), year=moved[0].year)
        return len(moved)
