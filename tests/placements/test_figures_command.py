"""`manage.py figures`: the contract that two programs share (figures.md 4)."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from placements.episodes import derive
from placements.models import Child, Delivery, LegalBasis, Placement

KEYS = {"id", "place", "category", "value", "numerator", "denominator", "coverage", "unconfirmed"}
PERIOD = ("--period", "2017-04-01..2018-03-31")
HERE = ("--municipality", "2281")
LISTED = {
    "placed_on",
    "placed_any_time",
    "placed_on_by_form",
    "placements_started",
    "placements_ended",
    "care_days",
    "placements_per_child",
    "share_three_or_more",
    "ended_length_mean",
    "ended_length_median",
    "episodes_started",
    "episodes_ended",
    "unplanned_endings",
    "reviews_in_time",
    "reviews_late",
    "reviews_never",
    "health_examined",
    "dental_examined",
    "V6",
    "V7",
    "V8",
    "V9",
    "V10",
    "S1",
    "S2",
    "S3",
    "S4",
    "S5",
    "S9",
    "S10",
    "L4",
    "L5",
    "L6",
    "L7",
    "L10",
    "L11",
    "H1",
    "H2",
    "H3",
    "P5",
    "P6",
    "B1",
    "B2",
    "B3",
}


@pytest.fixture
def world(sundsvall):
    """Two girls and a boy in Sundsvall: one home again, one moved, one still there."""
    stays = {
        "a": [("hvb", date(2017, 5, 1), date(2017, 5, 11))],
        "b": [("jourhem", date(2018, 1, 1), date(2018, 2, 1)), ("familjehem", date(2018, 2, 1), None)],
        "c": [("familjehem", date(2016, 1, 1), None)],
    }
    for code, parts in stays.items():
        child = Child.objects.create(
            municipality=sundsvall, local_code=code, birth_year=2008, sex="pojke" if code == "c" else "flicka"
        )
        LegalBasis.objects.create(municipality=sundsvall, child=child, group="LVU", started_on=parts[0][1])
        for form, start, end in parts:
            Placement.objects.create(
                municipality=sundsvall, child=child, form_group=form, started_on=start, ended_on=end
            )
        derive([child.pk])


def run(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    call_command("figures", *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def read(*arguments):
    """`{(id, place, category): figure}` from the JSON, and the whole answer."""
    answer = json.loads(run(*arguments, "--format", "json")[0])
    return {(f["id"], f["place"], f["category"]): f for f in answer["figures"]}, answer


def test_json_has_the_agreed_shape(world):
    found, answer = read(*PERIOD, *HERE)
    assert {key: answer[key] for key in ("period", "on")} == {
        "period": ["2017-04-01", "2018-03-31"],
        "on": "2018-03-31",
    }
    assert set(answer) == {"period", "on", "figures"}
    assert all(set(figure) == KEYS for figure in answer["figures"])
    assert {place for _, place, _ in found} == {"2281", "total"}
    assert {code for code, _, _ in found} >= LISTED
    assert found["placed_on", "total", None] == {
        "id": "placed_on",
        "place": "total",
        "category": None,
        "value": 2,
        "numerator": 2,
        "denominator": None,
        "coverage": 100,
        "unconfirmed": 0,
    }


def test_figures_are_counted_and_unrounded(world):
    found, _ = read(*PERIOD, *HERE)
    value = {key[::2]: figure["value"] for key, figure in found.items() if key[1] == "total"}
    assert value["placed_on_by_form", "familjehem"] == 2
    assert value["placed_on_by_form", "hvb"] == 0
    assert value["placed_on_by_law", "LVU"] == 2
    assert value["placed_any_time", None] == 3
    assert value["care_days", None] == 10 + 90 + 365
    assert value["V8", "jourhem"] == 31
    assert value["placements_per_child", "1"] == 1
    assert value["placements_per_child", "2"] == 1
    assert value["placements_per_child", "3+"] == 0
    assert value["ended_length_mean", None] == value["ended_length_median", None] == 20.5
    share = found["V9", "total", "familjehem"]
    assert (share["numerator"], share["denominator"], share["value"]) == (2, 2, 100)
    assert found["S9", "total", None]["value"] is None


def test_the_day_is_the_last_of_the_period_unless_said(world):
    assert read(*PERIOD, *HERE, "--on", "2017-05-02")[0]["placed_on", "total", None]["value"] == 2
    assert read(*PERIOD, *HERE, "--on", "2017-05-11")[0]["placed_on", "total", None]["value"] == 1
    assert read(*PERIOD, *HERE, "--on", "2017-05-11")[1]["on"] == "2017-05-11"


def test_region_names_who_is_missing(world):
    found, _ = read("--period", "2018-K1", "--region", "22", "--indicator", "placed_on")
    assert {place for _, place, _ in found} == {"2260", "2262", "2280", "2281", "2282", "2283", "2284", "22", "total"}
    assert found["placed_on", "22", None]["value"] == 2
    assert found["placed_on", "22", None]["coverage"] == pytest.approx(100 / 7)
    assert found["placed_on", "2260", None]["value"] is None
    out, errors = run("--period", "2018-K1", "--region", "22", "--indicator", "placed_on")
    assert "ingen uppgift" in out
    assert "Timrå" in errors


def test_without_a_place_all_member_regions_are_asked(world):
    found, _ = read("--period", "2018-K1", "--indicator", "placed_on", "--indicator", "S1")
    places = {place for _, place, _ in found}
    assert len(places) == 77 + 5 + 1
    assert {code for code, _, _ in found} == {"placed_on", "S1"}


def test_csv_carries_definition_and_period(world):
    rows = list(csv.DictReader(io.StringIO(run(*PERIOD, *HERE, "--format", "csv")[0]), delimiter=";"))
    row = next(row for row in rows if (row["id"], row["place"]) == ("S1", "total"))
    assert row["definition"].startswith("Planerade avslut (%)")
    assert row["period"] == "2017-04-01..2018-03-31"
    assert row["on"] == "2018-03-31"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--period", "förra året"), "inget|ingen"),
        (("--period", "2018-03-31..2017-04-01"), "före"),
        ((*PERIOD, "--municipality", "9999"), "Okänd kommun: 9999"),
        ((*PERIOD, "--region", "99"), "Okänd region: 99"),
        ((*PERIOD, "--indicator", "X9"), "Okänd indikator: X9"),
        ((*PERIOD, "--on", "igår"), "datum"),
        ((*PERIOD, "--shown"), "Ange en"),
        (("--period", "2018-01-01..2018-02-28", "--region", "22", "--shown"), "Bara kvartal"),
    ],
)
def test_wrong_arguments_say_why(db, arguments, says):
    with pytest.raises(CommandError, match=says):
        run(*arguments)


def test_help_says_that_it_is_the_operators(capsys):
    with pytest.raises(SystemExit):
        call_command("figures", "--help")
    assert "för den som driver portalen" in " ".join(capsys.readouterr().out.split())


def test_shown_hides_what_the_region_would_hide(world):
    found, _ = read("--period", "2018-K1", "--region", "22", "--shown")
    hidden = found["placed_on", "2281", None]
    assert (hidden["value"], hidden["text"]) == (None, "..")
    assert found["placed_on", "2260", None]["text"] == "ingen uppgift"
    assert "V10" not in {code for code, _, _ in found}
    assert ".." in run("--period", "2018-K1", "--region", "22", "--shown")[0]
    rolling, _ = read(*PERIOD, "--region", "22", "--shown")
    assert rolling["placed_on", "2281", None]["text"] == ".."
    assert rolling["placements_started", "22", None]["text"] == "ingen uppgift"  # the earlier quarters are not released


def save_and_settle(row):
    """Save, and ask now what the database leaves to the end of the transaction."""
    with transaction.atomic():
        row.save()
        connection.check_constraints()


def test_overlapping_rows_are_told_and_the_child_counts_once(world):
    child = Child.objects.get(local_code="c")
    overlap = Placement(
        municipality=child.municipality, child=child, form_group="hvb", started_on="2018-03-01", ended_on="2018-04-10"
    )
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError):
            save_and_settle(overlap)
        return
    overlap.save()
    out, errors = run(*PERIOD, *HERE, "--format", "json")
    found = {(f["id"], f["category"]): f["value"] for f in json.loads(out)["figures"] if f["place"] == "total"}
    assert found["placed_on", None] == 2
    assert found["placed_on_by_form", "hvb"] == 1
    assert "1 barn har överlappande placeringar" in errors


def test_unconfirmed_placements_are_counted_in(world, sundsvall):
    delivery = Delivery.objects.create(
        kind="placeringar", delivered_on="2018-03-31", file_name="f", sha256="0", state="confirmed"
    )
    delivery.municipalities.add(sundsvall)
    Placement.objects.filter(child__local_code="c").update(confirmed_on="2017-03-31")
    Placement.objects.filter(child__local_code="b").update(confirmed_on="2018-03-31")
    found, _ = read(*PERIOD, *HERE)
    assert found["placed_on", "total", None]["value"] == 2
    assert found["placed_on", "total", None]["unconfirmed"] == 1
