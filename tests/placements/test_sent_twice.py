"""What is sent twice, as by a double click, is saved once; what was changed in between is saved beside it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from municipalities.models import Municipality
from placements.models import AnalysisCause, CentreMessage, CentreThread, EventAnalysis, HomeNeed, Sip
from tests.conftest import make_user
from tests.placements.conftest import in_a_thread

TIMES = 6


def sip():
    month = timezone.localdate().replace(day=1)
    return {
        "month_on": str(month),
        "age_band": "13-17",
        "initiative": "school",
        "child_present": "ja",
        "follow_up_set": "nej",
    }


def need():
    return {"age_band": "7-12", "special": "none", "wanted_on": str(timezone.localdate() + timedelta(days=20))}


def thread():
    return {"subject": "Jourhem i sommar", "text": "Finns det jourhem i juli?"}


CASES = {
    "SIP": (Sip, "sip_new", sip, {"age_band": "0-6"}),
    "need": (HomeNeed, "need_new", need, {"age_band": "0-6"}),
    "question": (CentreThread, "thread_new", thread, {"text": "Finns det jourhem i augusti?"}),
    "analysis": (EventAnalysis, "analysis_new", lambda: {"kind": "event", "title": "Flytt"}, {"title": "Byte"}),
}


def token_of(client, address):
    return str(client.get(address).context["form"]["token"].value())


@pytest.mark.parametrize(("model", "view", "data", "change"), CASES.values(), ids=CASES)
def test_a_double_click_saves_once_and_another_text_is_another_row(sign_in, unit_manager, model, view, data, change):
    client, address = sign_in(unit_manager), reverse(view)
    sent = data() | {"leader": unit_manager.pk, "token": token_of(client, address)}
    answers = [client.post(address, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert model.objects.count() == 1
    assert Event.objects.filter(verb=Verb.CREATED, target=model._meta.label_lower).count() == 1
    client.post(address, sent | change)  # went back, wrote something else
    assert model.objects.count() == 2
    client.post(address, sent | {"token": token_of(client, address)})  # the same once more, from an empty form
    assert model.objects.count() == 3


def test_the_log_says_which_fields_were_written_and_nothing_of_the_address_chosen(sign_in, unit_manager):
    client, address = sign_in(unit_manager), reverse("sip_new")
    client.post(address, sip() | {"token": token_of(client, address)})
    assert "token" not in Event.objects.get(verb=Verb.CREATED, target="placements.sip").detail["fields"]


@pytest.mark.parametrize("token", ["", "hittepå", "00000000-0000-0000-0000-000000000000"])
def test_a_form_without_an_address_of_its_own_is_saved_too_or_says_why(sign_in, unit_manager, token):
    answer = sign_in(unit_manager).post(reverse("sip_new"), sip() | {"token": token})
    assert (answer.status_code, Sip.objects.count()) in {(302, 1), (200, 0)}
    assert token == "hittepå" or Sip.objects.exists()


def test_an_address_that_another_municipality_has_taken_gives_a_row_of_ones_own(
    sign_in, unit_manager, neighbouring_manager
):
    client, address = sign_in(neighbouring_manager), reverse("sip_new")
    sent = sip() | {"token": token_of(client, address)}
    client.post(address, sent)
    sign_in(unit_manager).post(address, sent)
    assert sorted(Sip.objects.values_list("municipality__code", flat=True)) == ["2281", "2480"]


def test_a_cause_and_an_answer_are_saved_once(sign_in, unit_manager):
    client = sign_in(unit_manager)
    client.post(reverse("analysis_new"), {"kind": "event", "title": "Flytt", "leader": unit_manager.pk})
    address = reverse("analysis_row_new", args=[EventAnalysis.objects.get().uid, "orsak"])
    cause = {"category": "routines", "text": "Ingen ringde.", "token": token_of(client, address)}
    client.post(reverse("thread_new"), thread())
    question = reverse("thread_detail", args=[CentreThread.objects.get().uid])
    for _ in range(2):
        client.post(address, cause)
        client.post(question, {"text": "Ja, två."})
    assert AnalysisCause.objects.count() == 1
    assert CentreMessage.objects.filter(text="Ja, två.").count() == 1


def send_at_once():
    sundsvall = Municipality.objects.get(code="2281")
    manager = make_user("karin@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall)
    clients, start = [Client() for _ in range(TIMES)], Barrier(TIMES)
    for client in clients:
        client.force_login(manager)
    sent = sip() | {"token": token_of(clients[0], reverse("sip_new"))}

    def send(client):
        try:
            start.wait()
            return client.post(reverse("sip_new"), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        assert list(pool.map(send, clients)) == [302] * TIMES
    assert Sip.objects.count() == 1


@pytest.mark.usefixtures("real_file")
def test_six_sendings_at_the_same_moment_save_one_row():
    in_a_thread(send_at_once)
