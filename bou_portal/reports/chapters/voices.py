"""Children's voices: how many were heard, what they talked about, and how far the work has come (features.md T10)."""

from bou_portal.figures import Kind, Shown, State
from bou_portal.formats import count_word, listing
from bou_portal.reports.blocks import bars, line, side_by_side, table, text, without_empty

ID = "roster"
NOTE = "Datum efter kvartalets sista dag står inte med."
FEW = "Teman visas från fem intervjuer som har tagit upp dem."


def title(source):
    return "Barnens röster"


def blocks(source):
    """Own rounds only in the issue "Intern"; the region's phases and ended year in all of them."""
    own = own_rounds(source) if source.is_intern else []
    return [*own, *region(source)]


def own_rounds(source):
    own, year = source.voices, source.quarter.year
    if own is None or not own.rounds:
        return [text(f"Ingen enhet har intervjuat barn {year}.")]
    rows = [line(row.unit, row.held, *days(row, source.quarter.end)) for row in own.rounds]
    columns = ("Enhet", "Intervjuer", "Seminarium", "Årsrapport", "Nämnd")
    shown = [(theme, Shown(State.SHOWN, Kind.COUNT, count)) for theme, count in own.told_themes]
    said = f"Flest, {count_word(shown[0][1].value)}, talade om: {shown[0][0].lower()}." if shown else ""
    themes = bars("Teman i minst fem intervjuer", shown, sentence=said) if shown else text(FEW)
    return [side_by_side(themes, table(f"Enheternas intervjuer {year}", columns, rows, NOTE))]


def days(row, until):
    """The days of seminar, yearly report and board that had been by then."""
    return [str(day) if day and day <= until else "–" for day in (row.seminar_on, row.reported_on, row.board_on)]


def region(source):
    told = source.regional_voices
    if told is None:
        return []
    rows = without_empty([line(phase, count) for phase, count in told.phases])
    where = "" if source.is_region else " i regionen"
    said = [text(year_sentence(told, where))]
    if not rows:
        return [text(f"Ingen enhet{where} har börjat arbeta med en modell för barns röster."), *said]
    if source.is_intern:
        return said
    return [table(f"Enheter{where} efter hur långt de har kommit", ("Fas", "Enheter"), rows), *said]


def year_sentence(told, where):
    if told.heard is None or not told.heard.is_shown:
        return f"Intervjuerna{where} {told.year} är för få, eller från för få kommuner, för att något ska kunna sägas om dem."
    said = f"{told.heard.band} intervjuer med barn och unga gjordes{where} {told.year}."
    if not told.themes:
        return f"{said} Inget tema togs upp av tillräckligt många."
    return f"{said} Många tog upp: {listing([theme.lower() for theme in told.themes])}."
