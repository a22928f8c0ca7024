"""A plan with one focus, one goal and two activities, and what tests do with it."""

from django.urls import reverse

from bou_portal.access import Role
from municipalities.models import Activity, Focus, Goal, Need, Plan
from tests.conftest import make_user

YEAR = 2027


def make_plan(region, *, owner=None, kind=Plan.Kind.YEARLY, year=YEAR):
    """A plan with an activity that meets a need and moves a figure, and a loose one."""
    title = f"Plan {year}" if kind == Plan.Kind.YEARLY else f"Stärkt skydd {year}"
    plan = Plan.objects.create(region=region, kind=kind, year=year, title=title)
    goal = Goal.objects.create(
        focus=Focus.objects.create(plan=plan, title="Uppföljning"), title="Fler får enskilda samtal"
    )
    need = Need.objects.create(region=region, year=year, topic="bbic", title="Stöd i barnsamtal", importance=5)
    talks = Activity.objects.create(
        goal=goal, title="Handledning i samtal", owner=owner, first_quarter=f"{year}-K1", last_quarter=f"{year}-K2",
        measure="Två tillfällen", figure_id="L10_share", aim="till 80 procent",
    )  # fmt: skip
    talks.needs.add(need)
    Activity.objects.create(goal=goal, title="Gemensam mall", owner_name="BBIC-samordnaren", order=1)
    return plan


def activity(title):
    return Activity.objects.get(title=title)


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def send(client, address, /, *args, **data):
    return client.post(reverse(address, args=args), data)


def another_leader(region):
    return make_user("ulla@region.example", Role.DEVELOPMENT_LEADER, region=region, name="Ulla Ek")


def another_head(municipality):
    return make_user("gun@sundsvall.example", Role.HEAD_OF_IFO, municipality=municipality, name="Gun Alm")
