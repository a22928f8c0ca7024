"""Cooperation models, their papers and their local networks, as the leader keeps them."""

from django import forms
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bou_portal.formats import listing
from bou_portal.forms.days import day_field
from municipalities.forms.taken import TakenForm
from municipalities.forms.work import WorkForm
from municipalities.models import Accord, Body, CooperationModel, CooperationPaper, LocalNetwork
from municipalities.models.bodies import not_ended


class CooperationModelForm(TakenForm):
    plain_texts = ("name", "about", "ages")
    unasked = ("region",)

    started_on = day_field(label="Sedan", required=False)

    class Meta:
        model = CooperationModel
        fields = ["name", "about", "ages", "started_on", "accord", "group", "steered_by"]
        widgets = {"about": forms.Textarea(attrs={"rows": 4}), "steered_by": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        region = self.instance.region
        bodies, still = Body.objects.filter(region=region), not_ended(timezone.localdate())
        chosen = self.instance.pk and self.instance.steered_by.values("pk")
        self.fields["accord"].queryset = Accord.objects.filter(region=region)
        self.fields["group"].queryset = bodies.filter(still | Q(pk=self.instance.group_id))
        self.fields["steered_by"].queryset = bodies.filter(still | Q(pk__in=chosen or []))
        self.fields["name"].label = "Modellens namn"
        self.fields["ages"].help_text = "Till exempel ”0–20 år”."
        self.fields["accord"].empty_label = self.fields["group"].empty_label = "Ingen"
        self.fields["group"].help_text = "Gruppens ledamöter ser och hanterar kommunernas avvikelser."

    def as_read(self, name):
        label, value = super().as_read(name)
        return (label, listing(map(str, value)) if value else "ingen") if name == "steered_by" else (label, value)


class PaperForm(WorkForm):
    """A routine, a form or other material. Given `replaces`, a new version of that one, which ends when this begins."""

    plain_texts = ("title", "version", "link")

    link = forms.URLField(
        label="Länk",
        max_length=300,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        error_messages={"invalid": "Länken ska börja med https://."},
        help_text="Dit där den finns att läsa. Portalen lagrar inga dokument.",
    )
    holds_since_on = day_field(label="Gäller från", required=False)
    ended_on = day_field(
        label="Gäller inte från och med",
        required=False,
        help_text="Då flyttas den till Tidigare. Den går att läsa där.",
    )

    class Meta:
        model = CooperationPaper
        fields = ["kind", "title", "version", "link", "holds_since_on", "ended_on"]

    def __init__(self, *args, replaces=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.replaces = replaces
        self.fields["kind"].choices = [("", "Välj"), *CooperationPaper.Kind.choices]
        if not self.instance.pk:
            del self.fields["ended_on"]
        if replaces:
            self.initial |= {"kind": replaces.kind, "title": replaces.title, "link": replaces.link}
            self.initial["holds_since_on"] = timezone.localdate()
            self.fields["holds_since_on"].required = True

    def clean(self):
        cleaned = super().clean()
        since, ended = cleaned.get("holds_since_on"), cleaned.get("ended_on")
        before = self.replaces.holds_since_on if self.replaces else None
        if since and ended and ended < since:
            self.add_error("ended_on", "Den kan inte sluta gälla innan den gäller.")
        if since and before and since < before:
            self.add_error(
                "holds_since_on", f"Den förra versionen gäller från {before}. Den nya kan inte gälla tidigare."
            )
        return cleaned

    @transaction.atomic
    def save(self):
        paper = super().save()
        if self.replaces and self.replaces.ended_on is None:
            self.replaces.ended_on = paper.holds_since_on
            self.replaces.save(update_fields=["ended_on"])
        return paper


class LocalNetworkForm(TakenForm):
    """A municipality's own network. Its contact is a function, never a child and no private person."""

    guarded = ("contact",)
    unasked = ("model", "ended_on")

    started_on = day_field(label="Sedan")
    ended_on = day_field(label="Finns inte från och med", required=False, help_text="Lämna tomt så länge det finns.")

    class Meta:
        model = LocalNetwork
        fields = ["municipality", "contact", "started_on", "ended_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        region = self.instance.model.region
        self.fields["municipality"].queryset = region.municipalities.filter(
            Q(pk__in=region.municipalities.active()) | Q(pk=self.instance.municipality_id)
        )
        self.fields["municipality"].empty_label = "Välj"
        self.fields["contact"].help_text = "En funktion, till exempel ”Samordnare, elevhälsan”. Namn står i katalogen."
        if not self.instance.pk:
            del self.fields["ended_on"]
