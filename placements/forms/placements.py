"""Writing in that a placement begins: where the child is placed, for a child that is known and for a new one."""

import secrets

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join

from bou_portal import identity_numbers
from bou_portal.access import Permission
from bou_portal.forms.days import day_field
from bou_portal.imports import folded
from municipalities.models import Municipality, Unit
from placements import written
from placements.codes import (
    FORM_GROUP_OF,
    INSTITUTIONS,
    LAW_GROUP_OF,
    FormCode,
    FormGroup,
    LawCode,
    LawGroup,
    Operator,
    Sex,
)
from placements.forms.changes import ChangeForm, side_by_side
from placements.forms.children import workers_of
from placements.imports.homes import PROPOSED, stored_name
from placements.models import Assignment, CareHome, Child

IDENTITY_NUMBER = "Det ser ut som ett personnummer. Använd kommunens egen kod, aldrig personnummer."
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another


def grouped(groups, group_of, told=lambda group, code: code.label):
    """Choices of a group and its finer codes: `("hvb:HVB_PUBLIC", …)`; a group with less than two codes stands alone."""
    choices = []
    for group in groups:
        codes = [code for code, theirs in group_of.items() if theirs == group]
        if len(codes) < 2:
            choices.append((f"{group.value}:", group.label))
        else:
            finer = [(f"{group.value}:{code.value}", told(group, code)) for code in codes]
            choices.append((group.label, [(f"{group.value}:", f"{group.label}, närmare okänt"), *finer]))
    return [("", "Välj"), *choices]


FORMS = grouped(FormGroup, {FormCode(code): group for code, group in FORM_GROUP_OF.items()})
LAWS = grouped(
    LawGroup,
    {LawCode(code): group for code, group in LAW_GROUP_OF.items()},
    lambda group, code: f"{group.label}, {code.label.lower()}",
)


def pair_field(choices, **options):
    """A group with its finer code, as a pair."""
    return forms.TypedChoiceField(choices=choices, coerce=lambda text: tuple(text.split(":")), **options)


class HomeInput(forms.TextInput):
    """A text with suggestions: the register's homes by name. Works without JavaScript."""

    def __init__(self, homes=()):
        super().__init__(attrs={"list": "homes", "autocomplete": "off"})
        self.homes = homes

    def render(self, name, value, attrs=None, renderer=None):
        listed = format_html_join("", '<option value="{}">{}</option>', self.homes)
        return format_html('{}<datalist id="homes">{}</datalist>', super().render(name, value, attrs, renderer), listed)


class PlacementFields(forms.Form):
    """Where a child is placed: the form, the home, and under which law."""

    day = "started_on"

    form = pair_field(FORMS, label="Form")
    home = forms.CharField(
        label="Hem",
        required=False,
        max_length=100,
        help_text="För HVB, stödboende, SiS och skyddat boende. Välj ur listan, eller skriv ett nytt namn som föreslås.",
    )
    private_home = forms.CharField(
        label="Er beteckning på hemmet",
        required=False,
        max_length=100,
        help_text=(
            "För familjehem, jourhem och andra privata hem, till exempel ”FH 12”. Bara ett kontrolltal sparas, så att en "
            "flytt syns; beteckningen går inte att läsa i portalen."
        ),
    )
    operator = forms.ChoiceField(label="Regi", required=False, choices=[("", "Okänd"), *Operator.choices])
    host = forms.ModelChoiceField(
        Municipality.objects.order_by("sort_key"), label="Vistelsekommun", required=False, empty_label="Okänd"
    )
    law = pair_field(LAWS, label="Lagrum")

    def list_homes(self, places):
        """Gives the suggestions: everything that may be chosen."""
        homes = CareHome.objects.known_to(places).listed().filter(form_group__in=INSTITUTIONS).order_by("name_key")
        listed = [(h.name, h.get_form_group_display()) for h in homes.only("name", "form_group")]
        self.fields["home"].widget = HomeInput(listed)
        self.fields["home"].widget.attrs["maxlength"] = 100

    def where(self):
        return [side_by_side("form", "home", "private_home"), side_by_side("operator", "host", "law")]

    def check_home(self):
        """An institution is named, any other home has the municipality's own label; neither hides a number."""
        group, _ = self.cleaned_data["form"]
        for name in ("home", "private_home"):
            if identity_numbers.find(self.cleaned_data.get(name) or ""):
                self.add_error(name, IDENTITY_NUMBER)
        label = FormGroup(group).label
        if group in INSTITUTIONS and self.cleaned_data.get("private_home"):
            self.add_error("private_home", f"{label} är ingen privat bostad. Skriv namnet under Hem i stället.")
        if group not in INSTITUTIONS and self.cleaned_data.get("home"):
            text = f"{label} är ett privat hem, och privata hem står inte i registret. Skriv er beteckning på hemmet i stället."
            self.add_error("home", text)

    def home_values(self, homes):
        """How the row names the home, and what the register knows of it that was not filled in."""
        data, (group, _) = self.cleaned_data, self.cleaned_data["form"]
        values = {"regi": data["operator"], "vistelsekommun": data["host"].pk if data["host"] else None}
        if group not in INSTITUTIONS:
            values["enhet"] = stored_name(self.child.municipality_id, group, data["private_home"])
        elif data["home"]:
            key = homes.key(self.child.municipality_id, group, data["home"].strip())
            home = None if key.startswith(PROPOSED) else CareHome.objects.get(pk=key)
            values["enhet"] = home.uid.hex if home else data["home"].strip()
            values["regi"] = values["regi"] or (home.operator if home else "")
            values["vistelsekommun"] = values["vistelsekommun"] or (home.location_id if home else None)
        return {name: value for name, value in values.items() if value}

    def warn_about_home(self, homes):
        """What the register says against the chosen home."""
        text, group = self.cleaned_data["home"].strip(), FormGroup(self.cleaned_data["form"][0])
        key = homes.key(self.child.municipality_id, group, text) if text else PROPOSED
        home = None if key.startswith(PROPOSED) else CareHome.objects.get(pk=key)
        if home and home.is_closed:
            self.warnings["home_closed"] = f"{home} är stängt i registret."
        if home and home.form_group != group:
            self.warnings["home_of_another_form"] = f"{home} står i registret som {home.get_form_group_display()}."

    def placement_row(self, day, homes):
        """The row that says that the placement began that day."""
        (group, code), (law, paragraph) = self.cleaned_data["form"], self.cleaned_data["law"]
        values = {"placeringsform": group, "startdatum": day.isoformat(), "lagrum": law}
        values |= {"placeringsform_kod": code} if code else {}
        values |= {"lagrum_kod": paragraph} if paragraph else {}
        return values | self.home_values(homes)


PLACED = ("startdatum", "placeringsform", "lagrum", "enhet", "fodelsear")


class StartForm(PlacementFields, ChangeForm):
    """A placement of a child that is known and not placed."""

    heading, submit, saved = "Placera igen", "Spara placeringen", "Placeringen är sparad"
    lead = (
        "En natt hemma mellan två placeringar gör den nya till en ny insats. Skriv in en placering när den har börjat."
    )
    asks_about = PLACED

    started_on = day_field(label="Första dagen", help_text="Dagen för den första natten.")

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, child=child, user=user, **kwargs)
        self.list_homes([child.municipality_id])

    def layout(self):
        return [side_by_side("started_on"), *self.where()]

    @property
    def why_not(self):
        return "Barnet är redan placerat. Skriv in en flytt i stället." if self.stay else ""

    def check(self):
        self.check_home()

    def check_trial(self):
        super().check_trial()
        before = self.standing.state.folded.stays
        if not self.errors and len(self.trial.after.folded.stays) == len(before):
            text = f"Barnet bodde i samma hem till {before[-1].end}, så det blir samma placering som fortsätter."
            self.warnings["goes_on"] = text

    def ask(self):
        self.warn_about_home(self.standing.homes)
        super().ask()

    def rows(self):
        return [self.placement_row(self.cleaned_data["started_on"], self.standing.homes)]


class NewChildForm(StartForm):
    """A child the portal does not know, with its first placement."""

    heading = "Ny placering"
    lead = "Barnet finns i portalen under en kod, aldrig med namn eller personnummer. Skriv upp koden i akten."

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label="Kommun", empty_label="Välj kommun")
    local_code = forms.CharField(
        label="Barnets kod",
        max_length=20,
        help_text="Ett förslag. Byt gärna mot kommunens egen kod, men aldrig mot ett personnummer.",
    )
    birth_year = forms.IntegerField(label="Födelseår", required=False, help_text="Fyra siffror. Tomt om det är okänt.")
    sex = forms.ChoiceField(label="Kön", choices=Sex, initial=Sex.UNKNOWN)
    unaccompanied = forms.NullBooleanField(
        label="Ensamkommande",
        required=False,
        widget=forms.Select(choices=[("", "Okänt"), ("true", "Ja"), ("false", "Nej")]),
    )
    worker = forms.ModelChoiceField(
        Child.objects.none(), label="Ansvarig socialsekreterare", required=False, empty_label="Ingen särskild"
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Enhet", required=False, empty_label="Ingen särskild enhet"
    )

    def __init__(self, *args, user, **kwargs):
        places = user.municipalities(Permission.FOLLOW_UP)
        own = Municipality.objects.for_user(user, Permission.FOLLOW_UP)
        first = own.first()
        super().__init__(*args, child=Child(municipality=first), user=user, **kwargs)
        self.fields["municipality"].queryset = own
        self.fields["municipality"].initial = first
        if len(own) == 1:
            self.fields["municipality"].required = False
            self.fields["municipality"].widget = forms.HiddenInput()
        self.fields["local_code"].initial = proposed_code(first)
        self.fields["local_code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        workers = workers_of(places)
        self.fields["worker"].queryset = workers
        self.fields["worker"].initial = user.pk if user in workers else None
        self.fields["unit"].queryset = Unit.objects.filter(municipality__in=places)
        self.fields["unit"].initial = next((m.unit_id for m in user.granting(Permission.FOLLOW_UP) if m.unit_id), None)
        self.list_homes(places)

    def layout(self):
        child = Fieldset("Barnet", side_by_side("local_code", "birth_year", "sex"), side_by_side("unaccompanied"))
        placement = Fieldset("Placeringen", side_by_side("started_on"), *self.where())
        return ["municipality", child, placement, Fieldset("Ansvar", side_by_side("worker", "unit"))]

    def clean_local_code(self):
        code = self.cleaned_data["local_code"].strip()
        if identity_numbers.is_identity_like(code):
            raise ValidationError(IDENTITY_NUMBER)
        return code

    def clean_birth_year(self):
        year = self.cleaned_data["birth_year"]
        if year is not None and not self.today.year - 25 <= year <= self.today.year:
            raise ValidationError(f"Skriv födelseåret med fyra siffror, {self.today.year - 25}–{self.today.year}.")
        return year

    def clean(self):
        data = self.cleaned_data
        place = data.get("municipality") or self.child.municipality
        self.child = Child(municipality=place, local_code=data.get("local_code", ""), birth_year=data.get("birth_year"))
        self.child.sex, self.child.unaccompanied = data.get("sex") or Sex.UNKNOWN, data.get("unaccompanied")
        self.standing = written.standing(self.child)
        return super().clean()

    def check(self):
        super().check()
        data, place = self.cleaned_data, self.child.municipality
        same = Child.objects.filter(municipality=place, local_code__iexact=self.child.local_code)
        if same.exists():
            reached = Child.objects.for_user(self.user, Permission.READ_CASES).filter(pk__in=same).first()
            where = format_html('<a href="{}">Öppna barnet</a>', reached.get_absolute_url()) if reached else "Byt kod"
            text = "Kommunen har redan ett barn med den koden. {}, eller välj en annan kod om det är ett annat barn."
            self.add_error("local_code", format_html(text, where))
        if data.get("worker") and data["worker"] not in workers_of([place]):
            self.add_error("worker", "Handläggaren arbetar i en annan kommun. Välj någon i barnets kommun.")
        if data.get("unit") and data["unit"].municipality_id != place.pk:
            self.add_error("unit", "Enheten hör till en annan kommun. Välj en i barnets kommun.")

    def ask(self):
        if self.child.birth_year is None:
            self.warnings["no_birth_year"] = "Födelseår saknas, så åldern kan inte kontrolleras."
        super().ask()

    def rows(self):
        row, child = super().rows()[0], self.child
        facts = {"kon": child.sex, "fodelsear": child.birth_year, "ensamkommande": child.unaccompanied}
        return [row | {name: value for name, value in facts.items() if value is not None}]

    def write_beside(self):
        worker, unit, day = (self.cleaned_data.get(name) for name in ("worker", "unit", "started_on"))
        if worker or unit:
            Assignment.objects.create(
                municipality=self.child.municipality, child=self.child, worker=worker, unit=unit, started_on=day
            )


def proposed_code(municipality):
    """A code that nobody has: the municipality's first letters and four signs that are not mistaken for others."""
    prefix = folded(municipality.short_name)[:3].upper()
    while True:
        code = f"{prefix}-{''.join(secrets.choice(LETTERS) for _ in range(4))}"
        if not Child.objects.filter(municipality=municipality, local_code=code).exists():
            return code
