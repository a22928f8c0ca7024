"""The chapter on health: the funnel as each issue may show it, exact tables for the own municipality, the partner's words."""

from collections import Counter

from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter
from bou_portal.reports.chapters import health
from bou_portal.reports.own_tables import ACTIONS, REASONS_UNDONE
from bou_portal.reports.pages import drawn
from bou_portal.reports.sources import Source

QUARTER = Quarter(2026, 3)
STAGES = {"ej begärd": 20, "begärd": 13, "erbjuden": 2, "gjord": 72, "svar mottaget": 19, "obehövlig eller avböjd": 3}
HIDDEN = {"begärd", "erbjuden", "obehövlig eller avböjd"}


def shown(number):
    return Shown(State.SHOWN, Kind.COUNT, number)


def figures(place, hidden=()):
    found = {(QUARTER, place, "placed_on", None): shown(129)}
    for code in ("placed_on_by_health", "placed_on_by_dental"):
        for stage, n in STAGES.items():
            found[QUARTER, place, code, stage] = Shown(State.HIDDEN) if stage in hidden else shown(n)
    found[QUARTER, place, "health_examined", None] = Shown(State.SHOWN, Kind.SHARE, 70, 70, 100)
    return found


def blocks(source):
    """Every block of the chapter by type, those in columns too."""
    flat = []
    for block in filter(None, health.blocks(source)):
        flat += block["blocks"] if block["type"] == "columns" else [block]
    return flat


def texts(block):
    return [row["text"] for row in block["rows"]]


def test_head_of_ifo_gets_exact_steps_reasons_and_actions():
    tables = {
        REASONS_UNDONE: Counter({("läkare", "Avböjt"): 2, ("tand", "Ingen orsak angiven"): 1}),
        ACTIONS: Counter({("läkare", "Åtgärder väntar"): 4}),
    }
    source = Source(QUARTER, "2281", "22", True, figures("2281"), figures("22", HIDDEN), tables=tables)
    found = blocks(source)
    funnels = [block for block in found if block["type"] == "funnel"]
    assert [block["title"] for block in funnels] == ["Hälsoundersökning", "Tandundersökning"]
    assert texts(funnels[0]) == ["129", "106", "93", "91", "19"]
    captions = {block["caption"]: block["rows"] for block in found if block["type"] == "table"}
    reasons = captions["Barn utan gjord undersökning, efter orsak"]
    assert [(row["label"], row["cells"]) for row in reasons] == [
        ("Avböjt", ["2", "0"]),
        ("Ingen orsak angiven", ["0", "1"]),
    ]
    assert captions["Vad gjorda undersökningar ledde till"][0]["cells"] == ["4", "0"]


def test_for_others_a_step_with_a_hidden_stage_is_hidden_in_chart_and_table():
    source = Source(
        QUARTER, "22", "22", False, figures("22", HIDDEN), figures("22", HIDDEN),
        health_comment=("kvartal 3 2026", "Fler tider i höst."),
    )  # fmt: skip
    found = blocks(source)
    funnel = next(block for block in found if block["type"] == "funnel")
    assert texts(funnel) == ["129", "..", "..", "91", "19"]
    assert [row["value"] for row in funnel["rows"]] == [129, None, None, 91, 19]
    picture = drawn(funnel)["chart"]
    for number in (13, 2, 106, 93):
        assert f">{number}<" not in picture.svg
        assert f" {number} " not in picture.conclusion
    steps = next(block for block in found if block.get("caption") == "Stegen i tal")
    assert [row["cells"][0] for row in steps["rows"]] == ["129", "..", "..", "91", "19"]
    assert found[-1]["text"] == "Samverkanspartens kommentar om kvartal 3 2026: Fler tider i höst."
    assert not any(block.get("caption", "").startswith("Barn utan") for block in found)


def test_a_municipality_for_others_gets_the_regions_funnel():
    own = {key: value for key, value in figures("2281").items() if key[3] is None}
    source = Source(QUARTER, "2281", "22", False, own, figures("22", HIDDEN))
    funnel = next(block for block in blocks(source) if block["type"] == "funnel")
    assert funnel["title"] == "Hälsoundersökning, hela regionen"
    assert texts(funnel)[1] == ".."


def test_without_a_funnel_the_chapter_has_the_rest():
    own = {key: value for key, value in figures("2281").items() if key[3] is None}
    assert not any(block["type"] == "funnel" for block in blocks(Source(QUARTER, "2281", "22", False, own, {})))
