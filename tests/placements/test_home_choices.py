"""Registering a choice: whose it is, what it holds, and that nothing of a child is in it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.audit.models import Event, Verb
from bou_portal.periods import Period
from placements.homes.choices import own_counts
from placements.models import CareHome, HomeChoice, HomeUse
from tests.conftest import make_user

TODAY = timezone.localdate()
MONTH = Period(TODAY - timedelta(days=30), TODAY)


@pytest.fixture
def homes(home, umea):
    others = [
        CareHome.objects.create(name=name, name_key=name.lower(), form_group="hvb") for name in ("Björken", "Granen")
    ]
    return [home, *others]


def chosen(**changes):
    return {"reason": "närhet", "statistics": "hjälpte", "chosen_on": str(TODAY)} | changes


def register(client, homes, **changes):
    query = "&".join(f"hem={home.uid}" for home in homes)
    return client.post(f"{reverse('home_choice_new')}?{query}", {"home": homes[0].pk} | chosen(**changes))


def test_a_choice_among_the_compared_is_registered_with_the_others_as_alternatives(
    sign_in, social_worker, sundsvall, homes
):
    client = sign_in(social_worker)
    page = client.get(reverse("home_choice_new"), {"hem": [home.uid for home in homes]}).content.decode()
    assert page.count("checked") >= 3  # the alternatives
    response = register(client, homes, alternatives=[home.pk for home in homes])
    assert response.url == reverse("home_choices")
    choice = HomeChoice.objects.get()
    assert (choice.municipality, choice.home, choice.entered_by) == (sundsvall, homes[0], social_worker)
    assert (choice.reason, choice.statistics, choice.chosen_on) == ("närhet", "hjälpte", TODAY)
    assert list(choice.alternatives.all()) == homes[1:]  # the chosen one is no alternative
    event = Event.objects.get(verb=Verb.CREATED, target="placements.homechoice")
    assert (event.municipality_id, event.detail) == (sundsvall.pk, {"statistics": "hjälpte", "reason": "närhet"})


def test_a_double_click_registers_once_and_another_choice_is_another_row(sign_in, social_worker, homes):
    client = sign_in(social_worker)
    page = client.get(reverse("home_choice_new"), {"hem": [home.uid for home in homes]})
    sent = {"token": str(page.context["form"]["token"].value()), "alternatives": [home.pk for home in homes]}
    for _ in range(2):
        assert register(client, homes, **sent).url == reverse("home_choices")
    assert HomeChoice.objects.count() == 1
    assert Event.objects.filter(verb=Verb.CREATED, target="placements.homechoice").count() == 1
    register(client, homes, **sent | {"alternatives": [homes[1].pk]})
    assert HomeChoice.objects.count() == 2


def test_a_choice_without_a_comparison_takes_any_open_home(sign_in, social_worker, homes):
    client = sign_in(social_worker)
    client.post(reverse("home_choice_new"), chosen(home=homes[1].pk))
    assert HomeChoice.objects.get().home == homes[1]
    homes[2].close(social_worker)
    assert "Välj ett öppet hem" in client.post(reverse("home_choice_new"), chosen(home=homes[2].pk)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"home": ""}, "obligatoriskt"),
        ({"reason": ""}, "obligatoriskt"),
        ({"statistics": "kanske"}, "giltigt"),
        ({"chosen_on": str(TODAY + timedelta(days=1))}, "Dagen ligger framåt i tiden"),
        ({"chosen_on": "2019-01-01"}, "mer än 31 dagar bakåt"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(sign_in, social_worker, homes, changes, said):
    response = register(sign_in(social_worker), homes, **changes)
    assert said in response.content.decode()
    assert not HomeChoice.objects.exists()
    if "home" not in changes:
        assert response.context["form"]["home"].value() == str(homes[0].pk)


def test_the_form_has_no_field_for_words(sign_in, social_worker, homes):
    page = sign_in(social_worker).get(reverse("home_choice_new")).content.decode()
    form = page[page.index('<form method="post" novalidate') :]
    assert "<textarea" not in form
    assert 'type="text"' not in form[: form.index("</form>")]


def test_nobody_registers_in_another_municipality_s_name(sign_in, social_worker, sundsvall, umea, homes):
    register(sign_in(social_worker), homes, municipality=umea.pk)
    assert HomeChoice.objects.get().municipality == sundsvall


def test_who_works_in_two_municipalities_says_for_which(sign_in, social_worker, umea, homes):
    Membership.objects.create(
        user=social_worker, role=Role.SOCIAL_WORKER, municipality=umea, started_on=date(2020, 1, 1)
    )
    client = sign_in(social_worker)
    assert "obligatoriskt" in register(client, homes).content.decode()
    register(client, homes, municipality=umea.pk)
    assert HomeChoice.objects.get().municipality == umea


@pytest.fixture
def choice(sundsvall, social_worker, homes):
    return HomeChoice.objects.create(
        municipality=sundsvall, home=homes[0], reason="avtal", statistics="nej", entered_by=social_worker
    )


def test_the_own_municipality_reads_its_list_and_the_reading_is_logged(sign_in, head_of_ifo, sundsvall, choice):
    page = sign_in(head_of_ifo).get(reverse("home_choices")).content.decode()
    assert "Tallbacken" in page
    assert "Avtalets rangordning" in page
    assert "Ta bort" not in page
    event = Event.objects.get()
    assert (event.verb, event.municipality_id, event.detail) == (Verb.OPENED, sundsvall.pk, {"rows": 1})


def test_a_long_list_of_choices_has_pages(sign_in, social_worker, sundsvall, homes):
    about = {"municipality": sundsvall, "home": homes[0], "reason": "avtal", "statistics": "nej"}
    HomeChoice.objects.bulk_create(HomeChoice(**about, entered_by=social_worker) for _ in range(26))
    client = sign_in(social_worker)
    assert [len(client.get(reverse("home_choices"), {"sida": n}).context["page"]) for n in (1, 2)] == [25, 1]


def test_a_neighbour_sees_nothing_of_it(sign_in, neighbour, choice):
    client = sign_in(neighbour)
    assert "Tallbacken" not in client.get(reverse("home_choices")).content.decode()
    assert client.post(reverse("home_choice_remove", args=[choice.uid])).status_code == 404
    assert HomeChoice.objects.exists()


@pytest.mark.parametrize("who", ["development_leader", "procurer", "regional_reader"])
def test_who_has_no_child_work_is_refused(request, sign_in, who, choice):
    client = sign_in(request.getfixturevalue(who))
    for name in ("home_choices", "home_choice_new"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("home_choice_remove", args=[choice.uid])).status_code == 403


def test_an_own_mistake_is_taken_back_and_a_colleague_s_is_not(sign_in, social_worker, sundsvall, choice):
    colleague = make_user("ida@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall)
    assert sign_in(colleague).post(reverse("home_choice_remove", args=[choice.uid])).status_code == 404
    sign_in(social_worker).post(reverse("home_choice_remove", args=[choice.uid]))
    assert not HomeChoice.objects.exists()
    assert Event.objects.filter(verb=Verb.UNDID, target="placements.homechoice").count() == 1


def test_own_counts_are_of_the_period_and_the_municipality(choice, sundsvall, umea, homes):
    for place, use, day in (
        (sundsvall, "avgjorde", TODAY),
        (sundsvall, "hjälpte", TODAY - timedelta(days=31)),
        (umea, "avgjorde", TODAY),
    ):
        HomeChoice.objects.create(municipality=place, home=homes[0], reason="omdöme", statistics=use, chosen_on=day)
    counts = own_counts([sundsvall.pk], MONTH)
    assert (counts.total, counts.used) == (2, 1)
    assert counts.by_reason == {"plats": 0, "kompetens": 0, "närhet": 0, "avtal": 1, "omdöme": 1, "tidigare": 0}
    assert counts.by_use == {"avgjorde": 1, "hjälpte": 0, "nej": 1}


def test_a_use_is_counted_by_month(sundsvall):
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31)):
        HomeUse.objects.count_one(sundsvall, "sök", today=day)
    counted = HomeUse.objects.order_by("month_on").values_list("month_on", "count")
    assert list(counted) == [(date(2026, 9, 1), 1), (date(2026, 10, 1), 2)]
