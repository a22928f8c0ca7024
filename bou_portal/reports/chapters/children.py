"""Placed children now: how many, where, by which law, how old."""

from bou_portal.figures import State
from bou_portal.reports.blocks import bars, over_time, side_by_side, table, text
from placements.codes import FormGroup, LawGroup, Sex

ID = "placerade"
WORDS = {str(word): label for words in (FormGroup, LawGroup, Sex) for word, label in words.choices}


def title(source):
    return "Placerade barn och unga nu"


def word(category):
    return WORDS.get(category, category)


def blocks(source):
    placed = source.figure("placed_on")
    if placed.state is State.NOT_DELIVERED:
        return [text("Ingen uppgift: ingen leverans för kvartalet.")]
    if placed.is_shown and not placed.value:
        return [text("Inga placerade barn kvartalets sista dag.")]
    made = [side_by_side(trend(source), flows(source))]
    forms = by(source, "form")
    if forms:
        made.insert(0, side_by_side(*forms))
    made += [
        breakdown(source, name, caption) for name, caption in (("law", "Lagrum"), ("age", "Ålder"), ("sex", "Kön"))
    ]
    return [block for block in made if block]


def by(source, name):
    """Chart and table of the children by form, or None where this issue may not show it."""
    pairs = cells(source, name)
    if not pairs:
        return None
    largest = max((p for p in pairs if p[1].is_shown), key=lambda pair: pair[1].value, default=None)
    sentence = (
        f"Vanligast är {largest[0].lower() if largest[0] not in ('HVB', 'SiS') else largest[0]}." if largest else ""
    )
    drawn = [pair for pair in pairs if not pair[1].is_shown or pair[1].value]
    rows = [(label, shown.text) for label, shown in pairs] + [("Alla", source.figure("placed_on").text)]
    return (
        bars(f"Placerade barn {source.quarter.end} efter form", drawn, sentence=sentence),
        table("Placerade barn sista dagen efter form", ("Form", "Barn"), rows),
    )


def cells(source, name):
    id = f"placed_on_by_{name}"
    return [(word(category), source.figure(id, category)) for category in source.categories(id)]


def breakdown(source, name, heading):
    pairs = cells(source, name)
    if not pairs:
        return None
    rows = [(label, shown.text) for label, shown in pairs] + [("Alla", source.figure("placed_on").text)]
    return table(f"Placerade barn sista dagen efter {heading.lower()}", (heading, "Barn"), rows)


def trend(source):
    points = [(quarter, source.figure("placed_on", quarter=quarter)) for quarter in source.quarters]
    seen = [shown for _, shown in points if shown.is_shown]
    sentence = ""
    if len(seen) > 1:
        first, last = seen[0], seen[-1]
        direction = (
            "lika många som" if first.value == last.value else "fler än" if last.value > first.value else "färre än"
        )
        sentence = f"{last.text} barn, {direction} för två år sedan ({first.text})." if len(seen) == 8 else ""
    return over_time("line", "Placerade barn sista dagen i kvartalet", [("Barn", points)], sentence=sentence)


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
    figure = source.figure if own else source.of_region
    rows = [(label, figure(id, quarter=source.quarter.previous()).text, figure(id).text) for id, label in FLOWS]
    place = "" if own else ", hela regionen"
    before = source.quarter.previous()
    return table(
        f"Rörelser under kvartalet{place}",
        ("", f"Kvartal {before.number}", f"Kvartal {source.quarter.number}"),
        rows,
    )
