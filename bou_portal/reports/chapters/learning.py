"""Working together and learning (features.md T11, T19-T21), in the issue "Intern" alone."""

from bou_portal.formats import number
from bou_portal.reports.blocks import line, side_by_side, table, text

ID = "larande"
NONE = {
    "analyses": "Ingen risk- eller händelseanalys har gjorts.",
    "sips": "Inga SIP-möten är registrerade för kvartalet.",
    "reception": "Mottagandet av ensamkommande är inte lämnat för kvartalet.",
}
MEDIAN_NOTE = "Median av de hem som hittades under fyra kvartal."
RECEPTION = ("assigned", "received", "places_hvb", "places_supported", "places_foster", "places_relative")


def title(source):
    return "Samverkan, mottagande och lärande"


def blocks(source):
    own = source.learning
    if own is None:
        return [text("Ingen uppgift.")]
    return [
        side_by_side(sips(source, own), analyses(own)),
        side_by_side(needs(source, own), reception(source, own)),
    ]


def columns(source, first):
    return first, f"Kv {source.quarter.previous().number}", f"Kv {source.quarter.number}"


def analyses(own):
    if not own.analyses:
        return text(NONE["analyses"])
    rows = (
        ("Pågår kvartalets sista dag", own.open_analyses),
        ("Avslutade under kvartalet", own.ended_analyses),
        ("Åtgärder som återstår", own.measures_left),
        ("varav försenade", own.measures_late),
    )
    return table(
        "Risk- och händelseanalyser", ("Analyser", "Antal"), [line(label, number(len(found))) for label, found in rows]
    )


def sips(source, own):
    pair = [own.meetings(quarter) for quarter in (source.quarter.previous(), source.quarter)]
    if not any(pair):
        return text(NONE["sips"])
    rows = [
        line("Hållna möten", *(number(len(held)) for held in pair)),
        line("Barnet var med", *(of(held.child_present) for held in pair)),
        line("Uppföljning bestämd", *(of(held.follow_up_set) for held in pair)),
        line("Uppföljningen hölls", *(of(held.follow_up_held) for held in pair)),
    ]
    return table("SIP-möten", columns(source, "Mått"), rows)


def of(share):
    """`75 % (3 av 4)`."""
    return f"{share.text} ({share.of})" if share.of else share.text


def needs(source, own):
    if not own.needs:
        return None
    pair = (source.quarter.previous(), source.quarter)
    rows = [
        line("Behov anmälda", *(number(len(own.posted(quarter))) for quarter in pair)),
        line("Hem hittade", *(number(len(own.filled(quarter.period))) for quarter in pair)),
        line("Söks kvartalets sista dag", *(number(len(own.open_needs(quarter))) for quarter in pair)),
    ]
    if own.median_days is not None:
        rows.append(line("Dagar från behov till hem", "", number(own.median_days)))
    note = MEDIAN_NOTE if own.median_days is not None else ""
    return table("Behov av familjehem", columns(source, "Mått"), rows, note)


def reception(source, own):
    pair = [own.receptions.get(str(quarter)) for quarter in (source.quarter.previous(), source.quarter)]
    if not any(pair):
        return text(NONE["reception"])
    row = next(filter(None, pair))
    rows = []
    for name in RECEPTION:
        label = row._meta.get_field(name).verbose_name
        rows.append(line(label[0].upper() + label[1:], *(told(report, name) for report in pair)))
    return table("Mottagande av ensamkommande", columns(source, "Mått"), rows)


def told(report, name):
    value = getattr(report, name) if report else None
    return "ingen uppgift" if value is None else number(value)
