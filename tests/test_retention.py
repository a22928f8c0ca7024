"""The retention plan names every field once, erases what is due and nothing else, and is what the page shows."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from bou_portal import checks, retention
from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.audit.models import Event
from bou_portal.mailing.models import Letter
from bou_portal.tasks import clean_up
from municipalities.models import Holder, Post, Subscriber
from placements.models import Child, Delivery, DeliveryRow, HomeChoice, LegalBasis, Placement, Rating, RatingTask, Rule

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


def test_a_choice_of_home_is_kept_for_three_years(home, sundsvall):
    for day in (dt.date(2023, 11, 21), dt.date(2023, 11, 22)):
        choice = HomeChoice.objects.create(
            municipality=sundsvall, home=home, reason="avtal", statistics="nej", chosen_on=day
        )
        choice.alternatives.add(home)
    retention.apply(today=TODAY)
    assert [choice.chosen_on.day for choice in HomeChoice.objects.all()] == [22]


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


@pytest.mark.parametrize(("amount", "left"), [(60, 0), (61, 1), (None, 1)])
def test_the_rule_table_decides_how_long_a_child_is_kept(child, placement, amount, left):
    """No rule in force: nothing is erased."""
    end(placement, dt.date(2021, 11, 21))
    rules = Rule.objects.filter(code="R-GALL")
    rules.update(amount=amount) if amount else rules.delete()
    retention.apply(today=TODAY)
    assert Child.objects.count() == left


def test_a_child_is_erased_with_its_rating_and_leaves_one_line_without_its_code(child, placement, social_worker):
    end(placement, dt.date(2016, 1, 1))
    Rating.objects.create(
        municipality=child.municipality, placement=placement, home=placement.home, rated_by=social_worker
    )
    RatingTask.objects.create(municipality=child.municipality, placement=placement, asked_on=TODAY)
    number = child.pk
    retention.apply(today=TODAY)
    assert not Rating.objects.exists()
    assert not RatingTask.objects.exists()
    event = Event.objects.get(target="placements.child")
    assert (event.verb, event.actor_id, event.target_id) == ("deleted", 0, str(number))
    assert event.municipality_id == child.municipality_id
    assert child.local_code not in str(event.detail)


@pytest.mark.django_db
def test_rows_that_were_never_read_in_are_gone_after_a_year_and_the_receipt_stays(sundsvall):
    for days, state, fate in (
        (364, "confirmed", "refused"),
        (366, "confirmed", "refused"),
        (366, "confirmed", "new"),
        (366, "undone", "new"),
    ):
        delivery = Delivery.objects.create(kind="placeringar", delivered_on=TODAY, state=state)
        place = {"municipality": sundsvall, "child_code": "A"} if fate == "new" else {}
        DeliveryRow.objects.create(delivery=delivery, number=days, fate=fate, **place)
        Delivery.objects.filter(pk=delivery.pk).update(uploaded_at=timezone.now() - dt.timedelta(days=days))
    retention.apply()
    kept = DeliveryRow.objects.values_list("number", "delivery__state", "fate")
    assert set(kept) == {(364, "confirmed", "refused"), (366, "confirmed", "new")}
    assert Delivery.objects.count() == 4


@pytest.mark.parametrize(("days", "is_active"), [(179, True), (181, False)])
def test_closing_an_account_is_told_in_its_municipalitys_log(social_worker, sundsvall, days, is_active):
    User.objects.filter(pk=social_worker.pk).update(last_login=timezone.now() - dt.timedelta(days=days))
    retention.apply()
    social_worker.refresh_from_db()
    assert social_worker.is_active == is_active
    assert Event.objects.filter(verb="ended", municipality_id=sundsvall.pk).exists() == (not is_active)


def test_a_threshold_below_four_is_an_error_of_the_system_check(settings):
    settings.DISCLOSURE_THRESHOLD = 4
    assert checks.disclosure_threshold(None) == []
    settings.DISCLOSURE_THRESHOLD = 3
    assert [error.id for error in checks.disclosure_threshold(None)] == ["bou.E001"]


def test_the_clock_follows_the_plan_every_night(child, placement, time_machine):
    time_machine.move_to("2046-01-01T12:00:00+01:00", tick=False)
    clean_up()
    assert not Child.objects.exists()


def days_ago(days):
    return timezone.make_aware(dt.datetime.combine(TODAY - dt.timedelta(days=days), dt.time(12)))


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "left"), [(89, 1), (90, 0)])
@pytest.mark.parametrize("settled", ["sent_at", "refused_at"])
def test_a_mail_that_is_settled_is_gone_after_ninety_days(settled, days, left):
    Letter.objects.create(key="väntar", to="maja@sundsvall.example")
    Letter.objects.create(key="färdig", to="maja@sundsvall.example", **{settled: days_ago(days)})
    retention.apply(today=TODAY)
    assert Letter.objects.filter(key="färdig").count() == left
    assert Letter.objects.filter(key="väntar").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "confirmed", "left"), [(6, False, 1), (7, False, 0), (700, True, 1)])
def test_an_address_nobody_confirmed_is_gone_after_a_week(vasternorrland, days, confirmed, left):
    Subscriber.objects.create(region=vasternorrland, email="ny@example.org")
    Subscriber.objects.update(asked_at=days_ago(days), confirmed_at=days_ago(days) if confirmed else None)
    retention.apply(today=TODAY)
    assert Subscriber.objects.count() == left


@pytest.mark.django_db
@pytest.mark.parametrize(("ended", "left"), [(dt.date(2024, 11, 21), 0), (dt.date(2024, 11, 22), 1), (None, 1)])
def test_the_holder_of_a_post_is_forgotten_two_years_after_leaving(vasternorrland, ended, left):
    post = Post.objects.create(region=vasternorrland, title="BBIC-samordnare")
    Holder.objects.create(post=post, name="Ulla Bergdahl", started_on=dt.date(2020, 1, 1), ended_on=ended)
    retention.apply(today=TODAY)
    assert Holder.objects.count() == left
    assert Post.objects.exists()


@pytest.mark.django_db
def test_anybody_can_read_what_is_kept(client):
    html = client.get(reverse("retention_plan")).content.decode()
    for kept in retention.plan():
        assert kept.text in html
    assert "födelseår" in html
    assert "SoL (2025:400), 16 kap. 1 §" in html
