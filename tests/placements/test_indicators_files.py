"""From a delivery file to figures: what the oracle makes of the raw rows is what the portal counts after the import."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from bou_portal.periods import Period
from municipalities.models import Municipality
from placements.indicators import INDICATORS, Scope, Window, figures
from tests.oracle import World, expected, folded, only

PLACES = ("2281", "2480")
WINDOW = Window(Period(date(2017, 4, 1), date(2018, 3, 31)), date(2018, 3, 31))
DELIVERED = "2018-03-31"
HEADINGS = ("kommunkod", "barn", "kon", "fodelsear", "placeringsform", "enhet", "startdatum", "slutdatum",
            "avslutsorsak", "planerat", "lagrum")  # fmt: skip


def invented(seed, children=80):
    """Rows as case systems write them: overlaps, open rows that go on, the same stay again under another law."""
    dice = random.Random(seed)
    for number in range(children):
        who = (
            dice.choice(PLACES),
            f"{seed}-{number:04}",
            dice.choice(["flicka", "pojke"]),
            dice.choice(["2005", "2010", ""]),
        )
        day = date(2016, 1, 1) + timedelta(days=dice.randrange(700))
        for _ in range(dice.randrange(1, 6)):
            end = dice.choice([None, day + timedelta(days=dice.randrange(1, 300))])
            home, form = dice.choice([("hem A", "familjehem"), ("hem B", "natverkshem"), ("hem C", "jourhem")])
            reason, planned = (
                ("", "")
                if not end
                else dice.choice(
                    [("HOME_INITIATED", "nej"), ("MOVED_PLANNED", "ja"), ("", ""), ("CONSENT_WITHDRAWN", "nej")]
                )
            )
            yield (*who, form, home, str(day), str(end or ""), reason, planned, dice.choice(["SoL", "LVU"]))
            step = dice.choice([0, 1, 30, 90]) if end else dice.randrange(1, 200)
            day = (end or day) + timedelta(days=step - dice.choice([0, 0, 0, 10]))
            if day > date(2018, 3, 20):
                break


def world_of(rows):
    """The rows put together by the oracle."""
    world, by_child = World(), defaultdict(list)
    for number, values in enumerate(rows, 2):
        row = dict(zip(HEADINGS, values, strict=True))
        child = row["kommunkod"], row["barn"]
        if child not in by_child:
            born = int(row["fodelsear"]) if row["fodelsear"] else None
            world.children.append({"child": child, "sex": row["kon"], "born": born})
        by_child[child].append(
            {
                "number": number,
                "form": row["placeringsform"],
                "home": row["enhet"],
                "start": date.fromisoformat(row["startdatum"]),
                "end": date.fromisoformat(row["slutdatum"]) if row["slutdatum"] else None,
                "planned": row["planerat"],
                "reason": row["avslutsorsak"],
                "law": row["lagrum"],
            }
        )
    for child, theirs in by_child.items():
        for stay in folded(theirs):
            world.stays.append({**stay, "child": child, "host": None})
            laws = sorted({part["start"]: part["law"] for part in sorted(stay["rows"], key=start_and_number)}.items())
            ends = [start for start, _ in laws[1:]] + [stay["end"]]
            world.laws += [
                {"child": child, "law": law, "start": start, "end": end}
                for (start, law), end in zip(laws, ends, strict=True)
            ]
    return world


def start_and_number(row):
    return row["start"], row["number"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_after_an_import_are_the_oracles(db, tmp_path, seed):
    rows = list(invented(seed))
    path = tmp_path / "placeringar.csv"
    path.write_text("\n".join(";".join(cells) for cells in (HEADINGS, *rows)), encoding="utf-8")
    call_command("import_delivery", str(path), "--delivered", DELIVERED, verbosity=0)
    world = world_of(rows)
    asked = Municipality.objects.filter(code__in=PLACES)
    world.inhabitants = dict(asked.values_list("code", "population_0_20"))
    world.counties = {code: code[:2] for code in PLACES}
    world.targets = dict.fromkeys(PLACES, (60, "start"))
    right = {"total": world} | {code: only(world, code) for code in PLACES}
    right = {place: expected(part, WINDOW.period.start, WINDOW.period.end, WINDOW.on) for place, part in right.items()}
    rested = {code for code, indicator in INDICATORS.items() if indicator.rests_on == "placeringar"}
    wrong = []
    for figure in figures(Scope.of(asked, [WINDOW]), rested - {"B1", "B2", "B3", "B4"}):
        got = figure.value, figure.numerator, figure.denominator
        if got != pytest.approx(right[figure.place][figure.id, figure.category]):
            wrong.append(
                (figure.place, figure.id, figure.category, got, right[figure.place][figure.id, figure.category])
            )
    assert wrong == []
