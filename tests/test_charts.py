"""Charts say what the data says, show nothing hidden, and look the same every time, on paper too."""

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from bou_portal import charts
from bou_portal.charts import runs, svg
from bou_portal.figures import Figure, Kind, Shown, State
from bou_portal.gallery import all_charts, over_time

NBSP = "\u00a0"
SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = Shown(State.HIDDEN)


def tokens():
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=sorted(all_charts()))
def chart(request):
    return all_charts()[request.param]


def test_every_chart_has_a_title_as_direct_child_that_says_what_it_shows(chart):
    root = ET.fromstring(chart.svg)
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == f"{chart.title}. {chart.conclusion}"


def test_charts_use_presentation_attributes_only(chart):
    for word in ("class=", "style", "var(", "<script", "NaN", "None", "inf"):
        assert word not in chart.svg


def test_charts_are_the_same_bytes_every_time(chart):
    again = next(other for other in all_charts().values() if other.title == chart.title)
    assert again.svg == chart.svg


def test_every_chart_has_its_sentence_and_its_table(chart):
    assert re.fullmatch(r"[A-ZÅÄÖ0-9].+\.", chart.conclusion)
    assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)


def test_nothing_is_drawn_outside_the_drawing(chart):
    root = ET.fromstring(chart.svg)
    _, _, width, height = (float(side) for side in root.get("viewBox").split())
    for shape in root.iter():
        for axis, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            if shape.get(axis) and f"{SVG}pattern" != shape.tag:
                assert -1 <= float(shape.get(axis)) <= limit + 1, ET.tostring(shape)


def test_the_drawings_repeat_the_colours_of_the_tokens():
    known = tokens()
    assert (known["ink"], known["ink-soft"], known["line"], known["line-strong"]) == (
        svg.INK, svg.SOFT, svg.LINE, svg.LINE_STRONG
    )  # fmt: skip
    assert (known["paper"], known["ground"], known["accent"], known["accent-tint"]) == (
        svg.PAPER, svg.GROUND, svg.ACCENT, svg.TINT
    )  # fmt: skip
    assert tuple(known[f"series-{n}"] for n in range(1, 5)) == svg.SERIES


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *((ink, paper) for ink in ("ink", "ink-soft", "accent", "accent-dark") for paper in ("paper", "ground")),
        *((ink, "accent-tint") for ink in ("ink", "ink-soft", "accent", "accent-dark")),
        *((kind, f"{kind}-tint") for kind in ("good", "watch", "late")),
        *(("ink", f"{kind}-tint") for kind in ("good", "watch", "late")),
        *((f"series-{n}", "paper") for n in range(1, 5)),
        ("paper", "accent"),
        ("paper", "accent-dark"),
        ("paper", "late"),
    ],
)
def test_text_stands_out_from_its_background(ink, paper):
    assert contrast(tokens()[ink], tokens()[paper]) >= 4.5


@pytest.mark.parametrize("paper", ["paper", "ground"])
def test_edges_of_fields_stand_out(paper):
    assert contrast(tokens()["line-strong"], tokens()[paper]) >= 3


# --- only shown values come in ----------------------------------------------------------------------------------------
RAW = Figure(id="placed_on", place="2281", value=3)


@pytest.mark.parametrize("value", [RAW, "3", True, float("nan"), [3]])
@pytest.mark.parametrize(
    "draw",
    [
        lambda value: charts.bars([("A", value)], title="T"),
        lambda value: charts.stacked([("A", [("K1", value)])], title="T"),
        lambda value: charts.line([("A", [("K1", value)])], title="T"),
        lambda value: charts.run_chart([("K1", value)], title="T"),
        lambda value: charts.spark([("K1", value)], title="T"),
        lambda value: charts.funnel([("A", value)], title="T"),
        lambda value: charts.strip([("A", [value])], title="T"),
        lambda value: charts.strip([("A", [1], value)], title="T"),
    ],
)
def test_a_raw_figure_cannot_be_drawn(draw, value):
    with pytest.raises(TypeError, match="protect"):
        draw(value)


@pytest.mark.parametrize("value", [3, 3.5, Decimal("3.5"), None, HIDDEN, Shown(State.SHOWN, Kind.COUNT, 3)])
def test_shown_values_can_be_drawn(value):
    assert charts.bars([("A", value)], title="T").svg


def test_a_hidden_value_reads_as_its_mark_and_has_no_length():
    chart = charts.bars([("HVB", 21), ("Jourhem", 12), ("SiS", HIDDEN)], title="Form")
    assert chart.table.rows == (("HVB", "21"), ("Jourhem", "12"), ("SiS", ".."))
    assert chart.table.note == ".. = dold för att skydda enskilda"
    assert len(ET.fromstring(chart.svg).findall(f".//{SVG}rect")) == 2
    assert chart.conclusion == "Störst är HVB med 21; allt kan inte visas."


def test_missing_values_read_as_ingen_uppgift():
    chart = charts.bars([("Kramfors", Shown(State.NOT_DELIVERED))], title="Form")
    assert chart.table.rows == (("Kramfors", "ingen uppgift"),)
    assert chart.table.note == ""


def test_a_hidden_quarter_lifts_the_pen():
    line = charts.line([("Sundsvall", over_time([58, 60, 59, HIDDEN, 68, 70, 72, 74]))], title="Samtal", unit="%")
    drawn = ET.fromstring(line.svg).find(f".//{SVG}path[@stroke-width='2.5']").get("d")
    assert drawn.count("M") == 2
    assert drawn.count("L") == 5


def test_a_new_series_is_parted_by_an_upright_line_with_its_word():
    points = over_time([3, 3.5, 4, 4.5, 4, 4, 4, 4])
    line = charts.line([("Hemmet", points)], title="Omdöme", splits={points[2][0]: "Ny ägare", "okänt": "Annat"})
    root = ET.fromstring(line.svg)
    drawn = root.find(f".//{SVG}path[@stroke-width='2.5']").get("d")
    assert (drawn.count("M"), drawn.count("L")) == (2, 6)
    assert len(root.findall(f".//{SVG}path[@stroke-dasharray='5 3']")) == 1
    assert [text.text for text in root.iter(f"{SVG}text")].count("Ny ägare") == 1
    assert "Annat" not in line.svg


@given(st.lists(st.one_of(st.just(HIDDEN), st.integers(0, 500)), min_size=8, max_size=8))
def test_a_line_has_a_dot_for_every_shown_value_and_a_mark_for_every_hidden_one(values):
    root = ET.fromstring(charts.line([("A", over_time(values))], title="T").svg)
    hidden = values.count(HIDDEN)
    assert len(root.findall(f".//{SVG}circle")) == 8 - hidden
    assert [text.text for text in root.iter(f"{SVG}text")].count("..") == hidden


def test_a_column_with_a_hidden_layer_says_so_and_no_total():
    chart = charts.stacked([("HVB", [("K1", 20), ("K2", 22)]), ("SiS", [("K1", 5), ("K2", HIDDEN)])], title="Form")
    assert ">..</text>" in chart.svg
    assert chart.conclusion == "K2: störst är HVB med 22."


def test_seven_layers_are_refused():
    with pytest.raises(ValueError, match="six"):
        charts.stacked([(name, [("K1", 1)]) for name in "ABCDEFG"], title="T")


def test_series_with_different_quarters_are_refused():
    with pytest.raises(ValueError, match="same labels"):
        charts.line([("A", [("K1", 1)]), ("B", [("K2", 1)])], title="T")


def test_text_in_a_chart_is_escaped():
    chart = charts.bars([("<b>&", 1)], title="<i>")
    assert "<b>" not in chart.svg
    assert "&lt;b&gt;&amp;" in chart.svg


# --- sentences --------------------------------------------------------------------------------------------------------
def test_sentences_come_from_the_data():
    all_of_them = all_charts()
    assert all_of_them["goals"].conclusion == (
        f"1 av 3 når sitt mål; under målet ligger Aktuell genomförandeplan (75{NBSP}%) och Övervägande i tid (88{NBSP}%)."
    )
    assert all_of_them["line"].conclusion == (
        f"Enskilda samtal, Sundsvall: upp från 58{NBSP}% till 74{NBSP}% mellan 2024-K4 och 2026-K3 (Länet 60{NBSP}%)."
    )
    assert all_of_them["stacked"].conclusion == "131 i 2026-K3 mot 129 i 2024-K4; störst är Familjehem med 84."
    assert all_of_them["funnel"].conclusion == (
        "Av 30 (placerade) återstår 12 (genomförda); flest faller bort mellan begärda och erbjudna."
    )
    assert all_of_them["strip"].conclusion == (
        f"Övervägande i tid: 7 kommuner mellan 65{NBSP}% och 100{NBSP}%, i mitten 90{NBSP}%."
    )
    assert all_of_them["nothing"].conclusion == "Det finns inga uppgifter att visa ännu."


def test_half_per_cent_is_rounded_up():
    assert charts.bars([("A", 74.5)], title="T", unit="%").table.rows == (("A", f"75{NBSP}%"),)


# --- run charts -------------------------------------------------------------------------------------------------------
def kinds(values):
    return [(signal.kind, signal.way, signal.count) for signal in runs.signals(values)]


def test_six_values_in_a_row_below_the_median_are_a_shift():
    chart = all_charts()["run"]
    assert chart.conclusion == (
        "Avbrott per 100 placeringsår, signal: förskjutning, sex värden i rad under medianen 12,5 mellan 2026-07 och 2026-12."
    )
    assert "signal: förskjutning" in chart.svg


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([9, 9, 8, 9, 8, 9, 1, 2, 1, 2, 1, 2], [("förskjutning", "över", 6), ("förskjutning", "under", 6)]),
        ([9, 8, 9, 8, 9, 1, 9, 2, 1, 2, 1, 2], []),  # five above, one below, one above, five below
        ([9, 8, 5, 9, 8, 9, 8, 1, 2, 1, 2, 1, 2], [("förskjutning", "över", 6), ("förskjutning", "under", 6)]),  # on it
        ([1, 2, 3, 4, 5], [("trend", "stigande", 5)]),
        ([5, 4, 3, 3, 2, 1], [("trend", "fallande", 5)]),  # the repeated value counts once
        ([1, 2, 3, 4], []),
        ([1, 2, None, 3, 4, 5], []),  # a gap ends the run
        ([None, None], []),
        ([], []),
    ],
)
def test_signals(values, found):
    assert kinds(values) == found


def test_a_run_chart_without_signal_says_so():
    chart = charts.run_chart([("a", 1), ("b", 3), ("c", 2)], title="Avbrott")
    assert chart.conclusion == "Avbrott varierar kring medianen 2, ingen signal."


@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=24))
def test_signals_keep_to_their_definition(values):
    line = runs.median(values)
    for signal in runs.signals(values):
        inside = [values[n] for n in range(signal.first, signal.last + 1)]
        assert None not in inside
        if signal.kind == "förskjutning":
            sides = {value > line for value in inside if value != line}
            assert len(sides) == 1
            assert sum(value != line for value in inside) == signal.count >= 6
        else:
            steps = {b > a for a, b in pairwise(inside) if a != b}
            assert steps == {signal.way == "stigande"}
            assert signal.count >= 5


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_enclose_the_values(low, span):
    ticks = svg.nice_ticks(low, low + span)
    assert len(ticks) >= 2
    assert ticks[0] <= low + 1e-3 * max(1, abs(low))
    assert ticks[-1] >= low + span - 1e-3 * max(1, abs(low) + span)


def test_a_long_name_at_a_bar_is_written_whole_and_runs_into_no_other():
    names = ["Relationen till vårdnadshavare eller umgänget", "Behoven var större än hemmet klarade", "Annat"]
    picture = str(charts.bars([(name, 2) for name in names], title="Varför", width=440).svg)
    found = re.findall(r'<text x="[\d.]+" y="([\d.]+)" text-anchor="end">([^<]+)', picture)
    texts = [(float(y), text) for y, text in found]
    assert " ".join(text for _, text in texts) == " ".join(names)
    lines = [y for y, _ in texts]
    assert all(below - above >= 14 for above, below in pairwise(lines))
    high = float(re.search(r'viewBox="0 0 440 ([\d.]+)"', picture)[1])
    assert lines[0] > 10
    assert lines[-1] < high
