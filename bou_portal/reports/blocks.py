"""The few shapes a report's content has. Plain dicts of text and shown numbers, because they are frozen as JSON."""

from bou_portal.figures import DEFINITIONS, Kind
from bou_portal.formats import number


def text(words):
    return {"type": "text", "text": words}


def numbered(title, items):
    """`items` are (lead, text) pairs: "Tre saker att ta ställning till"."""
    return {"type": "numbered", "title": title, "items": [{"lead": lead, "text": words} for lead, words in items]}


def table(caption, columns, rows, note=""):
    """The first column names the row; the others are figures, set to the right."""
    return {
        "type": "table",
        "caption": caption,
        "columns": list(columns),
        "rows": [[str(cell) for cell in row] for row in rows],
        "note": note,
    }


def point(label, shown):
    """One value of a chart: its number only when it is shown, and always how it reads."""
    return {"label": label, "value": shown.value if shown.is_shown else None, "text": shown.text}


def bars(title, pairs, unit="", sentence=""):
    """Horizontal bars from (label, Shown)."""
    return {
        "type": "bars",
        "title": title,
        "unit": unit,
        "sentence": sentence,
        "rows": [point(label, shown) for label, shown in pairs],
    }


def over_time(kind, title, series, unit="", sentence=""):
    """`line`, `run` or `stacked` over quarters; `series` are (name, [(quarter, Shown)])."""
    return {
        "type": kind,
        "title": title,
        "unit": unit,
        "sentence": sentence,
        "series": [
            {"name": name, "points": [point(short(quarter), shown) for quarter, shown in points]}
            for name, points in series
        ],
    }


def side_by_side(left, right):
    """A chart with its table beside it."""
    return {"type": "pair", "left": left, "right": right}


def short(quarter):
    """`k3 2026`, as an axis has room for."""
    return f"k{quarter.number} {quarter.year}"


def key_figures(source, ids):
    """The row of key figures with their change, the region beside them and eight quarters behind them."""
    return {"type": "figures", "figures": [_key_figure(source, id, label) for id, label in ids]}


def _key_figure(source, id, label):
    now, before = source.figure(id), source.figure(id, quarter=source.quarter.previous())
    region = source.of_region(id)
    beside = [] if source.is_region or not region.is_shown else [f"regionen {region.text}"]
    return {
        "id": id,
        "label": label,
        "text": now.text,
        "base": now.of,
        "note": " · ".join([change(id, now, before, source.quarter.previous()), *beside]),
        "reason": now.reason,
        "unit": "%" if now.kind is Kind.SHARE else "",
        "trend": [point(short(quarter), source.figure(id, quarter=quarter)) for quarter in source.quarters],
    }


def change(id, now, before, quarter):
    """`▲ 4 enheter sedan kvartal 2`; a count says what it was. Words when there is nothing to compare with."""
    if not (now.is_shown and before.is_shown):
        return "ingen jämförelse" if now.is_shown else now.reason
    if now.kind is Kind.COUNT:
        return f"{before.text} kvartal {quarter.number}"
    step = round(now.value - before.value, 1)
    if not step:
        return f"oförändrat sedan kvartal {quarter.number}"
    unit = " enheter" if now.kind is Kind.SHARE else ""
    return f"{'▲' if step > 0 else '▼'} {number(abs(step))}{unit} sedan kvartal {quarter.number}"


def name_of(id):
    return DEFINITIONS[id].name


def definition_of(id):
    """What the definitions page prints of an indicator."""
    record = DEFINITIONS[id]
    return {
        "id": record.id,
        "name": record.name,
        "numerator": record.numerator,
        "denominator": record.denominator,
        "source": record.source,
        "note": record.note,
    }
