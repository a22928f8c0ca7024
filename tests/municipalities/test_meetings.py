"""Meetings: the agenda with its clock, what is offered to it, notes, and the same on paper."""

from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bou_portal.access import Role
from municipalities.bodies import agenda
from municipalities.models import (
    AgendaItem,
    Body,
    BodyMember,
    Decision,
    Knowledge,
    Meeting,
    Plan,
    PlanVersion,
    Region,
)
from tests.conftest import make_user

State = Meeting.State


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def steering(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Body.Kind.STEERING, name="Styrgruppen")


def a_meeting(body, day, state=State.PLANNED):
    at = timezone.make_aware(datetime.combine(day, time(13)))
    return Meeting.objects.create(body=body, starts_at=at, ends_at=at + timedelta(hours=2), state=state)


@pytest.fixture
def meeting(steering, today):
    """In ten days, from one to three."""
    return a_meeting(steering, today + timedelta(days=10))


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def page(client, address, /, *args, **query):
    return client.get(reverse(address, args=args), query).content.decode()


def send(client, address, /, *args, **data):
    return client.post(reverse(address, args=args), data)


def an_item(meeting, title, **fields):
    return AgendaItem.objects.create(meeting=meeting, title=title, order=agenda.next_order(meeting), **fields)


def knowledge(region, title="Handbok om BBIC"):
    return Knowledge.objects.create(region=region, kind="handbok", title=title, topic="bbic", summary="Fem rader.")


def proposed(region):
    plan = Plan.objects.create(region=region, year=2027, title="Årsplan 2027")
    return PlanVersion.objects.create(plan=plan, number=1, content={"schema": 1})


# --- planning -----------------------------------------------------------------------------------------------------------
def test_a_leader_plans_a_meeting(lena, steering):
    sent = {"held_on": "2027-02-03", "from_time": "13:00", "until_time": "15:30", "place": "https://moten.example/1"}
    assert send(lena, "meeting_new", steering.uid, **sent).status_code == 302
    made = Meeting.objects.get()
    assert (str(made.day), made.hours, made.length, made.state) == ("2027-02-03", "13.00–15.30", 150, "planerat")


def test_a_meeting_ends_after_it_starts(lena, steering, meeting):
    sent = {"held_on": "2027-02-03", "from_time": "15:00", "until_time": "13:00"}
    said = send(lena, "meeting_new", steering.uid, **sent).content.decode()
    assert "Mötet måste sluta efter att det har börjat." in said
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(ends_at=meeting.starts_at)


def test_a_meeting_is_moved_and_a_second_writer_is_told(lena, meeting):
    form = lena.get(reverse("meeting_change", args=[meeting.uid])).context["form"]
    assert form.initial["from_time"].hour == 13
    sent = {"held_on": "2027-02-03", "from_time": "09:00", "until_time": "10:00", "seen": form.initial["seen"]}
    assert send(lena, "meeting_change", meeting.uid, **sent).status_code == 302
    said = send(lena, "meeting_change", meeting.uid, **sent).content.decode()
    assert "ändrade det här medan du skrev" in said


def test_a_cancelled_meeting_says_so_and_takes_no_more(lena, meeting):
    send(lena, "meeting_state", meeting.uid, state="installt")
    said = page(lena, "meeting_detail", meeting.uid)
    assert "Mötet är inställt. Dagordningen finns kvar." in said
    assert "Ny punkt" not in said
    refused = send(lena, "item_new", meeting.uid, title="Sen punkt", kind="info").content.decode()
    assert "Mötet är inställt." in refused
    assert not meeting.items.exists()
    send(lena, "meeting_state", meeting.uid, state="planerat")
    assert "Ny punkt" in page(lena, "meeting_detail", meeting.uid)


def test_a_meeting_nobody_has_ended_says_so(lena, steering, today):
    past = a_meeting(steering, today - timedelta(days=2))
    assert "Inte avslutat" in page(lena, "meeting_detail", past.uid)
    assert "Inte avslutat" in page(lena, "body_detail", steering.uid)


def test_many_old_meetings_are_still_found(lena, steering, today):
    for n in range(10):
        a_meeting(steering, today - timedelta(days=30 * (n + 1)), State.HELD)
    assert "Äldre möten (2)" in page(lena, "body_detail", steering.uid)


# --- the agenda ---------------------------------------------------------------------------------------------------------
def test_the_clock_follows_the_minutes_and_the_order(lena, meeting):
    first, second, third = (an_item(meeting, title, minutes=20) for title in ("Ett", "Två", "Tre"))
    assert [line.clock for line in agenda.Agenda(meeting).lines] == ["13.00", "13.20", "13.40"]
    send(lena, "item_move", third.uid, vart="upp")
    assert list(meeting.items.all()) == [first, third, second]
    send(lena, "item_move", first.uid, vart="upp")
    assert list(meeting.items.all()) == [first, third, second]
    send(lena, "item_move", first.uid, vart="ner")
    assert list(meeting.items.all()) == [third, first, second]


def test_an_agenda_that_is_too_long_says_so(meeting):
    an_item(meeting, "Lång", minutes=130)
    assert "Punkterna tar tio minuter mer än mötet." in agenda.Agenda(meeting).sentence


def test_items_are_written_and_changed_and_taken_away(lena, meeting):
    sent = {"title": "Läget", "kind": "diskussion", "minutes": "15", "presenter": "Karin Hedlund", "text": "Se bilaga."}
    assert send(lena, "item_new", meeting.uid, **sent).status_code == 302
    item = meeting.items.get()
    assert send(lena, "item_change", item.uid, **sent | {"minutes": "25"}).status_code == 302
    said = page(lena, "meeting_detail", meeting.uid)
    assert "25 min. Föredragande: Karin Hedlund" in said
    assert send(lena, "item_remove", item.uid).status_code == 302
    assert "Dagordningen är tom" in page(lena, "meeting_detail", meeting.uid)


def test_notes_become_the_minutes(lena, sign_in, social_worker, meeting):
    item = an_item(meeting, "Läget")
    assert send(lena, "item_note", item.uid, note="Alla var eniga.").status_code == 302
    send(lena, "meeting_state", meeting.uid, state="hallet")
    said = page(sign_in(social_worker), "meeting_detail", meeting.uid)
    assert "Alla var eniga." in said
    assert "Protokoll som PDF" in said
    assert "Anteckna" not in said.replace("Antecknat", "")


def test_an_identity_number_is_refused_in_notes_and_items(lena, meeting):
    item = an_item(meeting, "Läget")
    assert "personnummer" in send(lena, "item_note", item.uid, note="Om 20121212-1212").content.decode()
    sent = {"title": "Om 20121212-1212", "kind": "info"}
    assert "personnummer" in send(lena, "item_new", meeting.uid, **sent).content.decode()


# --- what is offered ----------------------------------------------------------------------------------------------------
def test_new_knowledge_open_decisions_and_proposed_plans_are_offered(steering, meeting, today, vasternorrland):
    version, piece = proposed(vasternorrland), knowledge(vasternorrland)
    left = Decision.objects.create(body=steering, title="Samla underlag", decided_on=today, owner_name="Siv Ek")
    Decision.objects.create(body=steering, title="Bara beslutat", decided_on=today)
    found = agenda.offers(meeting)
    assert [(offer.subject, offer.row) for offer in found] == [
        ("plan_version", version), ("follows", left), ("knowledge", piece),
    ]  # fmt: skip


def test_plans_are_offered_to_the_steering_group_only(vasternorrland, today):
    proposed(vasternorrland)
    council = Body.objects.create(region=vasternorrland, kind=Body.Kind.COUNCIL, name="Rådet")
    assert agenda.offers(a_meeting(council, today)) == []


def test_knowledge_is_offered_since_the_body_last_met_and_once(steering, meeting, today, vasternorrland):
    old, new, shown = (knowledge(vasternorrland, title) for title in ("Gammal", "Ny", "Visad"))
    Knowledge.objects.filter(pk=old.pk).update(entered_at=timezone.now() - timedelta(days=60))
    last = a_meeting(steering, today - timedelta(days=30), State.HELD)
    assert [offer.row for offer in agenda.offers(meeting)] == [shown, new]
    an_item(last, "Visad", knowledge=shown)
    assert [offer.row for offer in agenda.offers(meeting)] == [new]
    Knowledge.objects.filter(pk=new.pk).update(withdrawn_on=today)
    assert agenda.offers(meeting) == []


def test_what_is_ticked_comes_on_the_agenda_once(lena, meeting, vasternorrland):
    piece = knowledge(vasternorrland)
    assert "Handbok om BBIC (Handbok, inlagd" in page(lena, "meeting_detail", meeting.uid)
    for _ in range(2):
        assert send(lena, "meeting_offers", meeting.uid, chosen=[f"knowledge-{piece.pk}"]).status_code == 302
    item = meeting.items.get()
    assert (item.knowledge, item.title, item.kind) == (piece, "Handbok om BBIC", "info")
    assert "Väntar på att tas upp" not in page(lena, "meeting_detail", meeting.uid)
    with pytest.raises(IntegrityError), transaction.atomic():
        an_item(meeting, "En gång till", knowledge=piece)


# --- paper --------------------------------------------------------------------------------------------------------------
def test_the_agenda_and_the_minutes_come_as_accessible_pdf(lena, steering, meeting, today, head_of_ifo):
    BodyMember.objects.create(body=steering, user=head_of_ifo, part="ordforande", started_on=today)
    item = an_item(meeting, "Familjehem i länet", minutes=30, note="Alla var eniga.")
    first = lena.get(reverse("meeting_pdf", args=[meeting.uid]))
    assert "dagordning-" in first["Content-Disposition"]
    Decision.objects.create(body=steering, meeting=meeting, item=item, title="Vi satsar", decided_on=today)
    Meeting.objects.update(state=State.HELD)
    response = lena.get(reverse("meeting_pdf", args=[meeting.uid]))
    assert "protokoll-" in response["Content-Disposition"]
    reader = PdfReader(BytesIO(response.content))
    text = " ".join(piece.extract_text() for piece in reader.pages)
    assert "1. Familjehem i länet" in text
    assert "Alla var eniga." in text
    assert f"{today.year}:1" in text
    assert "Eva Nordin (ordförande)" in text
    assert b"<pdfuaid:part>1" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert lena.get(reverse("meeting_pdf", args=[meeting.uid])).content == response.content


# --- who may what -------------------------------------------------------------------------------------------------------
def test_the_region_reads_and_only_its_leader_writes(sign_in, social_worker, neighbour, meeting):
    item = an_item(meeting, "Läget")
    client = sign_in(social_worker)
    assert client.get(reverse("meeting_detail", args=[meeting.uid])).status_code == 200
    assert client.post(reverse("item_move", args=[item.uid]), {"vart": "upp"}).status_code == 403
    assert sign_in(neighbour).get(reverse("meeting_detail", args=[meeting.uid])).status_code == 404
    other = make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    client = sign_in(other)
    for name, row in (
        ("meeting_change", meeting),
        ("item_change", item),
        ("item_note", item),
        ("decision_new", meeting),
    ):
        assert client.get(reverse(name, args=[row.uid])).status_code == 404
    assert client.post(reverse("meeting_state", args=[meeting.uid]), {"state": "installt"}).status_code == 404


def test_a_long_agenda_costs_as_much_as_a_short_one(lena, steering, meeting, today, vasternorrland):
    page(lena, "meeting_detail", meeting.uid)
    counts = []
    for size in (1, 20):
        for n in range(size):
            item = an_item(meeting, f"Punkt {n} av {size}", knowledge=knowledge(vasternorrland))
            Decision.objects.create(body=steering, meeting=meeting, item=item, title="Beslut", decided_on=today)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(lena, "meeting_detail", meeting.uid)
        counts.append(len(queries))
    assert counts[0] == counts[1]
