"""Looking changes nothing: GET writes the session and the log, and no other table."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bou_portal.accounts.models import Invitation

WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
MAY_BE_WRITTEN = {"django_session", "audit_event"}


@pytest.fixture
def invitation(sundsvall):
    return Invitation.objects.create(
        email="sara@sundsvall.example",
        name="Sara",
        role="social_worker",
        municipality=sundsvall,
        token_hash=Invitation.hash_of("en-lank"),
    )


def written(client, path):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path)
    assert response.status_code in {200, 302, 410}, path
    return {match[1] for query in asked if (match := WRITES.match(query["sql"]))} - MAY_BE_WRITTEN


def test_the_open_pages_write_nothing(client, invitation):
    for path in ("/konto/logga-in/", "/konto/losenord/glomt/", "/konto/skaffa/", "/inbjudan/en-lank/", "/inbjudan/x/"):
        assert written(client, path) == set(), path


def test_a_heads_pages_write_nothing(sign_in, head_of_ifo, social_worker, invitation):
    client = sign_in(head_of_ifo)
    member = f"/medarbetare/{social_worker.memberships.get().uid}/"
    for path in (
        "/konto/",
        "/konto/losenord/",
        "/konto/logga-ut/",
        "/konto/tvafaktor/",
        "/konto/tvafaktor/app/",
        "/medarbetare/",
        "/medarbetare/bjud-in/",
        "/medarbetare/enheter/2281/",
        f"/medarbetare/inbjudan/{invitation.uid}/aterta/",
        member,
        member + "lamna-over/",
        member + "avsluta/",
        member + "nollstall/",
        "/logg/",
        "/logg/kopia/",
    ):
        assert written(client, path) == set(), path
