"""Invented rounds of interviews: about half of the first units listen to children, and have done so since last year."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from bou_portal.demo.people import HOME_TOWN
from municipalities.models import Unit
from placements.models import (
    Interview,
    InterviewTheme,
    ParticipationStatus,
    Quote,
    UnitPhase,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
)

Theme, Tone, Phase = InterviewTheme.Theme, InterviewTheme.Tone, UnitPhase.Phase
LISTENING = 0.6
# How often a theme comes up, and how often it works well.
THEMES = {
    Theme.CONTACT: (0.9, 0.5),
    Theme.INFLUENCE: (0.7, 0.3),
    Theme.INFORMATION: (0.6, 0.4),
    Theme.SAFETY: (0.55, 0.7),
    Theme.HOME: (0.5, 0.7),
    Theme.FAMILY: (0.5, 0.4),
    Theme.SCHOOL: (0.35, 0.5),
    Theme.LEISURE: (0.25, 0.6),
    Theme.HEALTH: (0.2, 0.4),
    Theme.FUTURE: (0.15, 0.5),
}
QUOTES = (
    (Theme.CONTACT, "Hon ringer tillbaka, även när det bara är en liten sak."),
    (Theme.INFLUENCE, "Det var redan bestämt när de frågade mig."),
    (Theme.INFORMATION, "Jag vill veta vad som händer sen, inte bara vad som händer nu."),
    (Theme.SAFETY, "Där jag bor nu kan jag sova."),
    (Theme.FAMILY, "Jag vill träffa min syster oftare."),
)
WELL = "Barnen vet vem de ska ringa, och de flesta får svar samma dag."
CHANGE = "Vi berättar för sent vad som är bestämt, och frågar när det redan är klart."
PROPOSALS = "Varje barn får ett kort med handläggarens nummer. Beslut berättas muntligt inom en vecka."
DECISIONS = ("Alla placerade barn får ett kort med sin handläggares nummer.", "Beslut berättas muntligt inom en vecka.")


@transaction.atomic
def make_voices(raters, today):
    """Rounds of last year and this, with all that belongs to them. A sentence; nothing is made twice."""
    if VoiceRound.objects.exists():
        return "Intervjuomgångarna finns redan."
    models = {model.region_id: model for model in VoiceModel.objects.filter(region__isnull=False)}
    models[None] = VoiceModel.objects.get(region=None, name="Västernorrlandsmodellen")
    for unit in Unit.objects.filter(municipality__code__in=raters).select_related("municipality").order_by("pk"):
        random = Random(f"röster-{unit.municipality.code}-{unit.name}")
        listens = random.random() < (LISTENING if unit.name.endswith("norr") else LISTENING / 3)
        if unit.municipality.code == HOME_TOWN and unit.name.endswith("norr"):
            listens = True
        _answers(random, unit, listens, today)
        if listens:
            model = models.get(unit.municipality.region_id, models[None])
            for year in (today.year - 1, today.year):
                _round(random, unit, model, raters[unit.municipality.code], year, today)
    return f"{VoiceRound.objects.count()} omgångar med {Interview.objects.count()} intervjuer om barns röster."


def _answers(random, unit, listens, today):
    """What the unit has answered about participation; a quarter of them have not answered for this year."""
    method = ParticipationStatus.Method
    for year in (today.year - 1, today.year):
        if random.random() < (0.9 if year < today.year else 0.75):
            way = method.VASTERNORRLAND if listens else random.choice((method.NONE, method.TALKS, method.SURVEY))
            ParticipationStatus.objects.create(
                municipality=unit.municipality,
                unit=unit,
                year=year,
                method=way,
                since_year=None if way == method.NONE else today.year - random.randint(1, 4),
                children_heard=0 if way == method.NONE else random.randint(3, 14),
                changes="" if way == method.NONE else "Vi berättar tidigare vad som är bestämt.",
            )


def _round(random, unit, model, workers, year, today):
    is_over = year < today.year
    own = {"municipality": unit.municipality}
    done = date(year, 11, 1) if is_over else None
    held = VoiceRound.objects.create(
        unit=unit,
        model=model,
        year=year,
        starts_on=date(year, 2, 1),
        ends_on=date(year, 9, 30) if is_over else date(year, 12, 15),
        planned_interviews=8,
        seminar_on=date(year, 10, 10) if is_over else None,
        works_well=WELL if is_over else "",
        to_change=CHANGE if is_over else "",
        proposals=PROPOSALS if is_over else "",
        reported_on=done,
        board_on=date(year, 12, 8) if is_over else None,
        created_by=workers[0],
        changed_by=workers[0],
        **own,
    )
    _interviews(random, held, workers, today, own)
    for theme, text in random.sample(QUOTES, 3):
        quote = Quote(round=held, theme=theme, text=text, written_by=workers[0], **own)
        if is_over or random.random() < 0.5:
            quote.checked_by, quote.checked_at = workers[1], _noon(min(held.ends_on, today))
        quote.save()
    if is_over:
        for number, text in enumerate(DECISIONS):
            due = date(year + 1, 4 + 8 * number, 1)
            was_done = due + timedelta(days=14) if due < today else None
            gave = "Görs i de flesta ärenden." if was_done else ""
            VoiceDecision.objects.create(round=held, text=text, due_on=due, done_on=was_done, outcome=gave, **own)
    phase = Phase.BOARD if is_over else random.choice((Phase.INTERVIEWING, Phase.BOARD))
    UnitPhase.objects.update_or_create(unit=unit, defaults={"model": model, "phase": phase, **own})


def _interviews(random, held, workers, today, own):
    last = min(held.ends_on, today)
    days = max((last - held.starts_on).days, 1)
    for _ in range(random.randint(3, 9)):
        interview = Interview.objects.create(
            round=held,
            held_on=held.starts_on + timedelta(days=random.randrange(days)),
            age_band=random.choices(("7-12", "13-17", "18-20"), (4, 6, 1))[0],
            has_consent=True,
            entered_by=random.choice(workers),
            **own,
        )
        InterviewTheme.objects.bulk_create(
            InterviewTheme(interview=interview, theme=theme, tone=_tone(random, works), **own)
            for theme, (often, works) in THEMES.items()
            if random.random() < often
        )


def _tone(random, works):
    return random.choices((Tone.GOOD, Tone.MIXED, Tone.BAD), (works, 0.25, 0.75 - works / 2))[0]


def _noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))
