"""Rounds and interviews for tests, without the pages that make them."""

from datetime import date

from django.urls import reverse

from placements.models import Interview, InterviewTheme, VoiceRound

TODAY = date(2026, 11, 21)


def make_round(unit, model, *, year=2026, **changes):
    days = {"starts_on": date(year, 2, 1), "ends_on": date(year, 12, 15), "planned_interviews": 8}
    return VoiceRound.objects.create(
        municipality=unit.municipality, unit=unit, model=model, year=year, **(days | changes)
    )


def make_interview(round, day, *, by=None, **themes):
    """An interview with the tone of each theme that came up."""
    made = Interview.objects.create(
        municipality=round.municipality, round=round, held_on=day, age_band="13-17", has_consent=True, entered_by=by
    )
    InterviewTheme.objects.bulk_create(
        InterviewTheme(municipality=round.municipality, interview=made, theme=theme, tone=tone)
        for theme, tone in themes.items()
    )
    return made


def page(client, name, *arguments):
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200, response
    return response.content.decode()


def send(client, name, *arguments, data=None, **options):
    return client.post(reverse(name, args=arguments), data or {}, **options)
