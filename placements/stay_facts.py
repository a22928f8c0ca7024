"""What is already known about an ended stay: shown and locked when the home is rated, so that nobody types it again."""

from bou_portal.periods import add_months
from placements.codes import LawCode, Planned
from placements.models import FollowUp, LegalBasis

UNKNOWN = "Ingen uppgift"
AGE_BANDS = ((12, "0–12 år"), (15, "13–15 år"), (17, "16–17 år"), (20, "18–20 år"))
LENGTH_BANDS = ((1, "Under 1 månad"), (3, "1–3 månader"), (6, "3–6 månader"), (12, "6–12 månader"))
MAIN_REASONS = {
    LawCode.LVU_2: "Hemmiljö",
    LawCode.LVU_3: "Eget beteende",
    LawCode.LVU_2_3: "Hemmiljö och eget beteende",
    LawCode.LVU_6: "Utredning eller akut",
}


def facts(placement):
    """(label, value) pairs about the stay. Bands instead of exact ages and dates: this page is about the home."""
    basis = (
        LegalBasis.objects.filter(child=placement.child_id, started_on__lte=placement.ended_on)
        .order_by("-started_on")
        .first()
    )
    return [
        ("Hem", placement.home.name),
        ("Form", placement.get_form_group_display()),
        ("Lag", basis.get_group_display() if basis else UNKNOWN),
        ("Huvudskäl", main_reason(placement.child, basis)),
        ("Ålder vid avslut", age_band(placement)),
        ("Kön", placement.child.get_sex_display()),
        ("Längd", length_band(placement)),
        ("Avslut", ending(placement)),
        ("Besök på hemmet", visits(placement)),
    ]


def main_reason(child, basis):
    if child.unaccompanied:
        return "Ensamkommande"
    return MAIN_REASONS.get(basis.code if basis else "", UNKNOWN)


def age_band(placement):
    """By the year in which the child turned that age, because only the birth year is known."""
    if not placement.child.birth_year:
        return UNKNOWN
    age = placement.ended_on.year - placement.child.birth_year
    return next((band for oldest, band in AGE_BANDS if age <= oldest), "21 år eller mer")


def length_band(placement):
    """In calendar months; a band's upper end belongs to the next band."""
    return next(
        (band for months, band in LENGTH_BANDS if placement.ended_on < add_months(placement.started_on, months)),
        "12 månader eller mer",
    )


def ending(placement):
    planned = {Planned.PLANNED: "Planerat", Planned.UNPLANNED: "Oplanerat"}.get(placement.planned)
    return ": ".join(filter(None, [planned, placement.get_end_reason_display()])) or UNKNOWN


def visits(placement):
    """The follow-ups with a visit in the home during the stay, in bands."""
    count = FollowUp.objects.filter(
        child=placement.child_id, visit_in_home=True, done_on__range=(placement.started_on, placement.ended_on)
    ).count()
    return {0: "Inga registrerade", 1: "1 besök", 2: "2–3 besök", 3: "2–3 besök"}.get(count, "4 besök eller fler")
