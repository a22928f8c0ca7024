"""Who is in the directory, where nobody is, and what is told of whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bou_portal.access import Role
from municipalities.directory.people import lines, vacancies
from municipalities.models import Holder, Organisation, Post
from tests.conftest import make_user


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def post(vasternorrland, sundsvall):
    return Post.objects.create(region=vasternorrland, municipality=sundsvall, title="BBIC-samordnare")


def vacant(region, municipality):
    return [line.what for line in vacancies(region) if line.place == municipality]


def hold(post, today, **fields):
    facts = {"name": "Ida Frisk", "started_on": today - timedelta(days=400)} | fields
    return Holder.objects.create(post=post, **facts)


def test_a_municipality_without_an_ifo_chef_or_enhetschef_has_a_vacancy(vasternorrland, sundsvall, head_of_ifo):
    assert vacant(vasternorrland, sundsvall) == ["Enhetschef"]
    assert len(vacancies(vasternorrland)) == 2 * vasternorrland.municipalities.count() - 1


def test_a_head_whose_account_is_closed_leaves_a_vacancy(vasternorrland, sundsvall, head_of_ifo, unit_manager):
    head_of_ifo.is_active = False
    head_of_ifo.save()
    assert vacant(vasternorrland, sundsvall) == ["IFO-chef"]


def test_a_role_that_has_ended_leaves_a_vacancy(vasternorrland, sundsvall, head_of_ifo, unit_manager):
    head_of_ifo.memberships.get().end(head_of_ifo)
    assert vacant(vasternorrland, sundsvall) == ["IFO-chef"]


def test_a_post_is_vacant_before_its_holder_comes_and_after_she_leaves(
    vasternorrland, sundsvall, head_of_ifo, unit_manager, post, today
):
    assert vacant(vasternorrland, sundsvall) == ["BBIC-samordnare"]
    holder = hold(post, today, started_on=today + timedelta(days=1))
    assert vacant(vasternorrland, sundsvall) == ["BBIC-samordnare"]
    Holder.objects.update(started_on=today - timedelta(days=9), ended_on=today)
    assert vacant(vasternorrland, sundsvall) == []  # her last day
    Holder.objects.update(ended_on=today - timedelta(days=1))
    assert vacant(vasternorrland, sundsvall) == ["BBIC-samordnare"]
    assert holder.post == post


def test_a_holder_who_has_left_all_her_roles_leaves_a_vacancy_that_says_so(
    vasternorrland, sundsvall, head_of_ifo, unit_manager, social_worker, post, today
):
    hold(post, today, user=social_worker)
    assert vacant(vasternorrland, sundsvall) == []
    social_worker.memberships.get().end(head_of_ifo)
    line = next(line for line in vacancies(vasternorrland) if line.what == "BBIC-samordnare")
    assert line.detail == "Maja Lindqvist har slutat"


def test_an_ifo_chef_without_an_account_is_kept_as_a_post(vasternorrland, sundsvall, unit_manager, today):
    hold(Post.objects.create(region=vasternorrland, municipality=sundsvall, title="IFO-chef"), today)
    assert vacant(vasternorrland, sundsvall) == []


def test_an_ended_municipality_comes_last_and_has_no_vacancies(vasternorrland, sundsvall, head_of_ifo, post, today):
    sundsvall.ended_on = today
    sundsvall.save()
    assert vacant(vasternorrland, sundsvall) == []
    *_, last = lines(vasternorrland)
    assert (last.place, last.name) == (sundsvall, "Eva Nordin")


def test_an_ended_post_and_the_posts_of_an_ended_partner_are_gone(vasternorrland, sundsvall, post, today):
    partner = Organisation.objects.create(region=vasternorrland, name="Habiliteringen")
    hold(Post.objects.create(region=vasternorrland, organisation=partner, title="Kurator"), today)
    assert {"BBIC-samordnare", "Kurator"} <= {line.what for line in lines(vasternorrland)}
    Post.objects.filter(pk=post.pk).update(ended_on=today)
    Organisation.objects.update(ended_on=today)
    assert {"BBIC-samordnare", "Kurator"}.isdisjoint(line.what for line in lines(vasternorrland))


def test_the_region_then_its_municipalities_then_partners(
    vasternorrland, development_leader, unit_manager, procurer, post, today
):
    partner = Organisation.objects.create(region=vasternorrland, name="Ankaret")
    hold(Post.objects.create(region=vasternorrland, organisation=partner, title="Kurator"), today)
    held = [line.what for line in lines(vasternorrland) if not line.is_vacant]
    assert held == ["Utvecklingsledare", "Enhetschef", "Upphandlare", "Kurator"]


@pytest.mark.parametrize("role", [Role.SYSTEM_KEEPER, Role.PARTNER, Role.COUNTY_BOARD])
def test_those_who_have_no_part_in_the_work_are_not_listed(vasternorrland, role):
    make_user("sten@region.example", role, region=vasternorrland)
    assert not [line for line in lines(vasternorrland) if not line.is_vacant]


def test_the_number_of_queries_does_not_grow(vasternorrland, sundsvall, post, today, django_assert_num_queries):
    for number in range(30):
        user = make_user(f"p{number}@sundsvall.example", Role.PROCURER, municipality=sundsvall)
        hold(post, today, user=user)
    with django_assert_num_queries(4):
        assert len(lines(vasternorrland)) > 60
