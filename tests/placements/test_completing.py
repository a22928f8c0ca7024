"""A delivered row gets in the portal what its case system does not hand over, and keeps it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from placements.imports.delivering import import_delivery, undo
from placements.models import Delivery, FollowUp, HealthExam

EXAMS = "kommunkod;barn;typ;begard;erbjuden;genomford\n2281;SVL-7K3Q;läkare;2026-09-01;2026-09-10;{}\n"


@pytest.fixture
def exam(placement):
    import_delivery("halsa.csv", EXAMS.format("2026-09-20").encode(), kind=Delivery.Kind.HEALTH)
    return HealthExam.objects.get()


def address(row, slug):
    return reverse("row_change", args=[row.child.uid, slug, row.uid])


def sent(client, row, slug, **values):
    """The form as its page gave it, with some fields filled in."""
    form = client.get(address(row, slug)).context["form"]
    filled = {name: form[name].value() for name, field in form.fields.items() if not field.disabled}
    data = {name: value for name, value in (filled | values).items() if value is not None}
    return client.post(address(row, slug), data)


def test_a_social_worker_writes_the_result_of_a_delivered_examination(sign_in, social_worker, exam):
    page = sent(sign_in(social_worker), exam, "undersokning", result_on="2026-10-01", actions_needed="false")
    assert page.status_code == 302
    exam.refresh_from_db()
    assert (exam.result_on, exam.actions_needed, exam.changed_by) == (date(2026, 10, 1), False, social_worker)
    assert exam.entered_at is None


def test_what_was_delivered_does_not_move(sign_in, social_worker, exam):
    sent(sign_in(social_worker), exam, "undersokning", result_on="2026-10-01", done_on="2026-09-02", kind="tand")
    exam.refresh_from_db()
    assert (exam.done_on, exam.kind, exam.result_on) == (date(2026, 9, 20), "läkare", date(2026, 10, 1))


def test_a_result_before_the_delivered_day_is_refused(sign_in, social_worker, exam):
    page = sent(sign_in(social_worker), exam, "undersokning", result_on="2026-09-02")
    assert "Svaret kommer inte före undersökningen" in page.content.decode()


def test_a_complete_row_is_closed(sign_in, social_worker, exam):
    HealthExam.objects.update(result_on=date(2026, 10, 1), actions_needed=False)
    assert sign_in(social_worker).get(address(exam, "undersokning")).status_code == 404


def test_the_next_delivery_and_a_taken_back_one_leave_what_was_written(sign_in, social_worker, exam):
    sent(sign_in(social_worker), exam, "undersokning", result_on="2026-10-01", actions_needed="false")
    again = EXAMS.format("2026-09-21").encode()
    import_delivery("halsa.csv", again, kind=Delivery.Kind.HEALTH, delivered=date(2026, 11, 1))
    exam.refresh_from_db()
    assert (exam.done_on, exam.result_on) == (date(2026, 9, 21), date(2026, 10, 1))
    for delivery in Delivery.objects.order_by("-confirmed_at"):
        undo(delivery, social_worker)
    assert HealthExam.objects.get().result_on == date(2026, 10, 1)


def test_only_a_recent_delivered_follow_up_is_completed(sign_in, social_worker, placement):
    client, today = sign_in(social_worker), timezone.localdate()
    rows = [
        FollowUp.objects.create(municipality=placement.municipality, child=placement.child, done_on=today - age)
        for age in (timedelta(days=20), timedelta(days=200))
    ]
    assert [client.get(address(row, "uppfoljning")).status_code for row in rows] == [200, 404]
    assert sent(client, rows[0], "uppfoljning", rights_info_given="true").status_code == 302
    rows[0].refresh_from_db()
    assert rows[0].rights_info_given is True


def test_a_neighbour_completes_nothing(sign_in, neighbour, exam):
    assert sign_in(neighbour).post(address(exam, "undersokning"), {"result_on": "2026-10-01"}).status_code == 404
