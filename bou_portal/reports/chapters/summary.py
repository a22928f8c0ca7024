"""The first page: how it stands in a minute, and what to decide on."""

from bou_portal.figures import State
from bou_portal.formats import count_word, starting
from bou_portal.reports.blocks import key_figures, line, numbered, table, text

ID = "laget"

INTERN = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L6", "Aktuell genomförandeplan"),
    ("L10_share", "Enskilt samtal under kvartalet"),
    ("H2", "Hälsoundersökning i tid"),
    ("S3", "Sammanbrott per 100 placeringsår"),
    ("B3", "HVB-placeringar med omdöme"),
)
SHARED = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L5", "Vårdplan finns"),
    ("L6", "Aktuell genomförandeplan"),
    ("reviews_in_time", "Övervägd eller omprövad i tid"),
    ("health_examined", "Hälsoundersökt senaste året"),
    ("S4_three_or_more", "Tre placeringar eller fler på två år"),
)
REGION = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L6", "Aktuell genomförandeplan"),
    ("reviews_in_time", "Övervägd eller omprövad i tid"),
    ("health_examined", "Hälsoundersökt senaste året"),
    ("S1", "Planerade avslut"),
    ("B3", "HVB-placeringar med omdöme"),
)

# What is worth a decision when a share falls below its limit, in per cent: what is said of one and of many that miss it,
# of those that do not, and what to do about it.
MATTERS = (
    ("L6", 90, "Ett barn saknar aktuell genomförandeplan", "{} barn saknar aktuell genomförandeplan",
     "har en", "Be enheterna gå igenom dem som saknar plan."),
    ("reviews_in_time", 95, "Vården av ett barn är inte övervägd eller omprövad i tid",
     "Vården av {} barn är inte övervägd eller omprövad i tid", "är i tid",
     "Kravet är sex månader. Se vilka som är sena."),
    ("L4", 95, "Ett övervägande eller en omprövning blev inte klar i tid",
     "{} överväganden och omprövningar blev inte klara i tid", "blev klara i tid", "Se vilka som är sena och varför."),
    ("L10_share", 75, "Ett barn har inte fått tala enskilt under kvartalet",
     "{} barn har inte fått tala enskilt under kvartalet", "har fått det", "Riktmärket är ett samtal varje kvartal."),
    ("H2", 75, "En hälsoundersökning blev inte klar i tid", "{} hälsoundersökningar blev inte klara i tid",
     "blev klara i tid", "Ta upp väntetiden med regionen."),
    ("health_examined", 75, "Ett barn har inte hälsoundersökts det senaste året",
     "{} barn har inte hälsoundersökts det senaste året", "är undersökta", "Ta upp väntetiden med regionen."),
    ("L5", 95, "Ett barn saknar vårdplan", "{} barn saknar vårdplan", "har en",
     "En vårdplan ska finnas för varje placerat barn."),
    ("B3", 70, "En HVB-placering avslutades utan omdöme", "{} HVB-placeringar avslutades utan omdöme", "fick omdöme",
     "Påminn handläggarna: det tar fem minuter."),
    ("dental_examined", 75, "Ett barn har inte tandundersökts det senaste året",
     "{} barn har inte tandundersökts det senaste året", "är undersökta", "Stäm av rutinen med tandvården."),
    ("S1", 65, "Ett avslut var oplanerat", "{} avslut var oplanerade", "var planerade",
     "Gå igenom orsakerna, hem för hem."),
)  # fmt: skip


def title(source):
    return "Läget på en minut"


def labels(source):
    if source.is_region:
        return REGION
    return INTERN if source.is_intern else SHARED


def blocks(source):
    made = [key_figures(source, labels(source))]
    if all(source.figure(id).state is State.HIDDEN or not source.knows(id) for id, _ in labels(source)):
        made = [text(NOTHING_OWN)]
    matters = to_decide(source)
    if matters:
        things = "sak" if len(matters) == 1 else "saker"
        made.append(numbered(f"{starting(count_word(len(matters)))} {things} att ta ställning till", matters))
    return [*made, compared(source)]


NOTHING_OWN = (
    "Kommunens egna nyckeltal är dolda för att skydda enskilda. Regionens tal står i tabellen. Kommunens exakta tal "
    "finns i utgåvan Intern."
)


def to_decide(source):
    """At most three (lead, text), the share farthest below its limit first, with how many miss it."""
    found = []
    for id, limit, one, many, done, advice in MATTERS:
        figure = source.figure(id)
        if not figure.is_shown or figure.value >= limit or figure.denominator is None:
            continue
        missed = figure.denominator - figure.numerator
        lead = one if missed == 1 else starting(many.format(count_word(missed)))
        found.append((figure.value - limit, id, f"{lead}.", f"{figure.of} {done} ({figure.text}). {advice}"))
    found.sort()
    return [(lead, words) for _, _, lead, words in found[:3]]


def compared(source):
    """The key figures against last quarter, the same quarter last year and the region."""
    last, year_ago = source.quarter.previous(), source.quarters[3]
    rows = []
    for id, label in labels(source):
        cells = [source.figure(id, quarter=when).text for when in (year_ago, last, source.quarter)]
        region = [] if source.is_region else [source.of_region(id).text]
        rows.append(line(label, *cells, *region, definition=source.number(id)))
    columns = ["Nyckeltal", *(f"Kv {quarter.number} {quarter.year}" for quarter in (year_ago, last, source.quarter))]
    return table("Nyckeltalen jämförda", columns if source.is_region else [*columns, "Regionen"], rows)
