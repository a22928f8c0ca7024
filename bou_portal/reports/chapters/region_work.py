"""The region's own work: open decisions, the yearly plan, knowledge, support, agreements that end."""

from bou_portal.formats import NBSP, count_word, listing, number, starting
from bou_portal.formats import date as iso
from bou_portal.reports.blocks import line, side_by_side, table, text
from bou_portal.reports.region_work import MOST_DECISIONS
from municipalities.models import Activity, SupportRequest

ID = "regionens-arbete"
NOTHING = "Regionen har inga planer, beslut, utskick eller överenskommelser inskrivna i portalen."
STATES = (
    SupportRequest.State.NEW,
    SupportRequest.State.ACCEPTED,
    SupportRequest.State.PLANNED,
    SupportRequest.State.DELIVERED,
)


def title(source):
    return "Plan, beslut och kunskap"


def blocks(source):
    work = source.work
    made = work and [
        decisions(work),
        side_by_side(activities(work), table_of_support(source, work), knowledge(source, work)),
        deviations(work),
        agreements(work),
    ]
    if not made or not any(made):
        return [text(NOTHING)]
    return [text(f"Regionens arbete som det stod {iso(work.day)}, när kvartalet frystes."), *made]


def decisions(work):
    """The soonest open decisions; more are counted below."""
    if not work.decisions:
        return None
    rows = [line(what, who, iso(due) or "–") for what, who, due in work.decisions[:MOST_DECISIONS]]
    left = len(work.decisions) - MOST_DECISIONS
    note = f"Ytterligare {count_word(left)} öppna beslut finns i portalen." if left > 0 else ""
    return table("Öppna beslut, det som ska vara klart först överst", ("Beslut", "Ansvarig", "Senast"), rows, note)


def activities(work):
    if not work.activities:
        return None
    rows = [line(label, number(work.activities[state])) for state, label in Activity.State.choices]
    rows.append(line("Alla", number(work.activities.total())))
    late = work.late_activities
    note = f"{starting(count_word(late))} av dem skulle ha varit {'klar' if late == 1 else 'klara'} nu." if late else ""
    return table(f"Aktiviteter i årsplanen {work.quarter.year}", ("Läge", "Antal"), rows, note)


def table_of_support(source, work):
    """The municipality's own requests in its issue "Intern"; elsewhere the region's, without saying whose."""
    own = source.municipality_id if source.is_intern else None
    counts = work.asked(own)
    if not counts:
        return None
    rows = [line(state.label, number(counts[state])) for state in STATES]
    whose = "Kommunens begäranden om stöd" if own else "Begäranden om stöd, hela regionen"
    return table(whose, ("Läge", "Antal"), rows)


def knowledge(source, work):
    """What was sent during the quarter, and how much of it has been answered."""
    answered, sent = work.sent(None if source.is_region else source.municipality_id)
    if not sent:
        return None
    rows = [line("Skickade till kommunen", number(sent)), line("Besvarade", number(answered))]
    if source.is_region:
        rows[0] = line("Skickade, räknat per kommun", number(sent))
    return table(f"Kunskap skickad kvartal{NBSP}{work.quarter.number}", ("Utskick", "Antal"), rows)


def deviations(work):
    return text(f"Avvikelser i samverkan: {work.deviations}") if work.deviations else None


def agreements(work):
    if not work.expiring:
        return None
    said = listing([f"{name} ({iso(day)})" for name, day in work.expiring])
    return text(f"Överenskommelser som går ut inom sex månader: {said}.")
