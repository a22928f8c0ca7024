"""Placed children now: how many, where, by which law, how old."""

from bou_portal.figures import State
from bou_portal.formats import listing, number
from bou_portal.periods import Quarter
from bou_portal.reports.blocks import bars, line, over_time, side_by_side, table, text, without_empty
from bou_portal.reports.own_tables import AGE_SEX, DISTANCE, HOSTS
from bou_portal.reports.sources import WHOLE_REGION
from placements.codes import FormGroup, LawGroup, Sex
from placements.indicators.volume import AGES, UNKNOWN_AGE

ID = "placerade"
WORDS = {str(word): label for words in (FormGroup, LawGroup, Sex) for word, label in words.choices}
WORDS |= {age: f"{age.replace('-', '–')} år" for age in AGES if age != "21+"} | {"21+": "21 år och äldre"}
UNKNOWN_WORDS = {UNKNOWN_AGE, "okänt"}


def title(source):
    return "Placerade barn och unga nu"


def word(category):
    return "Okänt" if category in UNKNOWN_WORDS else WORDS.get(category, category)


def blocks(source):
    placed = source.figure("placed_on")
    if placed.state is State.NOT_DELIVERED:
        return [text("Ingen uppgift: ingen leverans för kvartalet.")]
    if placed.is_shown and not placed.value:
        return [text("Inga placerade barn kvartalets sista dag.")]
    return [
        side_by_side(*forms(source)),
        side_by_side(trend(source), flows(source)),
        side_by_side(breakdown(source, "law", "Lagrum"), breakdown(source, "age", "Ålder"), by_sex(source)),
        side_by_side(distances(source), hosts(source)),
    ]


def forms(source):
    """Chart and table of the children by form; the region's where the place's own is not told."""
    whose, cells = source.breakdown("placed_on_by_form")
    shown = [(word(category), now) for category, _, now in cells if now.is_shown and now.value]
    if not shown:
        return ()
    largest = max(shown, key=lambda pair: pair[1].value)
    name = largest[0] if largest[0] in ("HVB", "SiS") else largest[0].lower()
    drawn = [(word(category), now) for category, _, now in cells if not now.is_shown or now.value]
    return (
        bars(f"Placerade barn efter form{whose}", drawn, sentence=f"Vanligast är {name}: {largest[1].text} barn."),
        count_table(source, "placed_on_by_form", "Form"),
    )


def count_table(source, id, heading, note=""):
    """Last quarter and this, row by row with the sum; rows of nought in both quarters are left out."""
    whose, cells = source.breakdown(id)
    before, now = source.quarter.previous(), source.quarter
    rows = without_empty([line(word(category), then.text, here.text) for category, then, here in cells])
    if not rows:
        return None
    figure = source.of_region if whose else source.figure
    total = line("Alla", figure("placed_on", quarter=before).text, figure("placed_on").text)
    caption = f"Placerade barn efter {heading.lower()}{whose}"
    return table(caption, (heading, f"Kv {before.number}", f"Kv {now.number}"), [*rows, total], note)


def breakdown(source, name, heading):
    note = "Ålder: kalenderåret minus födelseåret." if name == "age" else ""
    return count_table(source, f"placed_on_by_{name}", heading, note)


def by_sex(source):
    """Age by sex for the own municipality, otherwise sex alone."""
    counts = source.tables.get(AGE_SEX)
    if not counts:
        return breakdown(source, "sex", "Kön")
    sexes = [sex for sex in Sex.values if any(counts[age, sex] for age in (*AGES, UNKNOWN_AGE))]
    rows = [line(word(age), *(counts[age, sex] for sex in sexes)) for age in (*AGES, UNKNOWN_AGE)]
    total = line("Alla", *(sum(counts[age, sex] for age in (*AGES, UNKNOWN_AGE)) for sex in sexes))
    return table("Ålder och kön", ("Ålder", *(plural(sex) for sex in sexes)), [*without_empty(rows), total])


def plural(sex):
    return {Sex.GIRL: "Flickor", Sex.BOY: "Pojkar"}.get(sex, "Okänt")


def trend(source):
    points = [(quarter, source.figure("placed_on", quarter=quarter)) for quarter in source.quarters]
    seen = [(quarter, shown) for quarter, shown in points if shown.is_shown]
    if len(seen) < 2:
        return None
    (since, first), (until, last) = seen[0], seen[-1]
    if first.value == last.value:
        sentence = f"{last.text} barn {until.text}, lika många som {since.text}."
    else:
        way = "fler" if last.value > first.value else "färre"
        sentence = f"{number(abs(last.value - first.value))} {way} än {since.text}: {last.text} barn mot {first.text}."
    return over_time("line", "Placerade barn sista dagen i kvartalet", points, sentence=sentence)


FLOWS = (
    ("placements_started", "Påbörjade placeringar"),
    ("placements_ended", "Avslutade placeringar"),
    ("episodes_started", "Nya insatser"),
    ("episodes_ended", "Avslutade insatser"),
    ("care_days", "Vårddygn"),
)


def flows(source):
    """What began and ended, for the place where it may be shown, otherwise for the region."""
    own = any(source.knows(id) for id, _ in FLOWS)
    figure, before = source.figure if own else source.of_region, source.quarter.previous()
    rows = [
        line(name, figure(id, quarter=before).text, figure(id).text, definition=source.number(id)) for id, name in FLOWS
    ]
    caption = f"Rörelser under kvartalet{'' if own else WHOLE_REGION}"
    return table(caption, ("Händelse", *quarters(before, source.quarter)), rows)


def quarters(*which: Quarter):
    return [f"Kv {quarter.number}" for quarter in which]


def distances(source):
    """How far from home the municipality's own children live."""
    counts = source.tables.get(DISTANCE)
    if not counts:
        return None
    words = {"own": "I den egna kommunen", "county": "I en annan kommun i länet", "elsewhere": "I ett annat län"}
    rows = [line(name, counts[way]) for way, name in words.items()] + [line("Okänt", counts[""])]
    rows = [*without_empty(rows), line("Alla", sum(counts.values()))]
    return table("Var barnen bor", ("Vistelse", "Barn"), rows)


def hosts(source):
    """The municipalities that most often receive the own municipality's children."""
    counts = source.tables.get(HOSTS)
    if not counts:
        return None
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = most[5:]
    note = (
        f"Dessutom {number(sum(n for _, n in rest))} barn i {listing([name for name, _ in rest[:8]])}" if rest else ""
    )
    note += f" och {number(len(rest) - 8)} kommuner till." if len(rest) > 8 else "." if note else ""
    return table("Vanligaste kommuner utanför den egna", ("Kommun", "Barn"), [line(*pair) for pair in most[:5]], note)
