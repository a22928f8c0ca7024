"""Invented decisions around the placed children: investigations, custody questions, restrictions, and each quarter's
basic data. Written as if by hand, because case systems seldom hand them over."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from bou_portal.accounts.models import User
from bou_portal.demo.people import HOME_TOWN, SOCIAL_WORKER
from bou_portal.periods import Quarter, add_months
from municipalities.models import Municipality
from placements.codes import FormGroup, LawGroup
from placements.duties.derive import derive_dues
from placements.models import BaseData, Cover, CustodyQuestion, Investigation, LegalBasis, Placement, Restriction

QUARTERS = 8
LONG_HOMES = (FormGroup.FAMILY, FormGroup.NETWORK)


def make_decisions(raters, today):
    """Everything, once; harmless to repeat. A sentence of what was made."""
    if BaseData.objects.exists():
        return "Beslut och basuppgifter fanns redan."
    places = list(Municipality.objects.filter(code__in=raters).order_by("code"))
    writers = {place.pk: raters[place.code][0] for place in places}
    stays = list(Placement.objects.on(today).filter(municipality__in=places).order_by("municipality", "child", "pk"))
    now = timezone.now() - timedelta(days=30)
    made = [
        *Investigation.objects.bulk_create(investigations(stays, writers, now, today)),
        *CustodyQuestion.objects.bulk_create(custody_questions(stays, writers, now, today)),
        *Restriction.objects.bulk_create(restrictions(places, writers, now, today)),
    ]
    BaseData.objects.bulk_create([row for place in places for row in base_data(place, writers[place.pk], today)])
    Cover.objects.create(
        municipality=next(place for place in places if place.code == HOME_TOWN),
        absent=raters[HOME_TOWN][1],
        covered_by=User.objects.get(email=SOCIAL_WORKER),
        started_on=today - timedelta(days=3),
        ended_on=today + timedelta(days=11),
    )
    derive_dues({row.child_id for row in made})
    return f"{len(made)} beslut om placerade barn och basuppgifter för {QUARTERS} kvartal."


def written(stay, writers, now):
    """Who wrote the row about the stay's child, and when."""
    return {
        "municipality_id": stay.municipality_id,
        "child_id": stay.child_id,
        "entered_by": writers[stay.municipality_id],
        "entered_at": now,
    }


def investigations(stays, writers, now, today):
    """One for each child in an emergency home, and for some of those newly placed."""
    for stay in stays:
        random = Random(f"utredning {stay.child_id}")
        is_new = stay.started_on > today - timedelta(days=150)
        if stay.form_group != FormGroup.EMERGENCY and not (is_new and random.random() < 0.6):
            continue
        opened = stay.started_on - timedelta(days=random.randrange(5, 60))
        closed = opened + timedelta(days=random.randrange(60, 128))
        yield Investigation(
            reported_on=opened - timedelta(days=random.randrange(1, 14)),
            protection_assessed_on=opened - timedelta(days=1),
            opened_on=opened,
            closed_on=closed if closed < today else None,
            **written(stay, writers, now),
        )


def custody_questions(stays, writers, now, today):
    """After two years in the same home and then each year; one in eight is late, a few are forgotten."""
    for stay in stays:
        random = Random(f"vårdnad {stay.child_id}")
        due = add_months(stay.started_on, 24)
        while stay.form_group in LONG_HOMES and due <= today:
            slip = random.randrange(10, 60) if random.random() < 0.12 else -random.randrange(0, 25)
            if (done := due + timedelta(days=slip)) > today or random.random() < 0.06:
                break
            yield CustodyQuestion(done_on=done, outcome="not_now", **written(stay, writers, now))
            due = add_months(done, 12)


def restrictions(places, writers, now, today):
    """Every fourteenth child placed by LVU has one, considered within the three months or a little late."""
    bases = LegalBasis.objects.filter(municipality__in=places, group=LawGroup.LVU, started_on__lte=today)
    placed = bases.filter(ended_on=None, child__placements__ended_on=None).distinct().order_by("child")
    for basis in placed:
        random = Random(f"begränsning {basis.child_id}")
        if random.random() > 0.07:
            continue
        since = today - timedelta(days=random.randrange(20, 105))
        yield Restriction(
            kind=random.choice(["contact", "contact", "secret"]),
            started_on=min(basis.started_on, since),
            considered_on=since,
            **written(basis, writers, now),
        )


def base_data(place, writer, today):
    """The quarter's reports and investigations, about as many as a municipality of the size has."""
    children = place.population_0_20 or 2_000
    for quarter in Quarter.of(today).previous().last(QUARTERS):
        random = Random(f"basuppgifter {place.code} {quarter}")
        reports = max(3, round(children * 0.012 * random.uniform(0.8, 1.2)))
        assessed, investigations = round(reports * 0.9), max(1, round(reports * 0.35))
        yield BaseData(
            municipality=place,
            quarter=str(quarter),
            reports=reports,
            reports_assessed_in_time=round(reports * random.uniform(0.9, 1)),
            assessments=assessed,
            assessments_in_time=round(assessed * random.uniform(0.85, 1)),
            investigations=investigations,
            investigations_in_time=round(investigations * random.uniform(0.75, 1)),
            entered_by=writer,
        )
