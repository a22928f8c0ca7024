"""Invented examples for /galleri/: every component in every state, to look at and to test by."""

from django import forms

from bou_portal import charts
from bou_portal.figures import Kind, Shown, State
from bou_portal.maps import Place, region_map

QUARTERS = ("2024-K4", "2025-K1", "2025-K2", "2025-K3", "2025-K4", "2026-K1", "2026-K2", "2026-K3")
HIDDEN = Shown(State.HIDDEN)
MISSING = Shown(State.NOT_DELIVERED)


class ExampleForm(forms.Form):
    """One field of each kind."""

    started_on = forms.DateField(label="Startdatum", help_text="Skriv som 2026-11-21.")
    form = forms.ChoiceField(label="Placeringsform", choices=[("", "Välj form"), ("hvb", "HVB"), ("fam", "Familjehem")])
    planned = forms.ChoiceField(
        label="Avslutades placeringen som planerat?", widget=forms.RadioSelect, choices=[("j", "Ja"), ("n", "Nej")]
    )
    seen = forms.BooleanField(label="Barnet har fått ett enskilt samtal", required=False)
    note = forms.CharField(label="Anteckning", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def over_time(values):
    return list(zip(QUARTERS, values, strict=True))


def share(value, whole=20):
    return Shown(State.SHOWN, Kind.SHARE, value, round(value * whole / 100), whole)


def all_charts():
    """Every kind of chart, with hidden and missing values among the others."""
    return amounts() | changes() | spreads()


def amounts():
    """Lengths that start at zero."""
    goals = dict.fromkeys(("Aktuell vårdplan", "Aktuell genomförandeplan", "Övervägande i tid"), 90)
    layers = {
        "Familjehem": [80, 82, 79, 83, 84, 86, 85, 84],
        "HVB": [24, 22, 25, 20, 19, 22, 20, 21],
        "Jourhem": [14, 15, 13, 12, 14, 11, 10, 12],
        "Stödboende": [6, 7, 8, 8, 9, HIDDEN, 9, 9],
        "SiS": [5, 5, 6, 5, 5, 5, 5, 5],
    }
    now = [("Familjehem", 84), ("HVB", 21), ("Jourhem", 12), ("Stödboende", 9), ("SiS", HIDDEN)]
    done = zip(goals, map(share, (95, 75, 88)), strict=True)
    return {
        "bars": charts.bars(now, title="Placerade barn 30 september efter form"),
        "goals": charts.bars(done, title="Uppföljning och rättssäkerhet", unit="%", top=100, goals=goals),
        "stacked": charts.stacked(
            [(name, over_time(values)) for name, values in layers.items()],
            title="Placerade barn per kvartal efter form",
        ),
    }


def changes():
    """Lines over time."""
    own, region = [58, 60, 59, 64, 68, None, 72, 74], [53, 54, 54, 56, 57, 58, 59, 60]
    breaks = (14, 15, 13, 16, 15, 14, 12, 11, 10, 11, 9, 8)
    months = [(f"2026-{month:02}", value) for month, value in enumerate(breaks, 1)]
    return {
        "line": charts.line(
            [("Sundsvall", over_time(own)), ("Länet", over_time(region))], title="Enskilda samtal", unit="%", goal=90
        ),
        "run": charts.run_chart(months, title="Avbrott per 100 placeringsår", marks={"2026-06": "Nytt samtalsstöd"}),
    }


def spreads():
    """Places side by side, steps that fall away, and nothing at all."""
    reviews, plans = [88, 72, 90, 90, 65, 95, 100], [40, 60, 61, 60, 77, 80]
    return {
        "strip": charts.strip(
            [("Övervägande i tid", reviews, 88), ("Genomförandeplan", plans, 74)],
            title="Spridning mellan länets kommuner",
            unit="%",
            own_name="Sundsvall",
        ),
        "funnel": charts.funnel(
            [("Placerade", 30), ("Begärda", 26), ("Erbjudna", 18), ("Genomförda", 12)],
            title="Hälsoundersökning inom 60 dagar",
        ),
        "nothing": charts.bars([], title="Innan något har lästs in"),
    }


def all_maps():
    """A plain map with links and a shaded one with a hidden and a missing value."""
    names = {
        "2260": "Ånge",
        "2262": "Timrå",
        "2280": "Härnösand",
        "2281": "Sundsvall",
        "2282": "Kramfors",
        "2283": "Sollefteå",
    }
    names["2284"] = "Örnsköldsvik"
    values = {"2260": 61, "2262": HIDDEN, "2280": 74, "2281": 88, "2282": MISSING, "2283": 45, "2284": 79}
    plain = [Place(code, name, href="#karta") for code, name in names.items()]
    valued = [Place(code, names[code], value) for code, value in values.items()]
    return {
        "plain": region_map(plain, title="Västernorrlands kommuner"),
        "shaded": region_map(valued, title="Aktuell genomförandeplan", unit="%"),
    }


def everything():
    """The gallery page's context."""
    spark = charts.spark(over_time([124, 126, 125, 128, 130, 129, 132, 131]), title="Placerade barn")
    return {
        "charts": all_charts(),
        "maps": all_maps(),
        "spark": spark,
        "share": share(86, 14),
        "hidden": HIDDEN,
        "missing": MISSING,
        "empty_form": ExampleForm(),
        "wrong_form": ExampleForm({"started_on": "31 november", "form": ""}, prefix=None, auto_id="wrong_%s"),
        "homes": [
            ("Björkudden", 4.5, "10–19", 52),
            ("Tallbacken", 4.0, "20+", 14),
            ("Ljungdalen", None, "för få", 101),
        ],
    }
