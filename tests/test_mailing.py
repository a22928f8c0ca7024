"""A mail that must be sent is a row: asked for once, never lost, and one bad address stops nobody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.mailing import sending
from bou_portal.mailing.models import LAST_TRY, LEASE, Letter
from bou_portal.mailing.post import draft, post, post_all, wake_the_sender
from bou_portal.mailing.sending import send_waiting
from bou_portal.mailing.tasks import sweep_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(tmp_path, settings):
    """A template of a mail as the portal's own are."""
    (tmp_path / "prov.txt").write_text("{% autoescape off %}Hej & välkommen!\n{{ base_url }}/x/{% endautoescape %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "prov.txt"


def ask(template, key="prov:1", to="karin@sundsvall.example", subject="Ny kunskap", **options):
    return post(key, to, subject, template, {}, **options)


def test_a_mail_that_is_asked_for_twice_is_sent_once(template):
    first, second = ask(template), ask(template, subject="Något annat")
    assert first == second
    send_waiting()
    send_waiting()
    [sent] = mail.outbox
    assert (sent.subject, sent.body) == (
        "BoU-portalen: Ny kunskap",
        "Hej & välkommen!\nhttp://localhost:8000/x/",
    )
    letter = Letter.objects.get()
    assert letter.sent_at
    assert (letter.lease_until, letter.body) == (None, "")


def regretted(template):
    """A mail is asked for, and then everything is rolled back."""
    with transaction.atomic():
        ask(template)
        raise RuntimeError


def test_a_mail_of_what_was_rolled_back_is_not_sent(template, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as woken:
        with pytest.raises(RuntimeError):
            regretted(template)
        assert not Letter.objects.exists()
    assert (woken, mail.outbox) == ([], [])


def test_the_sender_is_woken_once_for_a_transaction(template, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as woken:
        for number in range(30):
            ask(template, key=f"prov:{number}", to=f"a{number}@sundsvall.example")
    assert (len(woken), len(mail.outbox)) == (1, 30)


def test_the_sender_is_woken_when_what_was_first_asked_for_was_rolled_back(
    template, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError):
            regretted(template)
        ask(template, key="prov:2")
    assert len(mail.outbox) == 1


def test_three_hundred_letters_are_asked_for_in_a_few_statements(template, django_assert_max_num_queries):
    letters = [draft(f"prov:{n}", f"a{n}@sundsvall.example", "Ny kunskap", template, {}) for n in range(300)]
    with django_assert_max_num_queries(8):
        post_all(letters)
    post_all([draft("prov:7", "a7@sundsvall.example", "Ny kunskap", template, {})])
    assert Letter.objects.count() == 300


def test_a_broker_that_is_down_loses_nothing_and_fails_no_page(
    template, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def down(*args, **kwargs):
        raise sweep_letters.OperationalError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(sweep_letters, "apply_async", down)
        with django_capture_on_commit_callbacks(execute=True):
            ask(template)
    assert "wake_the_sender" in caplog.text
    assert Letter.objects.due().count() == 1
    sweep_letters()
    assert len(mail.outbox) == 1


def test_a_letter_is_not_sent_before_its_time(template):
    letter = ask(template, due_at=timezone.now() + timedelta(days=1))
    send_waiting()
    assert mail.outbox == []
    Letter.objects.filter(pk=letter.pk).update(due_at=timezone.now())
    send_waiting()
    assert len(mail.outbox) == 1


def test_a_letter_another_worker_has_is_left_to_it_until_its_lease_is_over(template):
    letter = ask(template)
    assert Letter.objects.claim(letter.pk)
    assert Letter.objects.claim(letter.pk) is None
    send_waiting()
    assert mail.outbox == []
    Letter.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    send_waiting()
    assert (len(mail.outbox), Letter.objects.get().tries) == (1, 2)


def test_a_lease_is_longer_than_a_task_may_run(settings):
    assert LEASE.total_seconds() > settings.CELERY_TASK_TIME_LIMIT > sending.RUN


def test_a_worker_that_dies_between_sending_and_stamping_doubles_one_mail_with_the_same_id(template, monkeypatch):
    """What nobody can prevent: the server has the mail, the row does not know. The id lets a receiver fold the two."""
    ask(template)
    ask(template, key="prov:2", to="eva@sundsvall.example")
    with monkeypatch.context() as dying:
        dying.setattr(Letter, "stamp", lambda letter: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_waiting()
    Letter.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    send_waiting()
    assert sorted(sent.to[0] for sent in mail.outbox) == [
        "eva@sundsvall.example",
        "karin@sundsvall.example",
        "karin@sundsvall.example",
    ]
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox if sent.to[0].startswith("karin"))
    other = next(sent.message()["Message-ID"] for sent in mail.outbox if sent.to[0].startswith("eva"))
    assert first == second != other
    assert first.endswith("@bou-portalen.example>")
    assert "prov" not in first


def test_a_letter_that_kills_its_worker_every_time_is_given_up(template):
    ask(template)
    Letter.objects.update(tries=LAST_TRY)
    send_waiting()
    assert mail.outbox == []
    assert Letter.objects.refused().get().refusal == sending.GIVEN_UP


@pytest.mark.parametrize("subject", ["Ny\r\nBcc: alla@sundsvall.example", "Ny\nkunskap\x00\x0b", "Ny\u2028kunskap\x85"])
def test_a_subject_carries_no_header_of_its_own(template, subject):
    ask(template, subject=subject)
    send_waiting()
    [sent] = mail.outbox
    assert sent.subject.isprintable()
    assert sent.message()["Bcc"] is None


@pytest.mark.parametrize("to", ["", "karin@sundsvall.example\r\nBcc: alla@sundsvall.example"])
def test_an_address_that_nobody_can_write_to_is_refused_and_the_next_letter_sent(template, to):
    ask(template, key="prov:1", to=to)
    ask(template, key="prov:2")
    send_waiting()
    assert [sent.to for sent in mail.outbox] == [["karin@sundsvall.example"]]
    assert [letter.refusal for letter in Letter.objects.about("prov:").refused()] == [sending.NOT_WRITABLE]


def test_a_letter_says_whom_to_answer_and_how_to_end_the_subscription(template):
    ask(template, reply_to="lena@region.example", unsubscribe_url="https://portalen.example/av/1/")
    ask(template, key="prov:2")
    send_waiting()
    own, plain = (sent.message() for sent in mail.outbox)
    assert (own["Reply-To"], own["List-Unsubscribe"]) == ("lena@region.example", "<https://portalen.example/av/1/>")
    assert own["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (own["Auto-Submitted"], plain["Auto-Submitted"]) == (None, "auto-generated")


def test_the_letters_of_one_matter_are_found_by_its_key(template):
    for key in ("kunskap:ab:1", "kunskap:ab:2", "kunskap:abc:1", "kunskap_ab:1"):
        ask(template, key=key)
    assert Letter.objects.about("kunskap:ab:").count() == 2


def test_the_database_refuses_a_letter_that_is_both_sent_and_refused(template):
    ask(template)
    with pytest.raises(IntegrityError):
        Letter.objects.update(sent_at=timezone.now(), refused_at=timezone.now())


def test_waking_asks_for_the_task_that_the_clock_asks_for(monkeypatch):
    called = []
    monkeypatch.setattr(sweep_letters, "delay", lambda: called.append(1))
    wake_the_sender()
    assert called == [1]
