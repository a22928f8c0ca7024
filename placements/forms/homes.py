"""Homes: proposing one, and keeping the facts right, each with who said so and when."""

from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html

from bou_portal import identity_numbers
from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.imports import folded
from bou_portal.sorting import sort_key
from municipalities.models import Municipality
from placements.codes import (
    CATALOGUED,
    INSTITUTIONS,
    FactSource,
    FormGroup,
    HomeMethod,
    IvoStatus,
    Operator,
    TargetSex,
    catalogue_label,
)
from placements.homes.facts import FIELDS, FREE_PLACES, IVO, METHODS, PARTS_OF, WrongNumber, organisation_number
from placements.homes.register import confirmed, remember, set_ways, ways_of
from placements.models import CareHome

FORMS = [
    (form.value, catalogue_label(form))
    for form in sorted(FormGroup, key=lambda form: form not in INSTITUTIONS)  # the companies last
    if form in CATALOGUED
]
SOURCES = [(source.value, source.label) for source in FactSource if source != FactSource.FILE]
AHEAD = "Dagen ligger framåt i tiden."
LOOKS_LIKE_A_NUMBER = "Det ser ut som ett personnummer. Ta bort det."
TOO_MANY_FREE = "Fler lediga platser än platser. Kontrollera båda talen."
ONLY_COMPANIES = (
    "Skriv företagets organisationsnummer. Bara företag som förmedlar och stöder familjehem finns i registret, aldrig "
    "familjerna."
)
TEXTS = ("name", "operator_name", "target_group", "phone", "website", "ivo_link")
HELP = {
    "name": "Hemmets eget namn. Familjehem och andra privata hem hör inte hemma här.",
    "operator_name": "Bolaget, kommunen eller stiftelsen som driver hemmet. Aldrig en persons namn.",
    "organisation_number": "NNNNNN-NNNN. En enskild firmas nummer är ett personnummer: lämna tomt då.",
    "target_group": "Till exempel ”eget beteende” eller ”psykisk ohälsa”.",
    "free_places": "Så många som var lediga den dag du skriver längst ner.",
    "phone": "Hemmets telefon, aldrig en persons. Till exempel 060-12 34 56.",
    "ivo_link": "Adressen till hemmet hos IVO, till exempel https://www.ivo.se/...",
}


def side_by_side(*names):
    """Two and two: names of companies and homes are long."""
    return Row(*(Column(name, css_class="col-sm-6") for name in names))


def past_day(day):
    """The day, unless it has not been yet."""
    if day and day > timezone.localdate():
        raise ValidationError(AHEAD)
    return day


class HomeForm(FreshForm, forms.ModelForm):
    """The facts about a home. What a person's name, number or address would be has no field here."""

    default_source = FactSource.REGION

    location = forms.ModelChoiceField(Municipality.objects.all(), label="Ligger i", required=False, empty_label="Okänt")
    form_group = forms.ChoiceField(label="Form", choices=FORMS)
    operator = forms.ChoiceField(label="Regi", required=False, choices=[("", "Okänd"), *Operator.choices])
    target_sex = forms.ChoiceField(label="Tar emot", required=False, choices=[("", "Okänt"), *TargetSex.choices])
    ivo_status = forms.ChoiceField(label="Status hos IVO", required=False, choices=[("", "Okänd"), *IvoStatus.choices])
    # Written in many ways, kept in one.
    organisation_number = forms.CharField(label="Organisationsnummer", required=False, max_length=20)
    methods = forms.MultipleChoiceField(
        label="Arbetssätt", required=False, choices=HomeMethod.choices, widget=forms.CheckboxSelectMultiple
    )
    website = forms.URLField(label="Webbplats", required=False, max_length=200, assume_scheme="https")
    ivo_checked_on = day_field(label="Kontrollerat hos IVO", required=False)
    ivo_link = forms.URLField(label="Länk till IVO", required=False, max_length=200, assume_scheme="https")
    source = forms.ChoiceField(label="Vem har sagt det?", choices=SOURCES)
    told_on = day_field(label="Uppgifterna gäller", initial=timezone.localdate)
    all_checked = forms.BooleanField(
        label="Jag har kontrollerat alla uppgifter den dagen, även dem jag inte ändrar", required=False
    )

    class Meta:
        model = CareHome
        fields = (
            "name",
            "form_group",
            "operator",
            "operator_name",
            "organisation_number",
            "location",
            "target_group",
            "target_sex",
            "age_from",
            "age_to",
            "places",
            "free_places",
            "phone",
            "website",
            "ivo_status",
            "ivo_checked_on",
            "ivo_link",
        )

    def __init__(self, data=None, *, user, instance=None):
        initial = {"methods": ways_of(instance) if instance else []}
        super().__init__(data, instance=instance, initial=initial, label_suffix="")
        self.user, self.old_name = user, instance.name if instance else ""
        self.initial["source"] = self.default_source
        for name, text in HELP.items():
            self.fields[name].help_text = text
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.parts())

    def parts(self):
        """What stands together on the page."""
        return [
            Fieldset(
                "Hemmet",
                side_by_side("name", "form_group", "location", "operator", "operator_name", "organisation_number"),
            ),
            Fieldset(
                "Vem hemmet tar emot", side_by_side("target_group", "target_sex", "age_from", "age_to"), "methods"
            ),
            Fieldset("Platser och kontakt", side_by_side("places", "free_places", "phone", "website")),
            Fieldset("IVO", side_by_side("ivo_status", "ivo_checked_on", "ivo_link")),
            Fieldset("Var uppgifterna kommer ifrån", side_by_side("source", "told_on"), "all_checked"),
        ]

    def compare_with(self, row):
        super().compare_with(row)
        if row.pk:
            self.current["methods"] = ways_of(row)

    def as_read(self, name):
        if name == METHODS:
            return "Arbetssätt", ", ".join(dict(HomeMethod.choices)[way] for way in self.current[name])
        return super().as_read(name)

    def clean_organisation_number(self):
        text = self.cleaned_data["organisation_number"].strip()
        try:
            return organisation_number(text) if text else ""
        except WrongNumber as error:
            raise ValidationError(str(error)) from None

    def clean_phone(self):
        text = self.cleaned_data["phone"].strip()
        if text and (not text.startswith(("0", "+")) or set(text) - set("0123456789+-() ")):
            raise ValidationError("Skriv telefonnumret med riktnummer, till exempel 060-12 34 56.")
        return text

    def clean_website(self):
        return web_address(self.cleaned_data["website"])

    def clean_ivo_link(self):
        link = web_address(self.cleaned_data["ivo_link"])
        host = urlsplit(link).hostname or ""
        if link and (urlsplit(link).scheme != "https" or not f".{host}".endswith(".ivo.se")):
            raise ValidationError("Länken ska gå till IVO och börja med https://, till exempel https://www.ivo.se/...")
        return link

    def clean_told_on(self):
        return past_day(self.cleaned_data["told_on"])

    def clean_ivo_checked_on(self):
        return past_day(self.cleaned_data["ivo_checked_on"])

    def clean(self):
        data = super().clean()
        for name in TEXTS:
            if identity_numbers.find(data.get(name) or ""):
                self.add_error(name, LOOKS_LIKE_A_NUMBER)
        free, places = data.get("free_places"), data.get("places")
        if None not in (free, places) and free > places:
            self.add_error("free_places", TOO_MANY_FREE)
        if data.get("form_group") == FormGroup.FAMILY:
            self.ask_for("organisation_number", ONLY_COMPANIES)
        if data.get(IVO) and IVO in self.changed_data:
            self.ask_for("ivo_checked_on", "Skriv vilken dag du kontrollerade hos IVO.")
        self.refuse_doubles(data.get("form_group"), folded(data.get("name") or ""))
        return data

    def ask_for(self, name, why):
        """What another answer makes necessary."""
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, why)

    def refuse_doubles(self, form, name):
        """A name stands once for each form, as far as she sees."""
        for other in CareHome.objects.for_user(self.user, Permission.READ_HOMES).filter(form_group=form):
            if other.pk != self.instance.pk and folded(other.name) == name:
                link = format_html('<a href="{}">{}</a>', other.get_absolute_url(), other.name)
                self.add_error("name", format_html("Hemmet finns redan: {}.", link))
                break

    def save(self):
        with transaction.atomic():
            is_new = self.instance.pk is None
            self.instance.name_key = sort_key(self.instance.name)[:100]
            self.instance.save()
            set_ways(self.instance, self.cleaned_data["methods"])
            self.remember_sources()
            if self.old_name not in ("", self.instance.name):
                self.instance.remember_names(self.old_name)
            changed = [name for name in self.changed_data if name in self._meta.fields or name == METHODS]
            record(self.user, Verb.CREATED if is_new else Verb.CHANGED, self.instance, fields=changed)
        return self.instance

    def remember_sources(self):
        """Note who told what was changed now; what IVO says was said on the day somebody asked there."""
        home, source, day = self.instance, self.cleaned_data["source"], self.cleaned_data["told_on"]
        fields = {PARTS_OF.get(name, name) for name in self.changed_data} & set(FIELDS)
        if IVO in fields:
            remember(home, {IVO: self.cleaned_data["ivo_checked_on"] or day}, FactSource.IVO, self.user)
        if self.cleaned_data.get("all_checked"):
            fields |= confirmed(home, day)
        remember(home, dict.fromkeys(sorted(fields - {IVO}), day), source, self.user)


def web_address(link):
    """The address, when it is one of a page and hides no password in front of the host."""
    if link and (urlsplit(link).scheme not in ("http", "https") or "@" in urlsplit(link).netloc):
        raise ValidationError("Skriv en vanlig webbadress, till exempel https://hemmet.se.")
    return link


class ProposalForm(HomeForm):
    """A municipality proposes a home; it may be used at once, and the region's leader takes it into the register."""

    default_source = FactSource.MUNICIPALITY
    all_checked = None  # everything is new here

    proposed_by = forms.ModelChoiceField(Municipality.objects.none(), label="För", empty_label="Välj kommun")

    class Meta(HomeForm.Meta):
        fields = (*HomeForm.Meta.fields, "proposed_by")

    def __init__(self, data=None, *, user):
        super().__init__(data, user=user, instance=CareHome(status=CareHome.Status.PROPOSED))
        own = Municipality.objects.for_user(user, Permission.RATE_HOMES)
        self.fields["proposed_by"].queryset = own
        if len(own) == 1:
            self.instance.proposed_by = own[0]
            del self.fields["proposed_by"]
        else:
            self.helper.layout.insert(0, "proposed_by")

    def parts(self):
        *parts, last = super().parts()
        return [*parts, Fieldset(last.legend, last.fields[0])]

    def save(self):
        with transaction.atomic():
            home = super().save()
            # Undoing a delivery forgets proposals that nothing rests on; this one rests on a person's word.
            home.remember_names(home.uid.hex)
        return home


class FreePlacesForm(forms.ModelForm):
    """How many places are free, as the home itself says: what changes most often, asked for alone."""

    told_on = day_field(label="Den dagen", initial=timezone.localdate)

    class Meta:
        model = CareHome
        fields = ("free_places",)

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        self.fields["free_places"].required = True
        if instance.places is not None:
            self.fields["free_places"].help_text = f"Hemmet har {instance.places} platser."

    def clean_told_on(self):
        day = past_day(self.cleaned_data["told_on"])
        fact = self.instance.facts.filter(field=FREE_PLACES).first()
        if fact and fact.told_on > day:
            raise ValidationError(f"Det finns en nyare uppgift, från {fact.told_on}.")
        return day

    def clean_free_places(self):
        free = self.cleaned_data["free_places"]
        if self.instance.places is not None and free > self.instance.places:
            raise ValidationError(TOO_MANY_FREE)
        return free

    @transaction.atomic
    def save(self):
        self.instance.save(update_fields=["free_places"])
        remember(self.instance, {FREE_PLACES: self.cleaned_data["told_on"]}, FactSource.HOME, self.user)
        record(self.user, Verb.CHANGED, self.instance, fields=["free_places"])
        return self.instance
