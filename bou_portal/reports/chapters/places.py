"""The region's municipalities, side by side and never ranked: only what the release shows."""

from bou_portal.charts import runs
from bou_portal.figures import State
from bou_portal.formats import NBSP, listing, number, percent
from bou_portal.reports.blocks import line, map_of, name_of, side_by_side, strip, table, text

ID = "kommuner"
SHARES = ("L5", "L6", "L10_share", "reviews_in_time", "health_examined", "dental_examined")
FEWEST_DOTS = 3
OWN = "Ni"
COLUMNS = ("L6", "reviews_in_time", "health_examined")


def title(source):
    return "Kommunerna i regionen"


def blocks(source):
    placed = {place: source.of_municipality(place.code, "placed_on") for place in source.municipalities}
    delivered = [place for place, shown in placed.items() if shown.state is not State.NOT_DELIVERED]
    if not delivered:
        return [text("Ingen uppgift: ingen leverans för kvartalet.")]
    places = [(place.code, place.short_name, shown) for place, shown in placed.items()]
    return [
        text(rate_sentence(source, delivered)),
        municipality_table(source, placed),
        side_by_side(map_of("Placerade barn sista dagen, per kommun", places, told(placed)), *spread(source)[:1]),
    ]


def per_thousand(children, places):
    """Children per 1 000 inhabitants 0-20 of the places, with one decimal."""
    return number(1000 * children / sum(place.population_0_20 for place in places), 1)


def rate_sentence(source, delivered):
    total = source.figure("placed_on")
    if not total.is_shown:
        return f"Hur många barn som är placerade per 1{NBSP}000 invånare visas inte: talet är dolt för att skydda enskilda."
    missing = len(source.municipalities) - len(delivered)
    who = f"alla {number(len(delivered))} kommuner"
    if missing:
        who = f"de {number(len(delivered))} av {number(len(source.municipalities))} kommuner som har levererat"
    return (
        f"{per_thousand(total.value, delivered)} barn per 1{NBSP}000 invånare 0–20 år är placerade "
        f"(folkmängd {year(delivered)}), räknat på {who}."
    )


def year(places):
    years = sorted({place.population_0_20_year for place in places})
    return listing([str(each) for each in years])


def told(placed):
    """How many are shown, and who is hidden or missing, by name."""
    shown = [place for place, figure in placed.items() if figure.is_shown]
    hidden = [str(place) for place, figure in placed.items() if figure.state is State.HIDDEN]
    missing = [str(place) for place, figure in placed.items() if figure.state is State.NOT_DELIVERED]
    said = f"Antalet visas för {number(len(shown))} av {number(len(placed))} kommuner."
    if hidden:
        said += f" Dolda för att skydda enskilda: {listing(hidden)}."
    return said + (f" Har inte levererat: {listing(missing)}." if missing else "")


def spread(source):
    """Chart and table of the shares, one dot per municipality with a shown one and no names; the own one is marked."""
    found = []
    for id in SHARES:
        figures = [source.of_municipality(place.code, id) for place in source.municipalities]
        values = sorted(figure.value for figure in figures if figure.is_shown)
        own = None if source.is_region else source.figure(id)
        if len(values) >= FEWEST_DOTS:
            found.append((id, values, own.value if own and own.is_shown else None))
    if not found:
        return ()
    id, values, _ = max(found, key=lambda row: row[1][-1] - row[1][0])
    name, low, high = name_of(id), percent(values[0]), percent(values[-1])
    sentence = f"Störst är spridningen för ”{name}”: mellan {low} och {high}."
    rows = [(name_of(id), values, own) for id, values, own in found]
    chart = strip("Spridning mellan kommunerna, en ring per kommun", rows, "%", sentence, OWN)
    return chart, spread_table(source, found)


def spread_table(source, found):
    rows = []
    for id, values, own in found:
        ends = [percent(value) for value in (values[0], runs.median(values), values[-1])]
        mine = [] if source.is_region else ["–" if own is None else percent(own)]
        rows.append(line(name_of(id), len(values), *ends, *mine, definition=source.number(id)))
    columns = ["Mått", "Kommuner", "Lägst", "Median", "Högst", *([] if source.is_region else [OWN])]
    return table("Spridning mellan de kommuner vars andel visas", columns, rows)


def municipality_table(source, placed):
    rows = []
    for place, shown in placed.items():
        rate = per_thousand(shown.value, [place]) if shown.is_shown else shown.text
        rows.append(
            line(
                str(place).replace(" ", NBSP), shown, rate, *(source.of_municipality(place.code, id) for id in COLUMNS)
            )
        )
    columns = (
        "Kommun",
        "Placerade barn",
        f"Per 1{NBSP}000 inv. 0–20 år ({year(placed)})",
        *(name_of(id) for id in COLUMNS),
    )
    note = "I bokstavsordning. Andelar visas bara för grupper om minst 20 barn."
    return table("Kommunernas tal kvartalets sista dag", columns, rows, note)
