"""The retention plan names every field once, erases what is due and nothing else, and is what the page shows."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from bou_portal import retention
from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.audit.models import Event
from placements.models import Child, Delivery, DeliveryRow, LegalBasis, Placement

TODAY = dt.date(2026, 11, 21)


def test_every_field_of_every_model_is_in_the_plan_once():
    assert list(retention.faults()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"birth_year", "sex"', '"sex"', "placements.Child.birth_year ska nämnas en gång"),
        ('"birth_year", "sex"', '"birth_year", "sex", "sex"', "placements.Child.sex ska nämnas en gång"),
        ('"birth_year", "sex"', '"birth_year", "sex", "shoe_size"', "placements.Child.shoe_size ska nämnas en gång"),
        ("placements.HomeAlias", "placements.Alias", "placements.Alias finns inte"),
    ],
)
def test_a_field_nobody_decided_about_is_a_fault(monkeypatch, tmp_path, old, new, fault):
    changed = tmp_path / "plan.toml"
    changed.write_text(retention.PLAN.read_text().replace(old, new))
    monkeypatch.setattr(retention, "PLAN", changed)
    assert fault in list(retention.faults())


def end(placement, on):
    """The placement began long ago and ended that day, or goes on."""
    stay = {"started_on": dt.date(2015, 1, 1), "ended_on": on}
    ending = {} if on else {"end_reason": "", "planned": ""}
    Placement.objects.filter(pk=placement.pk).update(**stay, **ending)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last_day", "left"),
    [(dt.date(2021, 11, 21), 0), (dt.date(2021, 11, 22), 1), (None, 1)],  # five years ago to the day, a day less, open
)
def test_a_child_is_erased_five_years_after_the_last_placement(child, placement, last_day, left):
    end(placement, last_day)
    delivery = Delivery.objects.create(kind="placeringar", delivered_on=TODAY, state="confirmed")
    for number, code in enumerate((child.local_code, "ANNAN")):
        DeliveryRow.objects.create(delivery=delivery, municipality=child.municipality, number=number, child_code=code)
    retention.apply(today=TODAY)
    assert Child.objects.count() == Placement.objects.count() == left
    assert LegalBasis.objects.count() == left
    assert DeliveryRow.objects.filter(child_code=child.local_code).count() == left
    assert DeliveryRow.objects.filter(child_code="ANNAN").count() == 1


@pytest.mark.django_db
def test_erasing_is_logged_as_a_number_and_twice_does_no_more(child, placement):
    end(placement, dt.date(2016, 1, 1))
    assert dict(retention.apply(today=TODAY))["barn med allt som hör till"] == 1
    event = Event.objects.get(target="gallring")
    assert event.detail == {"what": "barn med allt som hör till", "count": 1}
    assert dict(retention.apply(today=TODAY))["barn med allt som hör till"] == 0
    assert Event.objects.filter(target="gallring").count() == 1


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(child, placement, capsys):
    end(placement, dt.date(2016, 1, 1))
    call_command("apply_retention", "--dry-run")
    assert "1  barn med allt som hör till" in capsys.readouterr().out
    assert Child.objects.count() == 1
    assert not Event.objects.filter(target="gallring").exists()


@pytest.mark.django_db
def test_a_delivery_nobody_approved_is_gone_after_a_week(sundsvall):
    now = timezone.now()
    for days, state in ((6, "staged"), (8, "staged"), (8, "failed"), (8, "confirmed"), (8, "undone")):
        delivery = Delivery.objects.create(
            kind="placeringar", delivered_on=TODAY, state=state, file_name=f"{state}-{days}"
        )
        Delivery.objects.filter(pk=delivery.pk).update(uploaded_at=now - dt.timedelta(days=days))
    retention.apply()
    assert set(Delivery.objects.values_list("file_name", flat=True)) == {"staged-6", "confirmed-8", "undone-8"}


@pytest.mark.django_db
def test_the_log_is_kept_for_five_years():
    for year in (2020, 2022):
        Event.objects.create(actor_id=0, verb="opened", target="x", at=dt.datetime(year, 1, 1, tzinfo=dt.UTC))
    retention.apply(today=TODAY)
    assert [event.at.year for event in Event.objects.filter(target="x")] == [2022]


@pytest.mark.django_db
def test_an_invitation_is_gone_three_months_after_it_ran_out(sundsvall):
    for month in (7, 9):
        Invitation.objects.create(
            email=f"m{month}@sundsvall.example",
            role="social_worker",
            municipality=sundsvall,
            token_hash=str(month),
            expires_at=dt.datetime(2026, month, 1, tzinfo=dt.UTC),
        )
    retention.apply(today=TODAY)
    assert [invitation.email for invitation in Invitation.objects.all()] == ["m9@sundsvall.example"]


@pytest.mark.django_db
def test_accounts_are_closed_after_half_a_year_and_erased_five_years_after_the_last_role(social_worker, head_of_ifo):
    long_ago = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    User.objects.update(joined_at=long_ago)
    User.objects.filter(pk=head_of_ifo.pk).update(last_login=timezone.now())
    retention.apply(today=timezone.localdate())
    assert dict(User.objects.values_list("email", "is_active")) == {social_worker.email: False, head_of_ifo.email: True}
    Membership.objects.filter(user=social_worker).update(started_on=dt.date(2015, 1, 1), ended_on=dt.date(2016, 1, 1))
    retention.apply(today=TODAY)
    assert list(User.objects.all()) == [head_of_ifo]


@pytest.mark.django_db
def test_anybody_can_read_what_is_kept(client):
    html = client.get(reverse("retention_plan")).content.decode()
    for kept in retention.plan():
        assert kept.text in html
    assert "födelseår" in html
    assert "SoL (2025:400), 16 kap. 1 §" in html
