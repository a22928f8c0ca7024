"""The outbox against a real mail server on this machine: one that is down, slow, busy, forgetful or strict."""

import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from bou_portal.mailing import sending
from bou_portal.mailing.models import LAST_TRY, WAITS, Letter
from bou_portal.mailing.sending import send_waiting
from tests.placements.conftest import in_a_thread, real_file  # noqa: F401 - a fixture


class Conversation(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321. `server.answers` says what is answered instead of yes: {"RCPT bad@": "550 no"}."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.server.connections += 1
        if self.server.answers.get("banner") == "HANG":
            self.server.released.wait(5)
            return
        self.say("220 prov")
        to = ""
        for line in self.rfile:
            said = line.decode().strip()
            word = said.split(" ")[0].upper()
            to = said.partition("<")[2].partition(">")[0] if word == "RCPT" else to
            answer = next((text for start, text in self.server.answers.items() if said.startswith(start)), "250 ok")
            if answer == "HANG":
                self.server.released.wait(5)
                return
            if answer == "GONE":
                return
            self.say("221 bye" if word == "QUIT" else "354 go on" if (word, answer) == ("DATA", "250 ok") else answer)
            if word == "QUIT":
                return
            if (word, answer) == ("DATA", "250 ok"):
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                end = self.server.answers.get("TEXT", "250 taken")
                if end.startswith("250"):
                    self.server.taken.append((to, text.decode()))
                self.say(end)


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answers, self.taken, self.connections, self.released = {}, [], 0, threading.Event()

    @property
    def addresses(self):
        return [to for to, _ in self.taken]


@pytest.fixture
def server(settings):
    with MailServer() as mail_server:
        thread = threading.Thread(target=mail_server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.server_address
        settings.EMAIL_TIMEOUT = 2
        yield mail_server
        mail_server.released.set()
        mail_server.shutdown()
        thread.join()


def letters(number, first=0):
    return Letter.objects.bulk_create(
        Letter(key=f"prov:{n}", to=f"a{n}@kommun.example", subject="BoU-portalen: prov", body="Hej på dig")
        for n in range(first, first + number)
    )


def due_now():
    Letter.objects.unsent().update(due_at=timezone.now())


@pytest.mark.django_db
def test_one_refused_address_of_three_hundred_stops_nobody(server):
    letters(300)
    server.answers["rcpt TO:<a7@"] = "550 5.1.1 unknown"
    send_waiting()
    assert len(server.addresses) == len(set(server.addresses)) == 299
    assert Letter.objects.exclude(sent_at=None).count() == 299
    refused = Letter.objects.about("prov:").refused().get()
    assert (refused.to, refused.refusal) == (
        "a7@kommun.example",
        "Mottagarens mailserver tog inte emot adressen (550).",
    )
    assert server.connections == 2  # all over one, and a new one after the refusal
    send_waiting()
    assert len(server.addresses) == 299


@pytest.mark.django_db
def test_an_address_that_is_busy_is_tried_again_later_and_later(server):
    letters(1)
    server.answers["rcpt"] = "451 4.7.1 greylisted"
    for number, wait in enumerate([*WAITS, WAITS[-1]], start=1):
        due_now()
        before = timezone.now()
        send_waiting()
        letter = Letter.objects.get()
        assert (letter.tries, letter.refused_at, letter.lease_until) == (number, None, None)
        assert before + wait <= letter.due_at <= timezone.now() + wait
    server.answers.clear()
    send_waiting()
    assert server.taken == []  # not yet
    due_now()
    send_waiting()
    assert server.addresses == ["a0@kommun.example"]


@pytest.mark.django_db
def test_an_address_that_is_busy_for_days_is_given_up_and_seen(server):
    letters(2)
    server.answers["rcpt TO:<a0"] = "451 4.7.1 greylisted"
    Letter.objects.filter(to__startswith="a0").update(tries=LAST_TRY - 1)
    send_waiting()
    assert Letter.objects.refused().get().refusal == sending.GIVEN_UP
    assert server.addresses == ["a1@kommun.example"]
    assert sum(WAITS, timedelta()) + (LAST_TRY - 1 - len(WAITS)) * WAITS[-1] > timedelta(days=4)


@pytest.mark.django_db
def test_a_server_that_is_down_costs_no_letter_a_try(server, settings, caplog):
    letters(3)
    up = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    for _ in range(LAST_TRY + 2):
        send_waiting()
    assert "Mail cannot be sent now" in caplog.text
    assert list(Letter.objects.order_by().values_list("tries", "refused_at", "lease_until").distinct()) == [
        (0, None, None)
    ]
    settings.EMAIL_PORT = up
    send_waiting()
    assert len(server.addresses) == len(set(server.addresses)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["banner", "ehlo", "data"])
def test_a_server_that_hangs_holds_nobody_for_long(server, settings, when):
    settings.EMAIL_TIMEOUT = 0.1
    letters(5)
    server.answers[when] = server.answers["helo"] = "HANG"
    send_waiting()
    assert Letter.objects.unsent().count() == 5
    assert Letter.objects.filter(tries__gt=0).count() == (0 if when == "banner" else sending.IN_A_ROW)
    server.answers.clear()
    server.released.set()
    due_now()
    send_waiting()
    assert len(server.addresses) == len(set(server.addresses)) == 5


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "refused"), [("554 looks like spam", 1), ("452 disk full", 0)])
def test_a_mail_whose_text_is_not_taken_is_refused_for_good_or_waits(server, text, refused):
    letters(1)
    server.answers["TEXT"] = text
    send_waiting()
    assert Letter.objects.refused().count() == refused
    assert Letter.objects.unsent().count() == 1 - refused


@pytest.mark.django_db
def test_a_sender_that_is_refused_is_our_mistake_and_costs_no_letter_its_life(server):
    letters(5)
    server.answers["mail"] = "550 not from you"
    send_waiting()
    assert (Letter.objects.refused().count(), Letter.objects.filter(tries=1).count()) == (0, sending.IN_A_ROW)


@pytest.mark.django_db
def test_a_connection_that_is_lost_in_between_is_opened_again(server):
    letters(3)
    server.answers["rcpt TO:<a1"] = "GONE"
    send_waiting()
    assert server.addresses == ["a0@kommun.example", "a2@kommun.example"]
    server.answers.clear()
    due_now()
    send_waiting()
    assert server.addresses == ["a0@kommun.example", "a2@kommun.example", "a1@kommun.example"]


def send_at_once():
    letters(20)
    start = Barrier(4)

    def work(_):
        try:
            start.wait()
            send_waiting()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))


def test_four_workers_at_once_send_every_letter_once(real_file, server):  # noqa: F811
    in_a_thread(send_at_once)
    assert sorted(server.addresses) == sorted({f"a{n}@kommun.example" for n in range(20)})
    in_a_thread(assert_all_sent)


def assert_all_sent():
    assert not Letter.objects.filter(sent_at=None).exists()
    assert list(Letter.objects.order_by().values_list("tries", flat=True).distinct()) == [1]
