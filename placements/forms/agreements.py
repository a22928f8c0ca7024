"""Agreements and what is promised in them: which homes, at what rank and price, and which criteria hold."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from bou_portal.imports import folded
from bou_portal.sorting import sort_key
from placements.forms.placements import HomeInput
from placements.models import Agreement, AgreementHome, CareHome, Criterion
from placements.questionnaire import questionnaire


def owners(user):
    """{what the field says: (name, the place)} of the places whose agreements this user keeps."""
    places = [m.region or m.municipality for m in user.granting(Permission.KEEP_AGREEMENTS)]
    return {f"{place._meta.model_name}-{place.code}": place for place in places}


class OwnedForm(FreshForm, GuardedForm, forms.ModelForm):
    """About a row that a region or a municipality owns. Asked whose it is only when she keeps several places' rows."""

    def __init__(self, data=None, *, user, instance=None):
        super().__init__(data, instance=instance, label_suffix="")
        self.user, self.owners = user, owners(user)
        if not self.instance.pk and len(self.owners) > 1:
            choices = [(key, str(place)) for key, place in self.owners.items()]
            self.fields["owner"] = forms.ChoiceField(label="Gäller för", choices=[("", "Välj"), *choices])
            self.order_fields(["owner", *self._meta.fields])

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            key = cleaned.get("owner") if "owner" in self.fields else next(iter(self.owners))
            if place := self.owners.get(key):
                setattr(self.instance, place._meta.model_name, place)
        return cleaned

    @transaction.atomic
    def save(self):
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        row = super().save()
        record(self.user, verb, row, fields=sorted(self.changed_data))
        return row


class AgreementForm(OwnedForm):
    guarded = ("title", "number")

    number = forms.CharField(label="Diarienummer", max_length=40, required=False)
    valid_from = day_field(label="Gäller från")
    valid_until = day_field(
        label="Gäller till och med", required=False, help_text="Lämna tomt om avtalet gäller tills vidare."
    )

    class Meta:
        model = Agreement
        fields = ["title", "kind", "number", "valid_from", "valid_until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].label = "Avtalets namn"


class CriterionForm(OwnedForm):
    guarded = ("title", "text", "evidence")

    items = forms.TypedMultipleChoiceField(
        label="Påståenden i omdömet som hör hit",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Vad socialsekreterare svarar på dem vägs in i ljuset. Utan påståenden avgör kontrollerna ensamma.",
    )

    class Meta:
        model = Criterion
        fields = ["title", "level", "text", "evidence", "items"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [
            (domain.name, [(s.number, f"{s.number}. {s.text}") for s in domain.statements])
            for domain in questionnaire().domains
        ]
        self.fields["evidence"].help_text = "Till exempel ”bemanningsplan och samtal vid besök”."

    def as_read(self, name):
        label, value = super().as_read(name)
        return (label, ", ".join(map(str, value))) if name == "items" else (label, value)


class AgreementCriteriaForm(forms.Form):
    """Which of the place's criteria hold in the agreement, and whether another agreement's are taken in too."""

    criteria = forms.ModelMultipleChoiceField(
        Criterion.objects.none(), label="Kriterier som gäller", required=False, widget=forms.CheckboxSelectMultiple
    )
    copied = forms.ModelChoiceField(
        Agreement.objects.none(),
        label="Ta även med alla kriterier från",
        required=False,
        empty_label="Inget annat avtal",
        help_text="Från ett avtal som någon annan sköter blir det egna kopior, som ni kan ändra.",
    )

    def __init__(self, data=None, *, user, agreement):
        super().__init__(data, label_suffix="", initial={"criteria": agreement.criteria.all()})
        self.user, self.agreement = user, agreement
        self.fields["criteria"].queryset = Criterion.objects.owned_like(agreement)
        readable = Agreement.objects.for_user(user, Permission.READ_HOMES).exclude(pk=agreement.pk)
        self.fields["copied"].queryset = readable.filter(criteria__isnull=False).distinct()

    @transaction.atomic
    def save(self):
        kept = set(self.cleaned_data["criteria"])
        if other := self.cleaned_data["copied"]:
            kept |= {self.own(criterion) for criterion in other.criteria.all()}
        self.agreement.criteria.set(kept)
        record(self.user, Verb.CHANGED, self.agreement, criteria=len(kept), copied_from=other.pk if other else None)
        return self.agreement

    def own(self, criterion):
        """The criterion itself when it is the place's own, else the place's copy, made once."""
        own = Criterion.objects.owned_like(self.agreement)
        facts = {name: getattr(criterion, name) for name in ("title", "text", "level", "evidence")}
        if found := own.filter(pk=criterion.pk).first() or own.filter(**facts).first():
            return found
        owner = {"region": self.agreement.region, "municipality": self.agreement.municipality}
        copy = Criterion.objects.create(items=criterion.items, **facts, **owner)
        record(self.user, Verb.CREATED, copy, copied_from=criterion.pk)
        return copy


class TermsForm(forms.ModelForm):
    """A home's rank and price in an agreement."""

    class Meta:
        model = AgreementHome
        fields = ["rank", "price_per_day"]

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        self.fields["rank"].help_text = "1 avropas först. Lämna tomt om avtalet inte rangordnar."
        self.fields["rank"].min_value = 1
        self.fields["rank"].widget.attrs["min"] = 1

    def clean_rank(self):
        rank = self.cleaned_data["rank"]
        if rank == 0:
            raise ValidationError("Rangen börjar på 1.")
        return rank

    @transaction.atomic
    def save(self):
        found = super().save()
        record(self.user, Verb.CHANGED, found.agreement, home=found.home_id, fields=sorted(self.changed_data))
        return found


class AddHomeForm(TermsForm):
    """Takes a home into an agreement: found by its name among the register's open homes."""

    home = forms.CharField(
        label="Hem",
        max_length=200,
        help_text="Skriv början av namnet och välj ur listan. Stängda hem går inte att välja.",
    )
    field_order = ["home", "rank", "price_per_day"]

    def __init__(self, data=None, *, user, agreement):
        super().__init__(data, user=user, instance=AgreementHome(agreement=agreement))
        taken = agreement.homes.values("home")
        listed = CareHome.objects.for_user(user, Permission.READ_HOMES).listed().exclude(pk__in=taken)
        self.homes = named(listed.select_related("location").order_by("name_key"))
        facts = [(name, home.get_form_group_display()) for name, home in self.homes.items()]
        self.fields["home"].widget = HomeInput(facts)

    def clean_home(self):
        text = folded(self.cleaned_data["home"])
        found = [home for name, home in self.homes.items() if folded(name) == text]
        if not found:
            raise ValidationError("Inget öppet hem utanför avtalet heter så. Välj ett namn ur listan.")
        self.instance.home = found[0]
        return self.cleaned_data["home"]

    @transaction.atomic
    def save(self):
        """Two who add the same home at once add it once."""
        terms = {name: self.cleaned_data[name] for name in self._meta.fields}
        agreement, home = self.instance.agreement, self.instance.home
        found, is_new = AgreementHome.objects.get_or_create(agreement=agreement, home=home, defaults=terms)
        if is_new:
            record(self.user, Verb.CHANGED, agreement, home=home.pk, added=True)
        return found


def named(homes):
    """{name: home}; homes that share a name say their form and place too."""
    homes = list(homes)
    names = [folded(home.name) for home in homes]
    listed = {}
    for home in homes:
        told = f"{home.name} ({home.get_form_group_display()}, {home.location or 'okänd ort'})"
        listed[home.name if names.count(folded(home.name)) == 1 else told] = home
    return dict(sorted(listed.items(), key=lambda pair: sort_key(pair[0])))
