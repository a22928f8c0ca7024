"""The first page: how it stands in a minute, and what to decide on."""

from bou_portal.formats import count_word, starting
from bou_portal.reports.blocks import key_figures, numbered

ID = "laget"

INTERN = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L6", "Aktuell genomförandeplan"),
    ("L10_share", "Enskilt samtal under kvartalet"),
    ("H2", "Hälsoundersökning inom målnivån"),
    ("S3", "Sammanbrott per 100 placeringsår"),
    ("B3", "Avslutade HVB-placeringar med omdöme"),
)
SHARED = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L5", "Vårdplan finns"),
    ("L6", "Aktuell genomförandeplan"),
    ("reviews_in_time", "Övervägd eller omprövad inom sex månader"),
    ("health_examined", "Hälsoundersökt senaste året"),
    ("S4_three_or_more", "Tre eller fler placeringar på två år"),
)
REGION = (
    ("placed_on", "Placerade barn sista dagen"),
    ("L6", "Aktuell genomförandeplan"),
    ("reviews_in_time", "Övervägd eller omprövad inom sex månader"),
    ("health_examined", "Hälsoundersökt senaste året"),
    ("S1", "Planerade avslut"),
    ("B3", "Avslutade HVB-placeringar med omdöme"),
)

# What is worth a decision when a share falls below its limit, in per cent: what it says, and what to do about it.
MATTERS = (
    ("L6", 90, "Genomförandeplaner saknas eller är för gamla", "Be enheterna gå igenom dem som saknar plan."),
    (
        "reviews_in_time",
        95,
        "Överväganden och omprövningar släpar efter",
        "Kravet är sex månader. Se vilka som är sena.",
    ),
    ("L4", 95, "Överväganden och omprövningar blev inte klara i tid", "Se vilka som är sena och varför."),
    ("L10_share", 75, "Barn har inte fått tala enskilt under kvartalet", "Riktmärket är ett samtal varje kvartal."),
    ("H2", 75, "Hälsoundersökningarna dröjer", "Ta upp väntetiden med regionen."),
    ("health_examined", 75, "Barn har inte hälsoundersökts det senaste året", "Ta upp väntetiden med regionen."),
    ("L5", 95, "Vårdplan saknas", "En vårdplan ska finnas för varje placerat barn."),
    ("B3", 70, "HVB-placeringar avslutas utan omdöme", "Påminn handläggarna: det tar fem minuter."),
    ("dental_examined", 75, "Barn har inte tandundersökts det senaste året", "Stäm av rutinen med tandvården."),
    ("S1", 65, "Många avslut är oplanerade", "Gå igenom orsakerna, hem för hem."),
)


def title(source):
    return "Läget på en minut"


def labels(source):
    if source.is_region:
        return REGION
    return INTERN if source.is_intern else SHARED


def blocks(source):
    made = [key_figures(source, labels(source))]
    matters = to_decide(source)
    if matters:
        made.append(numbered(f"{starting(count_word(len(matters)))} {_things(matters)} att ta ställning till", matters))
    return made


def _things(matters):
    return "sak" if len(matters) == 1 else "saker"


def to_decide(source):
    """At most three (lead, text), the share farthest below its limit first."""
    found = []
    for id, limit, lead, advice in MATTERS:
        figure = source.figure(id)
        if figure.is_shown and figure.value < limit:
            base = f" ({figure.of})" if figure.of else ""
            found.append((figure.value - limit, id, f"{lead}.", f"{figure.text}{base}. {advice}"))
    found.sort()
    return [(lead, words) for _, _, lead, words in found[:3]]
