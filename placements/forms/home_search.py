"""Narrowing the register of homes. Everything chosen stands in the address, so that a search can be mailed."""

from django import forms

from bou_portal.access import Permission
from bou_portal.formats import listing
from bou_portal.free_text import is_refused
from municipalities.models import Municipality, Region
from placements.codes import HomeMethod, Operator, TargetSex
from placements.forms.homes import FORMS
from placements.indicators.distances import kilometres
from placements.models import CareHome

BANDS = [("", "Oavsett antal"), ("5", "Minst 5 omdömen"), ("10", "Minst 10 omdömen"), ("20", "Minst 20 omdömen")]
SEXES = [("", "Alla"), ("flickor", "Flicka"), ("pojkar", "Pojke")]
# Whole kilometres between the middles of municipalities: above the first, up to the last. Whoever looks within
# 100 km wants the near homes too, so the choices hold each other.
DISTANCES = {"50": (-1, 50), "100": (-1, 100), "200": (-1, 200), "langre": (200, 10_000)}
DISTANCE_WORDS = [
    ("", "Oavsett avstånd"), ("50", "Högst 50 km"), ("100", "Högst 100 km"), ("200", "Högst 200 km"), ("langre", "Över 200 km"),
]  # fmt: skip
AGREEMENTS = [("", "Med eller utan"), ("forst", "Avtal först"), ("bara", "Bara med avtal")]
SHOWN = [("", "Alla öppna"), ("forslag", "Bara förslag"), ("stangda", "Stängda")]
EMPTY = (None, "", False)
KEPT = ("hem", "sortera")
# Always open on a phone; the others lie under "Fler val" until one of them is used.
FIRST = ("malgrupp", "alder", "kon", "avstand", "ledig")


class HomeFilter(forms.Form):
    """Narrows the register. An unknown choice is ignored: the address may be old."""

    malgrupp = forms.CharField(label="Målgrupp innehåller", required=False, max_length=60)
    alder = forms.IntegerField(label="Ålder", required=False, min_value=0, max_value=21)
    kon = forms.ChoiceField(label="Flicka eller pojke", required=False, choices=SEXES)
    avstand = forms.ChoiceField(label="Avstånd", required=False, choices=DISTANCE_WORDS)
    ledig = forms.BooleanField(label="Har ledig plats", required=False)
    metod = forms.ChoiceField(label="Metod", required=False, choices=[("", "Alla metoder"), *HomeMethod.choices])
    lan = forms.ModelChoiceField(
        Region.objects.all(), label="Ligger i", required=False, to_field_name="code", empty_label="Hela landet"
    )
    form = forms.ChoiceField(label="Form", required=False, choices=[("", "Alla former"), *FORMS])
    regi = forms.ChoiceField(label="Regi", required=False, choices=[("", "All regi"), *Operator.choices])
    avtal = forms.ChoiceField(label="Avtal", required=False, choices=AGREEMENTS)
    antal = forms.ChoiceField(label="Antal omdömen", required=False, choices=BANDS)
    roda = forms.BooleanField(label="Inga röda kriterier", required=False)
    visa = forms.ChoiceField(label="Visa", required=False, choices=SHOWN)

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.own = list(Municipality.objects.for_user(user, Permission.READ_HOMES))
        regions = list(Region.objects.for_user(user, Permission.READ_HOMES))
        if len(regions) > 1:
            choices = [(region.code, region.name) for region in regions]
            self.fields["region"] = forms.ChoiceField(label="Omdömen från", required=False, choices=choices)
        if self.own:
            place = listing([place.short_name for place in self.own])
            self.fields["avstand"].label = f"Avstånd fågelvägen från {place}"
        else:
            del self.fields["avstand"]
        self.is_valid()
        self.wish = self.cleaned_data

    def clean_malgrupp(self):
        """What is typed stands in addresses and on the printed ground: nobody's number does."""
        if is_refused(text := self.cleaned_data["malgrupp"]):
            raise forms.ValidationError("Det ser ut som ett personnummer. Ta bort det.")
        return text

    @property
    def first(self):
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def rest(self):
        return [self[name] for name in self.fields if name not in FIRST]

    @property
    def is_open(self):
        """Whether something under "Fler val" is chosen."""
        return any(self.wish.get(field.name) for field in self.rest)

    @property
    def chosen(self):
        """[(label, what was chosen)] in words, as they stand in a sentence."""
        return [
            (uncapped(self[name].label), self.words(name)) for name in self.fields if self.wish.get(name) not in EMPTY
        ]

    def words(self, name):
        field, value = self.fields[name], self.wish[name]
        if isinstance(field, forms.BooleanField):
            return "ja"
        if isinstance(field, forms.ModelChoiceField):
            return str(value)
        return str(dict(getattr(field, "choices", ())).get(value, value))

    @property
    def pairs(self):
        """[(name, value)] of the choices alone, for a form that keeps them."""
        return [(name, self.data[name]) for name in self.fields if self.wish.get(name) not in EMPTY]

    @property
    def address(self):
        """What the reader chose, ticked and sorted by, as it stands in an address; nothing empty in it."""
        return self.address_with(self.data.getlist("hem"))

    def address_with(self, homes):
        """The same with these homes ticked instead."""
        query = self.data.copy()
        query.setlist("hem", homes)
        for name in set(query) - {*KEPT, *(name for name in self.fields if self.wish.get(name) not in EMPTY)}:
            del query[name]
        return query.urlencode()

    def narrow(self, homes):
        """What the database can answer; the rest is asked of each home (`HomeSearch.fits`)."""
        homes = {
            "forslag": homes.proposed(),
            "stangda": homes.filter(status=CareHome.Status.CLOSED),
        }.get(self.wish.get("visa"), homes.listed())
        for name, field in (
            ("form", "form_group"),
            ("regi", "operator"),
            ("lan", "location__region"),
            ("metod", "ways__method"),
        ):
            if self.wish.get(name):
                homes = homes.filter(**{field: self.wish[name]})
        if self.wish.get("alder") is not None:
            homes = homes.taking(self.wish["alder"])
        if self.wish.get("kon"):
            homes = homes.filter(target_sex__in=["", TargetSex.ALL, self.wish["kon"]])
        if self.wish.get("ledig"):
            homes = homes.filter(free_places__gt=0)
        return homes.filter(location__code__in=self.near()) if self.wish.get("avstand") else homes

    def is_meant(self, target_group):
        """Whether every word that was typed is in the home's own words; asked here, since SQLite knows no capital Å."""
        return all(word in target_group.casefold() for word in self.wish.get("malgrupp", "").casefold().split())

    def near(self):
        """Codes of the municipalities in the distance that was chosen."""
        above, to = DISTANCES[self.wish["avstand"]]
        codes = Municipality.objects.values_list("code", flat=True)
        return [code for code in codes if (km := self.km_to(code)) is not None and above < km <= to]

    def km_to(self, code):
        """Kilometres as the crow flies from the nearest of the own municipalities; None where it is not known."""
        return min((km for place in self.own if (km := kilometres(place.code, code)) is not None), default=None)

    @property
    def least(self):
        """How many ratings a home must have been given, by its released band."""
        return int(self.wish.get("antal") or 0)

    @property
    def agreement_first(self):
        return self.wish.get("avtal") == "forst"

    @property
    def needs_agreement(self):
        return self.wish.get("avtal") == "bara"

    @property
    def without_red(self):
        return bool(self.wish.get("roda"))


def uncapped(label):
    return label[:1].lower() + label[1:]
