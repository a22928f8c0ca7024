"""Invented work around the children: analyses and lessons, SIP meetings, Familjehemscentrum, reception. No free text is
about a child."""

from datetime import UTC, datetime, time, timedelta
from random import Random

from bou_portal.demo.people import HOME_REGION, HOME_TOWN
from bou_portal.periods import Quarter, add_months
from municipalities.models import Municipality, Region
from placements.centre_flow import ended_half_years, months_back
from placements.codes import AgeBand
from placements.models import (
    AnalysisCause,
    AnalysisMeasure,
    AnalysisStep,
    Bottleneck,
    CentreMessage,
    CentreMonth,
    CentreSurvey,
    CentreThread,
    EventAnalysis,
    HomeNeed,
    Reception,
    Sip,
)

QUARTERS = 6
# (kind, title, lesson, causes, days since it began, whether it is closed)
ANALYSES = (
    ("event", "Flytt utan förberedelse", "Bestäm vem som ringer hemmet samma dag som en uppsägning kommer.",
     (("routines", "Rutinen säger inte vem som tar emot en uppsägning."),
      ("communication", "Skolan fick veta samma dag som flytten.")), 200, True),
    ("risk", "Semestrar och beredskap", "Gå igenom sommarens beredskap med alla familjehem redan i april.",
     (("organisation", "Två vikarier täcker fyra tjänster i juli."),
      ("cooperation", "Jouren har inte tillgång till hemmens nummer.")), 60, False),
    ("event", "Utebliven uppföljning vid byte av handläggare", "",
     (("competence", "Introduktionen tar inte upp överlämning."),), 25, False),
)  # fmt: skip
STEPS = (
    "Uppsägningen kom per telefon en fredag.",
    "Ansvarig var ledig och ingen ersättare fanns.",
    "Hemmet ringde jouren på söndagen.",
    "Flytten gjordes på måndagen utan att nästa hem var förberett.",
)
LESSONS = (
    ("event", "home", "Fråga hemmet varje månad hur det går, inte bara hur barnet har det."),
    ("risk", "cooperation", "Ha en namngiven kontakt i skolan innan placeringen börjar."),
    ("event", "communication", "Skriv ner vad som lovades vid inflyttningen och gå igenom det efter två veckor."),
    ("event", "routines", "Boka nästa uppföljning innan ni skiljs åt vid den förra."),
)


def make_learning(raters, today):
    """Everything, once; harmless to repeat. A sentence of what was made."""
    if Sip.objects.exists():
        return "Lärande och räknat fanns redan."
    places = {place.code: place for place in Municipality.objects.filter(code__in=raters).select_related("region")}
    make_analyses(places[HOME_TOWN], raters[HOME_TOWN], today)
    make_lessons([place for place in places.values() if place.code != HOME_TOWN], raters, today)
    sips = make_sips(places.values(), today)
    receptions = make_receptions(places.values(), today)
    make_centre([place for place in places.values() if place.region.code == HOME_REGION], raters, today)
    return (
        f"{EventAnalysis.objects.count()} analyser, {sips} SIP-möten, {receptions} mottaganden, ett familjehemscentrum."
    )


def make_analyses(town, workers, today):
    """Three analyses of the personas' town: one closed with its effect asked for, one half-way, one just begun."""
    leader = town.memberships.filter(role="unit_manager").first().user
    for kind, title, lesson, causes, days, is_closed in ANALYSES:
        began = today - timedelta(days=days)
        analysis = EventAnalysis.objects.create(
            municipality=town, kind=kind, title=title, leader=leader, lesson=lesson, lesson_by=leader,
            scope="Från beslut till uppföljning. Vad i arbetssättet gjorde att det blev så?",
            assigned_by="IFO-chef", team="familjehemssekreterare, socialsekreterare, skolkurator",
            happened_on=began - timedelta(days=9) if kind == "event" else None, changed_by=leader,
        )  # fmt: skip
        EventAnalysis.objects.filter(pk=analysis.pk).update(started_on=began)
        AnalysisCause.objects.bulk_create(
            AnalysisCause(municipality=town, analysis=analysis, category=category, text=text)
            for category, text in causes
        )
        if days > 30:
            go_on(analysis, leader, workers, began, today, is_closed=is_closed)


def go_on(analysis, leader, workers, began, today, *, is_closed):
    """The chain, what it meant, the risk and the measures; one is late, and of one the effect should be told."""
    town = analysis.municipality
    AnalysisStep.objects.bulk_create(
        AnalysisStep(municipality=town, analysis=analysis, order=order, text=text)
        for order, text in enumerate(STEPS, start=1)
    )
    done_on = began + timedelta(days=40) if is_closed else None
    measures = (
        ("Skriv in i rutinen vem som tar emot en uppsägning.", leader, began + timedelta(days=45), done_on),
        ("Utse ersättare för varje handläggare.", workers[0], began + timedelta(days=50), done_on),
        ("Pröva checklistan i två ärenden.", workers[1], began + timedelta(days=120), done_on),
    )
    AnalysisMeasure.objects.bulk_create(
        AnalysisMeasure(
            municipality=town, analysis=analysis, text=text, owner=owner, due_on=due_on, done_on=done,
            effect_measure="Färre flyttar utan förberedelse.",
        )
        for text, owner, due_on, done in measures
    )  # fmt: skip
    EventAnalysis.objects.filter(pk=analysis.pk).update(
        consequences="Ett barn bytte hem och skola med två dagars varsel och fick inte säga adjö.",
        happened_before="Ja, två gånger på ett år. Kan hända igen varje sommar.",
        severity=3, likelihood=2, shares_lesson=bool(analysis.lesson),
        closed_on=began + timedelta(days=60) if is_closed else None,
    )  # fmt: skip


def make_lessons(places, raters, today):
    """A few lessons that others have let out, from municipalities that are not told."""
    for number, (kind, category, text) in enumerate(LESSONS):
        place = places[number * 7 % len(places)]
        writer, checker = raters[place.code]
        analysis = EventAnalysis.objects.create(
            municipality=place, kind=kind, title="Analys", leader=writer, consequences="Se underlaget.", lesson=text,
            shares_lesson=True, lesson_by=writer, lesson_checked_by=checker, closed_on=today,
            lesson_checked_at=datetime.combine(today - timedelta(days=70 * number), time(9), UTC),
        )  # fmt: skip
        AnalysisCause.objects.create(municipality=place, analysis=analysis, category=category, text="Arbetssättet.")


def make_sips(places, today):
    """About as many as the municipality has young inhabitants for; most follow-ups are answered."""
    made, month = [], today.replace(day=1)
    for place in places:
        random = Random(f"sip-{place.code}")
        for _ in range(max(2, min(40, place.population_0_20 // 700))):
            back = random.randint(0, 17)
            is_set = random.random() < 0.8
            known = is_set and back > 2 and random.random() < 0.85
            made.append(
                Sip(
                    municipality=place, month_on=add_months(month, -back), age_band=random.choice(AgeBand.values),
                    initiative=random.choices(Sip.Initiative.values, (5, 3, 3, 2, 1))[0],
                    child_present=random.random() < 0.7, follow_up_set=is_set,
                    follow_up_held=random.random() < 0.7 if known else None,
                )
            )  # fmt: skip
    return len(Sip.objects.bulk_create(made))


def make_receptions(places, today):
    """Six quarters of most municipalities; a few have not answered."""
    last, rows, named = Quarter.of(today).previous(), [], []
    for place in places:
        random = Random(f"mottagande-{place.code}")
        for quarter in last.previous().last(QUARTERS):
            if random.random() < 0.12:
                continue
            share = max(3, place.population_0_20 // 2500)
            counts = [random.randint(share // 2, share) for _ in range(5)]
            names = ("received", "places_hvb", "places_supported", "places_foster", "places_relative")
            rows.append(
                Reception(
                    municipality=place, quarter=str(quarter), assigned=share, **dict(zip(names, counts, strict=True))
                )
            )
            named.append(random.sample(Bottleneck.What.values[:-1], random.randint(0, 2)))
    Reception.objects.bulk_create(rows)
    Bottleneck.objects.bulk_create(
        Bottleneck(municipality=row.municipality, reception=row, what=what)
        for row, words in zip(rows, named, strict=True)
        for what in words
    )
    return len(rows)


def make_centre(places, raters, today):
    """A year and a half of a centre: its months, the municipalities' needs, a question or two, the marks."""
    region, random = Region.objects.get(code=HOME_REGION), Random("centrum")
    for month in months_back(today, 18)[1:]:
        interested = random.randint(6, 16)
        counts = [
            interested,
            *(max(0, int(interested * part + random.randint(-1, 1))) for part in (0.6, 0.4, 0.25, 0.2, 0.1)),
        ]
        CentreMonth.objects.create(region=region, month_on=month, **dict(zip(CentreMonth.STEPS, counts, strict=True)))
    needs = [need for place in places for need in needs_of(place, raters[place.code][0], random, today)]
    HomeNeed.objects.bulk_create(needs)
    for place, subject, days in (
        (places[0], "Utbildning för jourhem", 44),
        (places[-1], "Vem ordnar första mötet?", 6),
    ):
        thread = CentreThread.objects.create(municipality=place, subject=subject)
        CentreThread.objects.filter(pk=thread.pk).update(
            opened_at=datetime.combine(today - timedelta(days=days), time(9), UTC)
        )
        CentreMessage.objects.create(
            municipality=place, thread=thread, written_by=raters[place.code][0],
            text="Hej! Hur brukar ni lägga upp det, och vem tar första kontakten?",
        )  # fmt: skip
        thread.messages.update(written_at=datetime.combine(today - timedelta(days=days), time(9), UTC))
    CentreSurvey.objects.bulk_create(
        CentreSurvey(municipality=place, half_year=code, **{item: random.randint(2, 5) for item in CentreSurvey.ITEMS})
        for code in ended_half_years(today, 3)
        for place in places[: random.randint(5, len(places))]
    )


def needs_of(place, worker, random, today):
    """Some needs every quarter; most were filled within three months."""
    for _ in range(6 + place.population_0_20 // 1500):
        posted_on = today - timedelta(days=random.randint(3, 500))
        days = random.choices((random.randint(9, 40), random.randint(40, 120)), (3, 2))[0]
        closed_on = posted_on + timedelta(days=days)
        is_open = closed_on >= today
        ended = HomeNeed.State.FILLED if random.random() < 0.85 else HomeNeed.State.WITHDRAWN
        yield HomeNeed(
            municipality=place, age_band=random.choice(AgeBand.values[:3]),
            special=random.choices(HomeNeed.Special.values, (5, 2, 3, 2, 2, 1))[0],
            wanted_on=posted_on + timedelta(days=random.randint(0, 60)), posted_on=posted_on, posted_by=worker,
            state=HomeNeed.State.OPEN if is_open else ended, closed_on=None if is_open else closed_on,
        )  # fmt: skip
