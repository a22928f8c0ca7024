"""Merging two homes: everything that hangs on one follows into the other, and nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse

from bou_portal.audit.models import Event, Verb
from bou_portal.imports import folded
from municipalities.models import Region
from placements.codes import FormGroup
from placements.homes.merge import MOVED, merge, moving
from placements.models import (
    Agreement,
    AgreementHome,
    CareHome,
    Check,
    Criterion,
    HomeAlias,
    HomeChange,
    HomeChoice,
    HomeFact,
    HomeReply,
    HomeWay,
)
from tests.placements.test_homes import rated, stay


def made(name, place, **facts):
    return CareHome.objects.create(name=name, name_key=name.lower(), form_group=FormGroup.HVB, location=place, **facts)


@pytest.fixture
def double(sundsvall):
    return made("Tallbackens hem", sundsvall, operator="company", places=9, age_from=16)


@pytest.fixture
def full(double, home, sundsvall, social_worker, development_leader):
    """One row of everything that can hang on a home, on the double; and what collides with it on the home."""
    region = Region.objects.get(code="22")
    rated(double, "2281", 80, social_worker)
    stay(double, sundsvall)
    both, one = (
        Agreement.objects.create(region=region, title=title, valid_from=date(2026, 1, 1)) for title in ("Båda", "Ett")
    )
    AgreementHome.objects.create(agreement=both, home=double, rank=2, price_per_day=4500)
    AgreementHome.objects.create(agreement=both, home=home, rank=1)
    AgreementHome.objects.create(agreement=one, home=double, rank=3)
    criterion = Criterion.objects.create(region=region, title="Bemanning")
    Check.objects.create(agreement=both, criterion=criterion, home=double, outcome="uppfyllt", checked_on="2026-02-01")
    HomeChoice.objects.create(municipality=sundsvall, home=double, reason="plats", statistics="nej")
    third = made("Tredje", sundsvall)
    elsewhere = HomeChoice.objects.create(municipality=sundsvall, home=third, reason="plats", statistics="nej")
    elsewhere.alternatives.set([double, home])
    against = HomeChoice.objects.create(municipality=sundsvall, home=home, reason="plats", statistics="nej")
    against.alternatives.set([double])
    HomeReply.objects.create(region=region, home=double, text="Tack.", replied_on="2026-03-01")
    for kind, day in (("ägare", date(2026, 1, 1)), ("föreståndare", date(2026, 2, 1))):
        HomeChange.objects.create(home=double, kind=kind, changed_on=day)
    HomeChange.objects.create(home=home, kind="ägare", changed_on=date(2026, 1, 1))
    for method in ("mi", "kbt"):
        HomeWay.objects.create(home=double, method=method)
    HomeWay.objects.create(home=home, method="mi")
    home.places, home.age_to = 6, 15
    home.save()
    for field in ("operator", "places", "age_from", "methods"):
        HomeFact.objects.create(home=double, field=field, source="ivo", told_on=date(2026, 5, 1))
    HomeFact.objects.create(home=home, field="places", source="hemmet", told_on=date(2025, 5, 1))
    HomeAlias.objects.create(municipality=sundsvall, home=double, key="hem17")
    return double


def test_every_relation_to_a_home_is_moved():
    relations = {relation.get_accessor_name() for relation in CareHome._meta.related_objects}
    assert {name for name, _, _ in MOVED} == relations


def test_nothing_is_lost(full, home, sundsvall, development_leader):
    merge(full, home, development_leader)
    home.refresh_from_db()
    assert not CareHome.objects.filter(pk=full.pk).exists()
    assert home.placements.count() == 2
    assert set(home.placements.values_list("home_key", flat=True)) == {str(home.pk)}
    assert home.ratings.count() == home.checks.count() == home.replies.count() == 1
    assert set(home.agreements.values_list("agreement__title", "rank", "price_per_day")) == {
        ("Båda", 1, 4500),
        ("Ett", 3, None),
    }
    assert home.choices.count() == 2
    assert [choice.home.name for choice in home.not_chosen.all()] == ["Tredje"]  # never its own alternative
    assert set(home.changes.values_list("kind", "changed_on")) == {
        ("ägare", date(2026, 1, 1)),
        ("föreståndare", date(2026, 2, 1)),
    }
    assert sorted(home.ways.values_list("method", flat=True)) == ["kbt", "mi"]
    names = {"hem17", folded("Tallbackens hem"), full.uid.hex}
    assert set(home.aliases.filter(municipality=sundsvall).values_list("key", flat=True)) == names


def test_what_stands_holds_and_what_is_empty_is_filled_in(full, home, development_leader):
    merge(full, home, development_leader)
    home.refresh_from_db()
    assert (home.operator, home.places) == ("company", 6)
    assert (home.age_from, home.age_to) == (None, 15)  # from 16 to 15 is no age
    facts = {fact.field: (fact.source, fact.told_on) for fact in home.facts.all()}
    assert facts == {"operator": ("ivo", date(2026, 5, 1)), "places": ("hemmet", date(2025, 5, 1))}
    event = Event.objects.get(verb=Verb.CHANGED, detail__merged=full.pk)
    assert event.detail["lost"] == {"age_from": "16 år", "places": "9"}
    assert event.detail["placements"] == 2
    assert event.detail["agreements"] == 2


def test_the_leader_sees_what_moves_before_she_confirms(sign_in, full, home, development_leader):
    leader, address = sign_in(development_leader), reverse("home_merge", args=[full.uid])
    shown = leader.post(address, {"target": home.pk}).content.decode()
    for words in (
        "2 platser i avtal",
        "1 kontroll",
        "2 arbetssätt",
        "Enskild regi, företag",
        "Avtalet Båda",
        "rang 2, 4500 kr per dygn",
    ):
        assert words in shown, words
    assert CareHome.objects.filter(pk=full.pk).exists()
    assert leader.post(address, {"target": home.pk, "confirmed": "ja"}).url == home.get_absolute_url()
    assert not CareHome.objects.filter(pk=full.pk).exists()
    assert leader.post(address, {"target": home.pk, "confirmed": "ja"}).status_code == 404  # a double click


def test_the_preview_tells_no_number_that_rests_on_children_and_no_agreement_of_a_municipality_s(
    full, home, sundsvall, sign_in, development_leader
):
    secret = Agreement.objects.create(municipality=sundsvall, title="Kommunens eget", valid_from=date(2026, 1, 1))
    AgreementHome.objects.create(agreement=secret, home=full, rank=2, price_per_day=5100)
    AgreementHome.objects.create(agreement=secret, home=home, rank=1)
    shown = sign_in(development_leader).post(reverse("home_merge", args=[full.uid]), {"target": home.pk})
    words = [word for _, word in shown.context["moving"].counts]
    assert not [word for word in words if word.startswith(("placering", "omdöme", "val", "annat namn", "andra namn"))]
    assert (2, "platser i avtal") in shown.context["moving"].counts
    assert "Kommunens eget" not in shown.content.decode()
    merge(full, home, development_leader)
    assert home.agreements.filter(agreement=secret).count() == 1


def test_the_preview_tells_what_the_merge_does(full, home, development_leader):
    told = moving(full, home, development_leader)
    assert {label for label, _ in told.filled} == {"Regi"}
    assert {it.label: (it.stands, it.falls) for it in told.differences} == {
        "Platser": ("6", "9"),
        "Från år": ("Ingen uppgift", "16 år"),
        "Avtalet Båda": ("rang 1", "rang 2, 4500 kr per dygn"),
    }


def test_another_region_s_home_gets_what_hangs_on_it_but_no_facts(full, home, umea, development_leader):
    home.location = umea
    home.save()
    assert moving(full, home, development_leader).filled == []
    merge(full, home, development_leader)
    home.refresh_from_db()
    assert home.operator == ""
    assert home.ratings.count() == 1


def test_similar_names_come_first(sign_in, double, home, sundsvall, development_leader):
    made("Aspen", sundsvall)
    form = sign_in(development_leader).get(reverse("home_merge", args=[double.uid])).context["form"]
    _, (heading, similar), (rest, everything) = form.fields["target"].choices
    assert (heading, [word for _, word in similar]) == ("Liknande namn", ["Tallbacken (Sundsvall)"])
    assert rest == "Alla hem"
    assert len(everything) == 2


def test_a_merge_that_fails_changes_nothing(full, home, development_leader, monkeypatch):
    before = {name: getattr(full, name).count() for name, _, _ in MOVED}

    def broken(*args, **detail):
        raise RuntimeError

    monkeypatch.setattr("placements.homes.merge.record", broken)
    with pytest.raises(RuntimeError):
        merge(full, home, development_leader)
    assert {name: getattr(full, name).count() for name, _, _ in MOVED} == before
