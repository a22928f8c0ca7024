"""Agreements, criteria and checks: who keeps which, what is refused and why, and what waits for the keeper."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.codes import FormGroup
from placements.homes.scores import ReleasedScores
from placements.lights import Light, lights
from placements.models import Agreement, AgreementHome, CareHome, Check, Criterion
from tests.placements.test_lights import an_agreement, checked

Outcome = Check.Outcome


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def agreement(sundsvall, home):
    """Sundsvall's agreement with Tallbacken about one criterion; Petra keeps it."""
    return an_agreement(home, items=[6, 7, 8], municipality=sundsvall)


@pytest.fixture
def regional(vasternorrland, home):
    """The region's agreement with Tallbacken; Lena keeps it."""
    return an_agreement(home, items=[6, 7, 8], region=vasternorrland)


@pytest.fixture
def petra(sign_in, procurer):
    return sign_in(procurer)


def send(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def criterion_of(agreement):
    return agreement.criteria.get()


def about(agreement):
    """What the address of a check says."""
    cover = agreement.homes.get()
    return agreement.uid, cover.home.uid, criterion_of(agreement).uid


# --- agreements ---------------------------------------------------------------------------------------------------------
def test_a_procurer_writes_her_municipalitys_agreement(petra, procurer, sundsvall):
    data = {"title": "Ramavtal HVB", "kind": "ramavtal", "number": "SN 2026/00123", "valid_from": "2026-01-01"}
    assert send(petra, "agreement_new", **data).status_code == 302
    made = Agreement.objects.get()
    assert (made.municipality, made.region, made.valid_until) == (sundsvall, None, None)
    assert Event.objects.get(verb=Verb.CREATED, target="placements.agreement").actor_id == procurer.pk


def test_a_leader_writes_her_regions_agreement(sign_in, development_leader, vasternorrland):
    data = {"title": "Ramavtal HVB", "kind": "ramavtal", "valid_from": "2026-01-01", "valid_until": "2027-12-31"}
    assert send(sign_in(development_leader), "agreement_new", **data).status_code == 302
    assert Agreement.objects.get().region == vasternorrland


def test_who_keeps_two_places_says_which(sign_in, procurer, umea, sundsvall):
    make_membership(procurer, umea)
    client = sign_in(procurer)
    data = {"title": "Ramavtal HVB", "kind": "ramavtal", "valid_from": "2026-01-01"}
    assert "owner" in send(client, "agreement_new", **data).context["form"].errors
    assert send(client, "agreement_new", owner="municipality-2480", **data).status_code == 302
    assert Agreement.objects.get().municipality == umea


def make_membership(user, municipality):
    user.memberships.create(role=Role.PROCURER, municipality=municipality, started_on="2020-01-01")


def test_an_agreement_ends_after_it_starts(petra):
    data = {"title": "Ramavtal", "kind": "ramavtal", "valid_from": "2026-05-01", "valid_until": "2026-04-30"}
    assert "Slutdatum kan inte vara före startdatum" in send(petra, "agreement_new", **data).content.decode()
    assert not Agreement.objects.exists()


def test_the_database_refuses_an_agreement_of_nobody_and_of_two(sundsvall, vasternorrland):
    for owner in ({}, {"municipality": sundsvall, "region": vasternorrland}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(title="Ramavtal", valid_from="2026-01-01", **owner)


def test_a_second_writer_is_told_what_the_first_one_wrote(petra, agreement):
    form = petra.get(reverse("agreement_change", args=[agreement.uid])).context["form"]
    Agreement.objects.update(title="Nytt namn")
    data = {"title": "Mitt namn", "kind": "ramavtal", "valid_from": "2026-01-01", "seen": form.initial["seen"]}
    said = send(petra, "agreement_change", agreement.uid, **data).content.decode()
    assert "Nytt namn" in said
    assert "Mitt namn" in said
    assert Agreement.objects.get().title == "Nytt namn"


@pytest.mark.parametrize("name", ["agreement_change", "agreement_criteria", "agreement_home_new"])
def test_a_municipality_changes_nothing_of_the_regions(petra, regional, name):
    assert petra.get(reverse(name, args=[regional.uid])).status_code == 404
    assert petra.get(reverse("agreement_detail", args=[regional.uid])).status_code == 200


def test_the_region_sees_nothing_of_a_municipalitys_agreement(sign_in, development_leader, agreement):
    client = sign_in(development_leader)
    assert client.get(reverse("agreement_detail", args=[agreement.uid])).status_code == 404
    assert "Ramavtal" not in page(client, "agreement_list")


def test_the_list_shows_those_in_force_and_on_wish_the_ended(petra, sundsvall, home, today):
    an_agreement(home, municipality=sundsvall)
    Agreement.objects.update(title="Gällande avtalet")
    ended = an_agreement(home, municipality=sundsvall, valid_until=today - timedelta(days=1))
    Agreement.objects.filter(pk=ended.pk).update(title="Gamla avtalet")
    now, before = page(petra, "agreement_list"), page(petra, "agreement_list", visa="avslutade")
    assert "Gällande avtalet" in now
    assert "Gamla avtalet" not in now
    assert "Gamla avtalet" in before
    assert "Gällande avtalet" not in before


def test_an_agreement_holds_on_its_last_day(sundsvall, today):
    made = Agreement.objects.create(title="A", valid_from=today, valid_until=today, municipality=sundsvall)
    assert made.is_in_force
    assert not made.has_ended
    assert list(Agreement.objects.in_force()) == [made]
    assert not Agreement.objects.ended().exists()


def test_an_empty_list_says_what_to_do(petra, sign_in, social_worker):
    assert "Nytt avtal" in page(petra, "agreement_list")
    assert "skrivs in av" in page(sign_in(social_worker), "agreement_list")


# --- homes in an agreement ------------------------------------------------------------------------------------------------
def test_a_home_is_found_by_name_and_gets_rank_and_price(petra, agreement):
    other = CareHome.objects.create(name="Ängsgården", name_key="ängsgården", form_group=FormGroup.HVB)
    assert (
        send(petra, "agreement_home_new", agreement.uid, home="ängsgården", rank=2, price_per_day=4900).status_code
        == 302
    )
    cover = AgreementHome.objects.get(home=other)
    assert (cover.rank, cover.price_per_day) == (2, 4900)
    assert Event.objects.filter(target="placements.agreement", detail__added=True).exists()


@pytest.mark.parametrize("name", ["Tallbacken", "Stängda hemmet", "Finns inte"])
def test_a_home_that_is_in_it_or_closed_or_unknown_cannot_be_chosen(petra, agreement, name):
    CareHome.objects.create(name="Stängda hemmet", name_key="stängda", form_group=FormGroup.HVB, status="closed")
    response = send(petra, "agreement_home_new", agreement.uid, home=name)
    assert "home" in response.context["form"].errors
    assert "Stängda hemmet (" not in response.content.decode()
    assert agreement.homes.count() == 1


def test_homes_of_the_same_name_are_told_apart(petra, agreement):
    for form in (FormGroup.HVB, FormGroup.SUPPORTED):
        CareHome.objects.create(name="Björken", name_key="björken", form_group=form)
    assert "home" in send(petra, "agreement_home_new", agreement.uid, home="Björken").context["form"].errors
    chosen = "Björken (Stödboende, okänd ort)"
    assert send(petra, "agreement_home_new", agreement.uid, home=chosen).status_code == 302
    assert agreement.homes.filter(home__form_group=FormGroup.SUPPORTED).exists()


def test_rank_and_price_change_and_a_home_leaves_with_its_checks_kept(petra, agreement, home):
    assert send(petra, "agreement_home_change", agreement.uid, home.uid, rank=3, price_per_day=5000).status_code == 302
    assert agreement.homes.get().rank == 3
    checked(agreement, home, Outcome.MET, timezone.localdate())
    assert "Kontrollerna finns kvar" in page(petra, "agreement_home_remove", agreement.uid, home.uid)
    assert send(petra, "agreement_home_remove", agreement.uid, home.uid).status_code == 302
    assert not agreement.homes.exists()
    assert Check.objects.count() == 1


def test_a_rank_begins_at_one(petra, agreement, home):
    response = send(petra, "agreement_home_change", agreement.uid, home.uid, rank=0)
    assert "Rangen börjar på 1" in response.content.decode()


# --- criteria -------------------------------------------------------------------------------------------------------------
def test_a_criterion_is_linked_to_statements(petra, sundsvall):
    data = {"title": "Trygghet", "level": "bör", "text": "Alltid en vuxen.", "evidence": "schema", "items": [6, 7]}
    assert send(petra, "criterion_new", **data).status_code == 302
    made = Criterion.objects.get()
    assert (made.municipality, made.items, made.level) == (sundsvall, [6, 7], "bör")
    assert "Min bild är att den unge var trygg" in page(petra, "criterion_list")


def test_a_statement_that_does_not_exist_is_refused(petra):
    response = send(petra, "criterion_new", title="Trygghet", level="ska", items=[23])
    assert "items" in response.context["form"].errors


@pytest.mark.parametrize("field", ["title", "text", "evidence"])
def test_a_criterion_holds_no_identity_number(petra, field):
    data = {"title": "Trygghet", "level": "ska", field: "Se 20030303-2395"}
    form = send(petra, "criterion_new", **data).context["form"]
    assert form.errors.as_data()[field][0].code == "identity_number"
    assert not Criterion.objects.exists()


def test_a_check_asks_about_a_name(petra, agreement, today):
    data = {"outcome": "uppfyllt", "checked_on": today, "note": "Samtal med Anna Andersson."}
    response = send(petra, "check_new", *about(agreement), **data)
    assert "Anna Andersson" in [concern.word for concern in response.context["form"].concerns]
    assert not Check.objects.exists()


def test_a_set_of_criteria_is_copied_from_the_regions_agreement_once(petra, agreement, regional, sundsvall):
    regional.criteria.update(title="Regionens krav")
    data = {"criteria": [criterion_of(agreement).pk], "copied": regional.pk}
    for _ in range(2):
        assert send(petra, "agreement_criteria", agreement.uid, **data).status_code == 302
        data["criteria"] = list(agreement.criteria.values_list("pk", flat=True))
    copy = agreement.criteria.get(title="Regionens krav")
    assert (copy.municipality, copy.items) == (sundsvall, [6, 7, 8])
    assert copy.pk != criterion_of(regional).pk
    assert Criterion.objects.count() == 3


def test_a_set_of_the_own_criteria_is_shared_and_not_copied(petra, agreement, sundsvall, home):
    other = an_agreement(home, items=[9], municipality=sundsvall)
    send(petra, "agreement_criteria", agreement.uid, copied=other.pk)
    assert list(agreement.criteria.all()) == [criterion_of(other)]


def test_only_own_criteria_hold_in_an_agreement(petra, agreement, regional):
    response = send(petra, "agreement_criteria", agreement.uid, criteria=[criterion_of(regional).pk])
    assert "criteria" in response.context["form"].errors


# --- checks ---------------------------------------------------------------------------------------------------------------
def test_a_check_is_written_and_takes_over(petra, procurer, agreement, home, today):
    checked(agreement, home, Outcome.NOT_REMEDIED, today - timedelta(days=40))
    data = {"outcome": "uppfyllt", "checked_on": today, "remedied_until": today, "note": "Ny rutin."}
    assert send(petra, "check_new", *about(agreement), **data).status_code == 302
    assert Check.objects.count() == 2
    newest = Check.objects.latest().get()
    assert (newest.outcome, newest.remedied_until, newest.checked_by) == (Outcome.MET, None, procurer)
    assert lights([home], procurer, ReleasedScores())[home.pk][0].light is Light.GREEN
    assert Event.objects.filter(target="placements.check", municipality_id=agreement.municipality_id).count() == 1


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"outcome": "brist"}, "remedied_until", "Ange när bristen ska vara åtgärdad"),
        ({"outcome": "hanteras"}, "remedied_until", "Ange när bristen ska vara åtgärdad"),
        ({"outcome": "brist", "remedied_until": "2020-01-01"}, "remedied_until", "före kontrollen"),
        ({"outcome": "uppfyllt", "checked_on": "2099-01-01"}, "checked_on", "efter i dag"),
        ({}, "outcome", "måste fyllas i"),
    ],
)
def test_a_check_says_what_is_missing(petra, agreement, today, data, field, said):
    form = send(petra, "check_new", *about(agreement), **{"checked_on": today} | data).context["form"]
    assert said in str(form.errors[field])
    assert not Check.objects.exists()


def test_the_database_refuses_a_finding_without_a_day(agreement, home, today):
    with pytest.raises(IntegrityError), transaction.atomic():
        checked(agreement, home, Outcome.OPEN, today)


def test_a_visit_writes_what_was_looked_at_and_nothing_else(petra, agreement, home, today, sundsvall):
    other = Criterion.objects.create(title="Bemanning", municipality=sundsvall)
    agreement.criteria.add(other)
    first = agreement.criteria.exclude(pk=other.pk).get()
    data = {"checked_on": today, f"outcome_{first.pk}": "brist", f"until_{first.pk}": today + timedelta(days=9)}
    assert send(petra, "check_visit", agreement.uid, home.uid, **data).status_code == 302
    check = Check.objects.get()
    assert (check.criterion, check.outcome, check.remedied_until) == (first, "brist", today + timedelta(days=9))


def test_a_visit_says_what_is_missing(petra, agreement, home, today):
    pk = criterion_of(agreement).pk
    for data, said in (
        ({}, "Välj ett utfall för minst ett kriterium"),
        ({f"outcome_{pk}": "brist"}, "Ange när bristen ska vara åtgärdad"),
        ({f"note_{pk}": "Något"}, "Välj ett utfall, eller ta bort det som sågs"),
        ({f"outcome_{pk}": "uppfyllt", f"note_{pk}": "20030303-2395"}, "personnummer"),
    ):
        assert said in send(petra, "check_visit", agreement.uid, home.uid, checked_on=today, **data).content.decode()
    assert not Check.objects.exists()


def test_a_wrong_check_is_taken_back_the_same_day_and_stays_in_the_history(petra, agreement, home, today):
    checked(agreement, home, Outcome.MET, today - timedelta(days=3))
    wrong = checked(agreement, home, Outcome.NOT_REMEDIED, today)
    assert send(petra, "check_withdraw", wrong.uid).status_code == 302
    assert Check.objects.latest().get().outcome == Outcome.MET
    said = page(petra, "check_list", *about(agreement))
    assert "Återtagen" in said
    assert "Brist som inte åtgärdats i tid" in said


def test_the_day_after_a_check_stands(petra, agreement, home, today):
    old = checked(agreement, home, Outcome.MET, today)
    Check.objects.update(entered_at=timezone.now() - timedelta(days=1))
    assert "Ta tillbaka" not in page(petra, "check_list", *about(agreement))
    send(petra, "check_withdraw", old.uid)
    assert Check.objects.get().withdrawn_at is None


def test_whoever_only_reads_sees_the_rule_and_no_buttons(sign_in, social_worker, agreement, home, today):
    checked(agreement, home, Outcome.OPEN, today, remedied_until=today + timedelta(days=5))
    client = sign_in(social_worker)
    said = page(client, "check_list", *about(agreement))
    assert "brist som ska vara åtgärdad senast" in said.lower()
    assert "Ta tillbaka" not in said
    assert "Skriv in en kontroll" not in said
    assert client.get(reverse("check_new", args=about(agreement))).status_code == 403


def test_opening_an_agreement_is_logged_in_its_municipality(petra, agreement, home):
    page(petra, "agreement_home", agreement.uid, home.uid)
    event = Event.objects.filter(verb=Verb.OPENED, target="placements.agreement").get()
    assert event.municipality_id == agreement.municipality_id
