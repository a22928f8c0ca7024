"""The few shapes a report's content has. Plain dicts of text and shown numbers, because they are frozen as JSON."""

from bou_portal.charts import runs
from bou_portal.figures import DEFINITIONS, Kind
from bou_portal.formats import count_word, number, starting, with_unit

# What a table and a chart have room for; the definitions at the end carry the full names.
SHORT = {
    "placed_on": "Placerade barn sista dagen",
    "L4": "Överväganden i tid",
    "L5": "Vårdplan",
    "L6": "Aktuell genomförandeplan",
    "L10_share": "Enskilt samtal under kvartalet",
    "reviews_in_time": "Övervägd eller omprövad",
    "P5": "Barnet hördes",
    "P6": "Deltog i sin plan",
    "H1": "Hälsa: begärd",
    "H2": "Hälsa: i tid",
    "H3": "Tänder: i tid",
    "health_examined": "Hälsa: senaste året",
    "dental_examined": "Tänder: senaste året",
    "L1": "Utredningar i tid",
    "L2": "Förhandsbedömningar i tid",
    "L3": "Skyddsbedömda samma eller nästa dag",
    "L9": "Vårdnadsfrågan i tid",
    "S3": "Sammanbrott per 100 placeringsår",
    "S9": "Utanför den egna kommunen",
    "S4": "Placeringar per barn, två år",
    "S4_three_or_more": "Tre placeringar eller fler, två år",
    "share_three_or_more": "Tre placeringar eller fler, kvartalet",
    "ended_length_mean": "Avslutades längd, medel, dagar",
    "ended_length_median": "Avslutades längd, median, dagar",
    "B3": "HVB-placeringar med omdöme",
}


def text(words):
    return {"type": "text", "text": words}


def numbered(title, items):
    """`items` are (lead, text) pairs: "Tre saker att ta ställning till"."""
    return {"type": "numbered", "title": title, "items": [{"lead": lead, "text": words} for lead, words in items]}


def line(label, *cells, definition=None):
    """A table's row: its name, the number of its definition where it has one, and what it says."""
    return {"label": str(label), "definition": definition, "cells": [str(cell) for cell in cells]}


def table(caption, columns, lines, note=""):
    """The first column names the row; the others are figures, set to the right."""
    return {"type": "table", "caption": caption, "columns": list(columns), "rows": list(lines), "note": note}


def without_empty(lines):
    """Rows in which every figure is nought say nothing, and the sum under them stays right without them."""
    return [row for row in lines if any(cell != "0" for cell in row["cells"])]


def point(label, shown):
    """One value of a chart: its number only when it is shown, and always how it reads."""
    return {"label": label, "value": shown.value if shown.is_shown else None, "text": shown.text}


def bars(title, pairs, unit="", sentence=""):
    """Horizontal bars from (label, Shown)."""
    rows = [point(label, shown) for label, shown in pairs]
    return {"type": "bars", "title": title, "unit": unit, "sentence": sentence, "rows": rows}


def funnel(title, steps, sentence=""):
    """Steps that can only shrink, from (name, Shown)."""
    rows = [point(name, shown) for name, shown in steps]
    return {"type": "funnel", "title": title, "sentence": sentence, "rows": rows}


def over_time(kind, title, points, unit="", sentence=""):
    """`line` or `run` over quarters; `points` are (quarter, Shown)."""
    drawn = [point(short(quarter), shown) for quarter, shown in points]
    return {"type": kind, "title": title, "unit": unit, "sentence": sentence, "points": drawn}


def run(source, id):
    """A measure's eight quarters with their median, and what they say; None where there is too little to see."""
    points = [(quarter, source.figure(id, quarter=quarter)) for quarter in source.quarters]
    seen = [shown for _, shown in points if shown.is_shown]
    if len(seen) < 3 or source.is_small:
        return None
    unit = "%" if seen[-1].kind is Kind.SHARE else ""
    return over_time("run", f"{name_of(id)} per kvartal", points, unit, run_sentence(points, unit))


def run_sentence(points, unit):
    """Where the latest value stands against the middle one, and the latest sign that it is more than chance."""
    values = [shown.value if shown.is_shown else None for _, shown in points]
    middle = with_unit(runs.median(values), unit)
    latest = points[-1][1]
    said = f"Senast {latest.text}, medianen är {middle}." if latest.is_shown else f"Medianen är {middle}."
    if not (found := runs.signals(values)):
        return f"{said} Inget mönster håller i sig."
    signal = found[-1]
    since = points[signal.first][0].text
    if signal.kind == "trend":
        return f"{said} {starting(count_word(signal.count))} {signal.way} värden i rad sedan {since}."
    return f"{said} {starting(count_word(signal.count))} värden i rad {signal.way} medianen sedan {since}."


def strip(title, rows, unit, sentence, own_name=""):
    """Spread without names: rows of (name, numbers that are shown, own number or None)."""
    drawn = [{"name": name, "values": values, "own": own} for name, values, own in rows]
    return {"type": "strip", "title": title, "unit": unit, "sentence": sentence, "own_name": own_name, "rows": drawn}


def map_of(title, places, sentence):
    """A county's map from (code, name, Shown)."""
    drawn = [{"code": code} | point(name, shown) for code, name, shown in places]
    return {"type": "map", "title": title, "sentence": sentence, "places": drawn}


def side_by_side(*blocks):
    """Two or three blocks in a row: a chart with its table beside it. A lone block stands by itself."""
    kept = [block for block in blocks if block]
    return kept[0] if len(kept) == 1 else {"type": "columns", "blocks": kept} if kept else None


def short(quarter):
    """`k3 2026`, as an axis has room for."""
    return f"k{quarter.number} {quarter.year}"


def key_figures(source, ids):
    """The row of key figures with their change, the region beside them and eight quarters behind them."""
    figures = [_key_figure(source, id, label) for id, label in ids]
    notes = [f"▲ ▼ Förändring sedan {source.quarter.previous().text}."]
    marks = {figure["reason"]: figure["text"] for figure in figures if figure["reason"]}
    notes += [f"{mark} = {reason}." for reason, mark in marks.items()]
    return {"type": "figures", "figures": figures, "note": " ".join(notes)}


def _key_figure(source, id, label):
    now, before = source.figure(id), source.figure(id, quarter=source.quarter.previous())
    region = source.of_region(id)
    beside = f"regionen {region.text}" if region.is_shown and not source.is_region else ""
    return {
        "id": id,
        "label": label,
        "definition": source.number(id),
        "text": now.text,
        "base": now.of,
        "note": starting(" · ".join(filter(None, [change(now, before, source.quarter.previous()), beside]))),
        "reason": now.reason,
        "unit": "%" if now.kind is Kind.SHARE else "",
        "trend": [point(short(quarter), source.figure(id, quarter=quarter)) for quarter in source.quarters],
    }


def change(now, before, quarter):
    """`▲ 4 enheter`; a count says what it was. Nothing where there is nothing to compare with."""
    if not (now.is_shown and before.is_shown):
        return ""
    if now.kind is Kind.COUNT:
        return f"{before.text} kvartal {quarter.number}"
    step = round(now.value - before.value, 1)
    unit = " enheter" if now.kind is Kind.SHARE and abs(step) != 1 else " enhet" if now.kind is Kind.SHARE else ""
    return f"{'▲' if step > 0 else '▼'} {number(abs(step))}{unit}" if step else "oförändrat"


def name_of(id):
    return SHORT.get(id, DEFINITIONS[id].name)


def definition_of(id):
    """What the definitions page prints of an indicator, in whole sentences."""
    record = DEFINITIONS[id]
    parts = [record.numerator, f"av: {record.denominator}" if record.denominator else "", record.note]
    return {
        "id": record.id,
        "name": record.name,
        "text": " ".join(f"{starting(part).rstrip('.')}." for part in parts if part),
        "source": record.source,
    }
