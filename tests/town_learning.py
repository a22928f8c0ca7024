"""What the town has learned and counted: an analysis, a lesson on its way, SIP meetings, needs of homes, a reception."""

from datetime import timedelta

from bou_portal.periods import Quarter
from municipalities.models import Municipality, Region
from placements.models import (
    AnalysisCause,
    AnalysisMeasure,
    AnalysisStep,
    Bottleneck,
    CentreMessage,
    CentreMonth,
    CentreThread,
    EventAnalysis,
    HomeNeed,
    Reception,
    Sip,
)


def learn(persons, today, secret):
    """One of everything in Sundsvall. `secret` stands in every text that stays there."""
    town = Municipality.objects.get(code="2281")
    karin, maja = persons["unit_manager"], persons["social_worker"]
    analysis = EventAnalysis.objects.create(
        municipality=town,
        title=f"Flytt utan plan, {secret}",
        leader=karin,
        consequences=secret,
        severity=3,
        likelihood=2,
    )
    AnalysisStep.objects.create(municipality=town, analysis=analysis, order=1, text=f"Hemmet ringde, {secret}")
    AnalysisCause.objects.create(municipality=town, analysis=analysis, category="routines", text=secret)
    AnalysisMeasure.objects.create(
        municipality=town, analysis=analysis, text=f"Ny rutin, {secret}", owner=maja, due_on=today + timedelta(days=20)
    )
    EventAnalysis.objects.create(
        municipality=town, title=f"Risk vid semester, {secret}", kind="risk", leader=karin, lesson_by=karin,
        lesson="Bestäm i god tid vem som svarar i telefon under sommaren.", shares_lesson=True,
    )  # fmt: skip
    month = today.replace(day=1)
    Sip.objects.create(
        municipality=town, month_on=month, age_band="13-17", initiative="school", child_present=True, follow_up_set=True
    )
    receive(town, Quarter.of(today).previous(3), secret)
    centre(persons, town, today)


def receive(town, quarter, secret):
    report = Reception.objects.create(
        municipality=town, quarter=str(quarter), assigned=4, received=2, places_foster=3, note=secret
    )
    Bottleneck.objects.create(municipality=town, reception=report, what="guardians")


def centre(persons, town, today):
    """A need that waits, one that was filled today, a question, and last month's numbers."""
    CentreMonth.objects.create(
        region=Region.objects.get(code="22"), month_on=(today.replace(day=1) - timedelta(days=1)).replace(day=1),
        interested=6, applied=3, investigated=2, approved=1, trained=1, left=0,
    )  # fmt: skip
    about = {"municipality": town, "age_band": "7-12", "wanted_on": today, "posted_by": persons["unit_manager"]}
    HomeNeed.objects.create(posted_on=today - timedelta(days=12), **about)
    HomeNeed.objects.create(posted_on=today - timedelta(days=30), closed_on=today, state="filled", **about)
    thread = CentreThread.objects.create(municipality=town, subject="Jourhem i sommar")
    CentreMessage.objects.create(
        municipality=town, thread=thread, text="Hur gör vi med semestrarna?", written_by=persons["unit_manager"]
    )
