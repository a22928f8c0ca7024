"""The pages that are open to everybody, and the error pages, which ask no database."""

import datetime as dt
import re

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from bou_portal import views
from bou_portal.access import Permission, Role
from bou_portal.figures import DEFINITIONS

OPEN = ("about", "accessibility", "access_table", "retention_plan", "definitions", "rules")


def page(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_anybody_can_read(client, name):
    html = page(client, name)
    assert html.count("<h1") == 1
    assert '<html lang="sv">' in html
    assert '<a class="skip" href="#innehall">' in html
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! src=)", html)
    for target in ("/tillganglighet/", "/behorigheter/", "/gallringsplan/", "/om/#kontakt"):
        assert f'href="{target}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_open_pages_can_only_be_read(client, name):
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.django_db
def test_the_statement_says_all_that_the_law_asks_for(client):
    html = page(client, "accessibility")
    for said in (
        "BoU-portalen", "förenlig", "Vad fungerar inte", "Senaste bedömning", "uppdaterad", "Så har vi prövat",
        "https://www.digg.se/tdosanmalan", "mailto:", "12 §", "9 §",
    ):  # fmt: skip
        assert said in html


def test_the_accessibility_assessment_is_younger_than_twelve_months():
    statement = views.settled("accessibility.toml")
    assert timezone.localdate() - statement["assessed_on"] <= dt.timedelta(days=365)
    assert statement["assessed_on"] <= statement["updated_on"] <= timezone.localdate()
    assert statement["compliance"] in ("helt förenlig", "delvis förenlig", "inte förenlig")
    assert all(shortcoming["what"] and shortcoming["reason"] for shortcoming in statement["shortcomings"])


@pytest.mark.django_db
def test_who_may_see_what_is_the_table_in_code(client):
    html = page(client, "access_table")
    assert all(role.label in html for role in Role)
    assert all(permission.value in html for permission in Permission)


@pytest.mark.django_db
def test_every_figure_is_defined_on_a_page(client):
    html = page(client, "definitions")
    assert 'id="placed_on"' in html
    assert all(f'id="{code}"' in html for code in DEFINITIONS)


@pytest.mark.django_db
def test_the_gallery_exists_in_development_only(client, settings):
    settings.DEBUG = False
    assert client.get("/galleri/").status_code == 404
    settings.DEBUG = True
    assert client.get("/galleri/").status_code == 200


@pytest.mark.django_db
def test_an_address_that_does_not_exist_answers_in_swedish(client, social_worker):
    client.force_login(social_worker)
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (lambda request: views.bad_request(request, None), 400, "gick inte att läsa"),
        (lambda request: views.forbidden(request, None), 403, "inte behörighet"),
        (lambda request: views.csrf_failure(request), 403, "inte behörighet"),
        (lambda request: views.not_found(request, None), 404, "finns inte"),
        (lambda request: views.server_error(request), 500, "gick fel"),
    ],
)
def test_error_pages_need_no_database(answer, code, said):
    response = answer(RequestFactory().get("/"))
    assert response.status_code == code
    assert said in response.content.decode()


def test_a_silent_database_asks_the_reader_to_wait():
    try:
        raise OperationalError
    except OperationalError:
        response = views.server_error(RequestFactory().get("/"))
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "svarar inte just nu" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/region/%00/", "/siffror/region/%00/", "/siffror/region/%00/2026-K3.csv", "/medarbetare/enheter/%00/"]
)
def test_an_address_that_no_database_takes_does_not_exist(sign_in, head_of_ifo, address):
    assert sign_in(head_of_ifo).get(address).status_code == 404
