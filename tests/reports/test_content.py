"""What the chapters say, from figures counted by hand."""

from datetime import UTC, date, datetime

import pytest

from bou_portal.disclosure.release import Disclosed
from bou_portal.figures import Kind, Shown, State
from bou_portal.reports.blocks import change, line, run_sentence, without_empty
from bou_portal.reports.chapters import chapters, places, summary
from bou_portal.reports.homes import homes_used
from bou_portal.reports.own_tables import AGE_SEX, DISTANCE, HOSTS, INITIATORS, REASONS, own_tables
from bou_portal.reports.sources import Source
from placements.codes import FormGroup
from placements.models import CareHome, Child, Placement, Rating
from tests.reports.conftest import QUARTER

BEFORE = QUARTER.previous()


def count(value):
    return Shown(State.SHOWN, Kind.COUNT, value)


def share(part, whole):
    return Shown(State.SHOWN, Kind.SHARE, round(100 * part / whole), part, whole)


def source(figures, *, place="2281", is_intern=True, released=None, **beside):
    """Figures are by id, or by (quarter, id); the released ones by (place, id)."""
    own = {}
    for key, shown in figures.items():
        quarter, id = key if isinstance(key, tuple) else (QUARTER, key)
        own[quarter, place, id, None] = shown
    shared = {(QUARTER, code, id, None): shown for (code, id), shown in (released or {}).items()}
    return Source(QUARTER, place, "22", is_intern, own, shared, **beside)


def place_child(municipality, code, *, birth_year=2014, sex="flicka", ended_on=None, host=None, **ending):
    child = Child.objects.create(municipality=municipality, local_code=code, birth_year=birth_year, sex=sex)
    return Placement.objects.create(
        municipality=municipality,
        child=child,
        form_group=ending.pop("form_group", FormGroup.FAMILY),
        started_on=date(2026, 2, 1),
        ended_on=ended_on,
        host_municipality=host,
        **ending,
    )


@pytest.fixture
def counted(sundsvall, umea):
    """Two girls of 12 and one boy of 16 are placed; two stays ended in the quarter and one before it."""
    timra = sundsvall.region.municipalities.get(code="2262")
    place_child(sundsvall, "A", host=sundsvall)
    place_child(sundsvall, "B", host=timra)
    place_child(sundsvall, "C", birth_year=2010, sex="pojke", host=umea)
    ending = {"planned": "nej", "end_reason": "HOME_INITIATED", "initiator": "home"}
    place_child(sundsvall, "D", ended_on=date(2026, 7, 1), **ending)
    place_child(sundsvall, "E", ended_on=date(2026, 9, 30), planned="ja", end_reason="GOAL_REACHED_HOME")
    place_child(sundsvall, "F", ended_on=date(2026, 6, 30), **ending)
    return own_tables([sundsvall.pk, timra.pk], QUARTER)


def test_own_tables_count_the_last_day_and_the_quarters_endings(counted):
    tables = counted["2281"]
    assert tables[AGE_SEX] == {("7-12", "flicka"): 2, ("13-17", "pojke"): 1}
    assert tables[DISTANCE] == {"own": 1, "county": 1, "elsewhere": 1}
    assert tables[HOSTS] == {"Timrå": 1, "Umeå": 1}
    assert tables[REASONS] == {("På hemmets initiativ", "nej"): 1, ("Målet nått, åter hem", "ja"): 1}
    assert tables[INITIATORS] == {("Hemmet", "nej"): 1, ("Okänt", "ja"): 1}
    assert "2262" not in counted


def test_own_tables_are_in_the_intern_issue_only(counted):
    figures = {"placed_on": count(3), "placements_ended": count(2)}
    intern = str(chapters(source(figures, tables=counted["2281"])))
    shared = str(chapters(source(figures, is_intern=False)))
    for words in ("Ålder och kön", "Var barnen bor", "På hemmets initiativ"):
        assert words in intern
        assert words not in shared


def test_homes_are_counted_by_stay_and_by_the_last_24_months(sundsvall, umea, home):
    other = CareHome.objects.create(name="Eken", name_key="eken", form_group=FormGroup.HVB, location=umea)
    hvb = {"form_group": FormGroup.HVB}
    place_child(sundsvall, "A", home=home, home_key="1", **hvb)
    place_child(sundsvall, "B", home=home, home_key="1", ended_on=date(2026, 5, 1), **hvb)
    place_child(sundsvall, "C", home=other, home_key="2", **hvb)
    place_child(umea, "D", home=other, home_key="2", **hvb)
    used = homes_used([sundsvall.pk, umea.pk], QUARTER, Disclosed("22", QUARTER, 1, 5, (), {}))
    assert used[sundsvall.pk] == [line("Tallbacken", 2, 0, "–", "..", ".."), line("Eken", 1, 0, "–", "..", "..")]
    assert [row["label"] for row in used[umea.pk]] == ["Eken"]


def test_a_short_form_counts_half_in_the_own_mean(sundsvall, home, social_worker):
    """(90 + 60 / 2) / 1.5 = 80; what is incomplete is a rating without an index."""
    placed = place_child(sundsvall, "A", home=home, home_key="1", form_group=FormGroup.HVB)
    stay = {"municipality": sundsvall, "placement": placed, "home": home, "rated_by": social_worker}
    for form, index in (("hel", 90), ("kort", 60), ("x", None)):
        Rating.objects.create(**stay, form=form, index=index, submitted_at=datetime(2026, 9, 1, tzinfo=UTC))
    used = homes_used([sundsvall.pk], QUARTER, Disclosed("22", QUARTER, 1, 5, (), {}))
    assert used[sundsvall.pk] == [line("Tallbacken", 1, 3, "80", "..", "..")]


@pytest.mark.parametrize(
    ("part", "lead"),
    [(39, "Ett barn saknar aktuell genomförandeplan."), (38, "Två barn saknar aktuell genomförandeplan.")],
)
def test_what_to_decide_says_how_many_miss_it(part, lead, monkeypatch):
    monkeypatch.setattr(summary, "MATTERS", [(id, 99, *rest) for id, _, *rest in summary.MATTERS])
    assert summary.to_decide(source({"L6": share(part, 40)})) == [
        (lead, f"{part} av 40 har en ({round(100 * part / 40)}\xa0%). Be enheterna gå igenom dem som saknar plan.")
    ]


def test_at_most_three_matters_the_farthest_below_first():
    found = summary.to_decide(
        source({"L6": share(30, 40), "L10_share": share(10, 40), "H2": share(20, 40), "L5": share(37, 40)})
    )
    assert [lead.split()[0] for lead, _ in found] == ["30", "20", "Tio"]


def test_a_share_changes_by_units_and_a_count_says_what_it_was():
    assert change(share(30, 40), share(28, 40), BEFORE) == "▲ 5 enheter"
    assert change(share(30, 40), share(30, 40), BEFORE) == "oförändrat"
    assert change(share(29, 100), share(30, 100), BEFORE) == "▼ 1 enhet"
    assert change(count(12), count(9), BEFORE) == "9 kvartal 2"
    assert change(count(12), Shown(State.HIDDEN), BEFORE) == ""


def test_a_curve_tells_of_a_pattern_only_where_there_is_one():
    quarters = QUARTER.last(8)
    rising = [(quarter, share(10 + n, 100)) for n, quarter in enumerate(quarters)]
    assert run_sentence(rising, "%").endswith("Åtta stigande värden i rad sedan kvartal 4 2024.")
    flat = [(quarter, share(10 + n % 2, 100)) for n, quarter in enumerate(quarters)]
    assert run_sentence(flat, "%").endswith("Inget mönster håller i sig.")


def test_rows_of_nought_are_left_out_and_hidden_ones_are_not():
    rows = [line("A", 0, 0), line("B", "..", 0), line("C", 0, 3)]
    assert [row["label"] for row in without_empty(rows)] == ["B", "C"]


def test_the_region_is_told_per_1000_young_inhabitants_and_names_who_is_hidden_or_missing(vasternorrland):
    municipalities = tuple(vasternorrland.municipalities.all())
    released = {(place.code, "placed_on"): count(20) for place in municipalities}
    released |= {("2260", "placed_on"): Shown(State.HIDDEN), ("2262", "placed_on"): Shown(State.NOT_DELIVERED)}
    there = [place for place in municipalities if place.code != "2262"]
    region = source({"placed_on": count(104)}, place="22", released=released, municipalities=municipalities)
    young = sum(place.population_0_20 for place in there)
    rate = f"{1000 * 104 / young:.1f}".replace(".", ",")
    assert places.rate_sentence(region, there).startswith(f"{rate} barn per 1\xa0000 invånare 0–20 år")
    assert "de 6 av 7 kommuner" in places.rate_sentence(region, there)
    placed = {place: region.of_municipality(place.code, "placed_on") for place in municipalities}
    said = places.told(placed)
    assert "5 av 7 kommuner" in said
    assert "Dolda för att skydda enskilda: Ånge." in said
    assert "Har inte levererat: Timrå." in said
