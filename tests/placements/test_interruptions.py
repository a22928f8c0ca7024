"""Interruptions: rates and medians counted by hand, signals named, and nothing guessed where the region's value is hidden."""

from datetime import date, timedelta

import pytest
import time_machine

from bou_portal import charts
from bou_portal.access import Role
from bou_portal.charts import runs
from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import Key
from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter
from municipalities.models import Release
from placements.episodes import derive
from placements.interruptions import OwnInterruptions, RegionInterruptions
from placements.models import Child, Placement
from tests.conftest import make_user

QUARTER = Quarter(2026, 3)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-21 12:00+00:00", tick=False):
        yield


def stay(municipality, started_on, ended_on=None, **ending):
    child = Child.objects.create(
        municipality=municipality, local_code=f"B-{Child.objects.count():03}", birth_year=2012, sex="pojke"
    )
    Placement.objects.create(
        municipality=municipality, child=child, form_group="familjehem", started_on=started_on, ended_on=ended_on,
        **({"planned": "ja", "end_reason": "MOVED_PLANNED"} | ending if ended_on else {}),
    )  # fmt: skip
    derive([child.pk])


BROKEN = {"planned": "nej", "end_reason": "HOME_INITIATED", "initiator": "home", "cause": "needs"}


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


# Signals -------------------------------------------------------------------------------------------------------------

MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def test_twelve_months_of_which_the_last_six_lie_below_the_median_signal_a_shift():
    values = [8, 9, 7, 8, 9, 10, 3, 2, 4, 3, 2, 1]  # median 5,5
    chart = charts.run_chart(zip(MONTHS, values, strict=True), title="Avbrott")
    assert "signal: förskjutning" in chart.svg
    assert chart.conclusion == (
        "Avbrott, signal: förskjutning, sex värden i rad under medianen 5,5 mellan 2026-07 och 2026-12."
    )


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([8, 9, 7, 8, 9, 3, 2, 4, 3, 2], []),  # five and five
        ([5, 5, 8, 9, 5, 8, 7, 8, 9, 1, 2, 3, 1, 5], ["förskjutning"]),  # points on the median are skipped
        ([1, 9, 2, 3, 4, 5, 1], []),  # four rising
        ([1, 9, 2, 3, 4, 5, 6, 1], ["trend"]),
        ([9, 1, 9, 8, 7, 6, 5, 9, 9], ["trend"]),
        ([9, 8, None, 9, 8, 9, 8, 1, 2, 3, None, 1, 2, 3], []),  # a gap ends a run
    ],
)
def test_signals_by_the_rules_of_improvement_teams(values, found):
    assert list(dict.fromkeys(signal.kind for signal in runs.signals(values))) == found


# At home -------------------------------------------------------------------------------------------------------------


def test_rate_is_breakdowns_per_hundred_placement_years(sundsvall):
    """Two of ten broke down on 1 October 2025: 8 stays of 365 nights and two of none is 8 years to the quarter's end."""
    for _ in range(8):
        stay(sundsvall, date(2025, 1, 1))
    for _ in range(2):
        stay(sundsvall, date(2025, 1, 1), date(2025, 10, 1), **BROKEN)
    own = OwnInterruptions(sundsvall, QUARTER)
    assert own.breakdowns == 2
    assert own.rate.text == "25,0"  # 2 / (8 * 365 / 365,25) = 25,02 per 100 years
    assert own.sentence == (
        "2 placeringar bröt samman under de fyra kvartalen till och med kvartal 3 2026: 25,0 per 100 placeringsår."
    )
    assert own.is_small
    assert own.by_month is None  # two in two years are too few for months


def test_cohorts_tell_strict_and_broad(sundsvall):
    """Six began in the third quarter of 2025, or up to a year before; one broke strictly, one for withdrawn consent."""
    for _ in range(4):
        stay(sundsvall, date(2025, 8, 1))
    stay(sundsvall, date(2025, 8, 1), date(2025, 11, 1), **BROKEN)
    stay(sundsvall, date(2025, 8, 1), date(2025, 12, 1), planned="nej", end_reason="CONSENT_WITHDRAWN")
    rows = {row[0]: row[1:] for row in OwnInterruptions(sundsvall, QUARTER).cohorts.rows}
    assert rows["Inom tolv månader"] == ("1 av 6", "17\xa0%", "33\xa0%")
    assert rows["Inom 24 månader"] == ("–", "–", "–")


def test_who_and_why_are_told_most_first_and_unknown_last(sundsvall):
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range(4)]
    stay(sundsvall, date(2026, 1, 1), days[0], **BROKEN)
    stay(sundsvall, date(2026, 1, 1), days[1], **BROKEN | {"second_cause": "support"})
    stay(sundsvall, date(2026, 1, 1), days[2], **BROKEN | {"initiator": "child", "cause": ""})
    stay(sundsvall, date(2026, 1, 1), days[3])
    own = OwnInterruptions(sundsvall, QUARTER)
    assert own.initiators.table.rows == (("Hemmet", "2"), ("Barnet", "1"))
    assert own.causes.table.rows == (
        ("Behoven var större än hemmet klarade", "2"),
        ("För lite stöd till hemmet", "1"),
        ("Inte angivet", "1"),
    )
    assert own.causes.conclusion == "Vanligast är behoven var större än hemmet klarade: 2 av 3 oplanerade avslut."


def test_the_curve_begins_where_the_municipality_has_told_of_endings(sundsvall):
    stay(sundsvall, date(2025, 1, 1))
    stay(sundsvall, date(2025, 1, 1), date(2026, 2, 1), **BROKEN)
    labels = [row[0] for row in OwnInterruptions(sundsvall, QUARTER).by_quarter.table.rows]
    assert labels == ["2026-K1", "2026-K2", "2026-K3"]


def test_months_are_told_where_there_is_one_a_month(sundsvall):
    for month in range(24):
        begun = date(2024, 10, 2) + timedelta(days=30 * month)
        stay(sundsvall, date(2024, 1, 1), begun, **BROKEN)
    stay(sundsvall, date(2024, 1, 1), date(2025, 1, 5), **BROKEN)
    stay(sundsvall, date(2024, 1, 1))
    assert len(OwnInterruptions(sundsvall, QUARTER).by_month.table.rows) == 24


def test_manager_reads_the_page_with_the_definition_it_uses(sign_in, unit_manager, sundsvall):
    stay(sundsvall, date(2026, 1, 1), date(2026, 8, 1), **BROKEN)
    stay(sundsvall, date(2026, 1, 1))
    page = text(sign_in(unit_manager).get("/siffror/avbrott/"))
    assert "1 placering bröt samman under de fyra kvartalen till och med kvartal 3 2026" in page
    assert "Sammanbrott är här den snäva definitionen" in page
    assert "Litet underlag." in page
    assert "<strong>Intern.</strong>" in page


def test_nothing_placed_is_said(sign_in, head_of_ifo, sundsvall):
    page = text(sign_in(head_of_ifo).get("/siffror/avbrott/"))
    assert "Sundsvall har inte lämnat några placeringar ännu." in page


# Outside -------------------------------------------------------------------------------------------------------------


def release(region, quarter, unplanned, planned=None):
    """A release that tells, or hides, how many stays ended otherwise than planned."""
    count = Shown(State.HIDDEN) if unplanned is None else Shown(State.SHOWN, Kind.COUNT, unplanned)
    share = (
        Shown(State.HIDDEN, Kind.SHARE) if planned is None else Shown(State.SHOWN, Kind.SHARE, planned, planned, 100)
    )
    cells = {}
    for period in ("quarter", "rolling"):
        cells[Key("unplanned_endings", region.code, period=period)] = count
        cells[Key("S1", region.code, period=period)] = share
    shown = Disclosed(region.code, quarter, 1, 5, (), cells)
    return Release.objects.create(
        region=region, quarter=str(quarter), cells=shown.as_dict(), sha256="x", code_version="test"
    )


def test_a_hidden_quarter_is_a_gap_and_is_not_guessed(vasternorrland, sign_in, regional_reader):
    values = [10, 12, None, 14, 9]
    made = [release(vasternorrland, q, n, 70) for q, n in zip(QUARTER.last(5), values, strict=True)]
    story = RegionInterruptions(vasternorrland, made[::-1])
    assert [row[1] for row in story.unplanned.table.rows] == ["10", "12", "..", "14", "9"]
    assert "medianen 11" in story.unplanned.conclusion  # of 9, 10, 12 and 14
    line = next(part for part in story.unplanned.svg.split("<path") if 'stroke-width="2.5"' in part)
    assert line.split('"')[1].count("M") == 2
    page = text(sign_in(regional_reader).get("/siffror/avbrott/22/"))
    assert "9 placeringar avslutades oplanerat under kvartal 3 2026. 70 % av avsluten var planerade." in page
    assert '<th scope="row">2026-K1</th><td class="num">..</td>' in page


def test_a_quarter_that_was_never_frozen_is_a_gap_too(vasternorrland):
    made = [release(vasternorrland, q, 10) for q in (QUARTER, QUARTER.previous(2))]
    assert [row[1] for row in RegionInterruptions(vasternorrland, made).unplanned.table.rows] == ["10", "–", "10"]


def test_a_hidden_newest_quarter_is_said(vasternorrland):
    story = RegionInterruptions(vasternorrland, [release(vasternorrland, QUARTER, None)])
    assert "visas inte: dold för att skydda enskilda." in story.sentence


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PARTNER, 403), (Role.COUNTY_BOARD, 403), (Role.COUNCIL_MEMBER, 200)]
)
def test_who_reads_the_regions_interruptions(sign_in, vasternorrland, role, status):
    release(vasternorrland, QUARTER, 10, 70)
    user = make_user("ny@region.example", role, region=vasternorrland)
    assert sign_in(user).get("/siffror/avbrott/22/").status_code == status
    assert sign_in(user).get("/siffror/avbrott/24/").status_code == (404 if status == 200 else 403)


def test_social_worker_has_no_figures(sign_in, social_worker):
    assert sign_in(social_worker).get("/siffror/avbrott/").status_code == 403


def test_as_many_questions_for_one_stay_as_for_thirty(sign_in, head_of_ifo, sundsvall):
    from tests.placements.test_children import queries_for

    client = sign_in(head_of_ifo)
    stay(sundsvall, date(2026, 1, 1), date(2026, 8, 1), **BROKEN)
    client.get("/siffror/avbrott/")
    one = queries_for(client, "/siffror/avbrott/")
    for _ in range(30):
        stay(sundsvall, date(2026, 1, 1), date(2026, 8, 1), **BROKEN)
    assert queries_for(client, "/siffror/avbrott/") == one
