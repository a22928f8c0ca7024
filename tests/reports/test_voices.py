"""The chapter on children's voices: own rounds in the issue "Intern", phases and an ended year for everybody."""

from datetime import date

import pytest

from bou_portal.periods import Quarter
from bou_portal.reports.chapters import voices as chapter
from bou_portal.reports.sources import Source
from bou_portal.reports.voices import own_voices, regional_year
from municipalities.models import Municipality, Unit
from placements.models import UnitPhase, VoiceModel
from tests.placements.voices import make_interview, make_round
from tests.reports.conftest import QUARTER


@pytest.fixture
def model(db):
    return VoiceModel.objects.get(name="Västernorrlandsmodellen")


def round_in(code, model, year=2026, **changes):
    place = Municipality.objects.get(code=code)
    unit = Unit.objects.get_or_create(municipality=place, name="Barn och unga norr")[0]
    return make_round(unit, model, year=year, **changes)


def said(source):
    return str(chapter.blocks(source))


def source(place="2281", *, is_intern=True, **beside):
    return Source(QUARTER, place, "22", is_intern, {}, {}, **beside)


def test_own_rounds_are_told_as_they_were_on_the_quarters_last_day(model, sundsvall):
    made = round_in("2281", model, seminar_on=date(2026, 9, 1), board_on=date(2026, 10, 15))
    for day in ("2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "2026-09-30"):
        make_interview(made, day, safety="bad", school="good")
    make_interview(made, "2026-10-01", safety="bad", home="good")
    make_interview(made, "2026-03-01", family="good")
    own = own_voices([sundsvall.pk], QUARTER)[sundsvall.pk]
    assert (own.interviews, dict(own.told_themes)) == (6, {"Trygghet": 5, "Skola": 5})
    told = said(source(voices=own))
    assert "['6', '2026-09-01', '–', '–']" in told  # the board met after the quarter
    assert "Familj" not in told


def test_a_municipality_without_rounds_gets_one_line(sundsvall):
    assert chapter.blocks(source())[0]["text"] == "Ingen enhet har intervjuat barn 2026."


@pytest.mark.parametrize(
    ("quarter", "year"), [(Quarter(2026, 3), 2025), (Quarter(2025, 4), 2025), (Quarter(2025, 1), 2024)]
)
def test_the_regions_year_is_the_last_that_had_ended(vasternorrland, quarter, year):
    assert regional_year(vasternorrland, quarter).year == year


@pytest.mark.parametrize("place", ["22", "2281"])
def test_what_is_spread_tells_phases_and_a_band_and_never_an_own_number(model, vasternorrland, sundsvall, place):
    for code in ("2281", "2262", "2280"):
        ended = round_in(code, model, 2025)
        for _ in range(3):
            make_interview(ended, "2025-05-01", safety="bad")
        UnitPhase.objects.create(municipality=ended.municipality, unit=ended.unit, model=model, phase="board")
    own = own_voices([sundsvall.pk], QUARTER)[sundsvall.pk]
    spread = source(place, is_intern=False, voices=own, regional_voices=regional_year(vasternorrland, QUARTER))
    told = said(spread)
    assert "5–9 intervjuer med barn och unga gjordes" in told
    assert "Många tog upp: trygghet." in told
    assert "'Redovisat i nämnden', 'definition': None, 'cells': ['3']" in told
    assert "Barn och unga norr" not in told


def test_too_few_are_said_to_be_too_few(model, vasternorrland):
    make_interview(round_in("2281", model, 2025), "2025-05-01", safety="bad")
    told = said(source("22", is_intern=False, regional_voices=regional_year(vasternorrland, QUARTER)))
    assert "2025 är för få" in told
    assert "trygghet" not in told
