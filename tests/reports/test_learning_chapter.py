"""The chapter on analyses, SIP meetings, needs of homes and reception: counted by hand, in the issue "Intern" alone."""

from datetime import date
from types import SimpleNamespace

import pytest

from bou_portal.periods import Quarter
from bou_portal.reports.chapters import chapters, learning
from bou_portal.reports.learning import own_learning
from bou_portal.reports.sources import Source
from placements.models import AnalysisMeasure, EventAnalysis, HomeNeed, Reception, Sip

QUARTER = Quarter(2026, 3)


def chapter(place):
    source = SimpleNamespace(quarter=QUARTER, learning=own_learning([place.pk], QUARTER)[place.pk])
    parts = [part for block in learning.blocks(source) if block for part in block.get("blocks", [block])]
    return {
        part["caption"]: {row["label"]: row["cells"] for row in part["rows"]}
        if part["type"] == "table"
        else part["text"]
        for part in parts
        if part["type"] == "table"
    }, [part["text"] for part in parts if part["type"] == "text"]


def analysis(place, leader, started_on, closed_on=None):
    row = EventAnalysis.objects.create(
        municipality=place, title="-", leader=leader, consequences="-", closed_on=closed_on
    )
    EventAnalysis.objects.filter(pk=row.pk).update(started_on=started_on)
    return row


def test_analyses_and_measures_are_told_as_of_the_quarters_last_day(sundsvall, unit_manager):
    first = analysis(sundsvall, unit_manager, date(2026, 5, 1))
    analysis(sundsvall, unit_manager, date(2026, 5, 1), date(2026, 8, 1))
    analysis(sundsvall, unit_manager, date(2026, 5, 1), date(2026, 10, 2))
    analysis(sundsvall, unit_manager, date(2026, 10, 1))
    about = {"municipality": sundsvall, "analysis": first, "text": "-", "owner": unit_manager}
    AnalysisMeasure.objects.create(due_on=date(2026, 9, 1), **about)
    AnalysisMeasure.objects.create(due_on=date(2026, 9, 1), done_on=date(2026, 10, 9), **about)
    AnalysisMeasure.objects.create(due_on=date(2026, 11, 1), **about)
    AnalysisMeasure.objects.create(due_on=date(2026, 9, 1), done_on=date(2026, 9, 1), **about)
    tables, _ = chapter(sundsvall)
    assert tables["Risk- och händelseanalyser"] == {
        "Pågår kvartalets sista dag": ["2"],
        "Avslutade under kvartalet": ["1"],
        "Åtgärder som återstår": ["3"],
        "varav försenade": ["2"],
    }


def test_meetings_needs_and_reception_are_told_with_the_quarter_before(sundsvall, umea):
    sip = {"municipality": sundsvall, "age_band": "7-12", "initiative": "school", "follow_up_set": True}
    Sip.objects.create(month_on=date(2026, 9, 1), child_present=True, follow_up_held=True, **sip)
    Sip.objects.create(month_on=date(2026, 7, 1), child_present=False, **sip)
    Sip.objects.create(month_on=date(2026, 10, 1), child_present=False, **sip)
    need = {"age_band": "7-12", "wanted_on": date(2026, 9, 1), "state": "filled"}
    for place, posted, closed in (
        (sundsvall, date(2026, 6, 1), date(2026, 7, 1)),
        (sundsvall, date(2026, 9, 20), date(2026, 10, 1)),
        (umea, date(2026, 9, 20), date(2026, 9, 21)),
    ):
        HomeNeed.objects.create(municipality=place, posted_on=posted, closed_on=closed, **need)
    Reception.objects.create(municipality=sundsvall, quarter="2026-K3", received=2, places_hvb=0)
    tables, _ = chapter(sundsvall)
    none, percent = "–", "\N{NO-BREAK SPACE}%"
    assert tables["SIP-möten"] == {
        "Hållna möten": ["0", "2"],
        "Barnet var med": [none, f"50{percent} (1 av 2)"],
        "Uppföljning bestämd": [none, f"100{percent} (2 av 2)"],
        "Uppföljningen hölls": [none, f"100{percent} (1 av 1)"],
    }
    assert tables["Behov av familjehem"] == {
        "Behov anmälda": ["1", "1"],
        "Hem hittade": ["0", "1"],
        "Söks kvartalets sista dag": ["1", "1"],
        "Dagar från behov till hem": ["", "30"],
    }
    reception = tables["Mottagande av ensamkommande"]
    assert (reception["Mottagna"], reception["Platser i HVB"]) == (["ingen uppgift", "2"], ["ingen uppgift", "0"])


def test_a_chapter_without_data_is_a_few_lines(sundsvall):
    tables, texts = chapter(sundsvall)
    assert tables == {}
    assert len(texts) == 3


@pytest.mark.parametrize(
    ("is_intern", "place", "is_there"), [(True, "2281", True), (False, "2281", False), (False, "22", False)]
)
def test_only_the_own_municipality_reads_it(sundsvall, is_intern, place, is_there):
    source = Source(QUARTER, place, "22", is_intern, {}, {}, (sundsvall,))
    assert ("larande" in [each["id"] for each in chapters(source)]) is is_there
