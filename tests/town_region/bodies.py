"""The town's rows of bodies, meetings and decisions: a board, the steering group under it, and a group that has ended."""

from datetime import timedelta

from django.utils import timezone

from municipalities.models import AgendaItem, Body, BodyMember, Decision, Meeting, Municipality, Region

Kind, Part, State = Body.Kind, BodyMember.Part, Meeting.State


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region, leader, head = Region.objects.get(code="22"), people["development_leader"], people["head_of_ifo"]
    board = Body.objects.create(region=region, kind=Kind.BOARD, name="Socialchefsnätverket", purpose="Beslutar.")
    steering = Body.objects.create(region=region, kind=Kind.STEERING, name="Styrgruppen", reports_to=board)
    Body.objects.create(
        region=region, kind=Kind.WORKING_GROUP, name="Gruppen för BBIC-stöd", ended_on=today - timedelta(days=9)
    )
    since = today - timedelta(days=700)
    BodyMember.objects.create(body=board, name="Siv Ek", organisation="Ånge kommun", part=Part.MEMBER, started_on=since)
    chair = BodyMember.objects.create(
        body=steering,
        user=head,
        name=str(head),
        municipality=Municipality.objects.get(code="2281"),
        part=Part.CHAIR,
        started_on=since,
    )
    BodyMember.objects.create(body=steering, name="Ulf Ström", started_on=since, ended_on=today - timedelta(days=30))
    held = meeting(steering, today - timedelta(days=40), State.HELD)
    coming = meeting(steering, today + timedelta(days=12), State.PLANNED)
    meeting(steering, today - timedelta(days=90), State.CANCELLED)
    noted = AgendaItem.objects.create(
        meeting=held, order=1, title="Familjehem i länet", kind="beslut", minutes=30, note="Alla var eniga."
    )
    decided = Decision.objects.create(
        body=steering, meeting=held, item=noted, title="Länet satsar på familjehem", decided_on=today - timedelta(days=40),
        owner=head, owner_name=str(head), due_on=today - timedelta(days=5), is_priority=True,
    )  # fmt: skip
    decided.follow_up(head, "kommentar", "Arbetet har börjat.")
    done = Decision.objects.create(
        body=board, title="Gemensam introduktion", decided_on=today - timedelta(days=200), owner=leader,
        owner_name=str(leader),
    )  # fmt: skip
    done.follow_up(leader, "genomfort", "Introduktionen används i alla kommuner.", today - timedelta(days=20))
    item = AgendaItem.objects.create(meeting=coming, order=1, title="Läget i kommunerna", minutes=20)
    AgendaItem.objects.create(meeting=coming, order=2, title="Uppföljning", follows=decided, kind="diskussion")
    return {
        "body": steering, "body_member": chair, "meeting": coming, "held_meeting": held, "agenda_item": item,
        "body_decision": decided,
    }  # fmt: skip


def meeting(body, day, state):
    """Two hours in the afternoon."""
    at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 13))
    return Meeting.objects.create(body=body, starts_at=at, ends_at=at + timedelta(hours=2), place="Teams", state=state)
