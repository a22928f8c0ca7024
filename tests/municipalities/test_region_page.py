"""A region's page: public facts, open to everybody who is signed in."""

import pytest


@pytest.mark.parametrize("who", ["social_worker", "development_leader", "regional_reader", "data_steward"])
def test_everybody_signed_in_reads_a_region(db, sign_in, request, who):
    shown = sign_in(request.getfixturevalue(who)).get("/region/22/")
    assert shown.status_code == 200
    assert "7 kommuner" in shown.content.decode()


def test_stranger_signs_in_first(client, vasternorrland):
    assert client.get("/region/22/").status_code == 302


def test_region_shows_population_with_its_year_group_and_map(sign_in, regional_reader):
    shown = sign_in(regional_reader).get("/region/22/").content.decode()
    assert "98\u00a0962" in shown  # Sundsvall, 31 December 2025
    assert "2025" in shown
    assert "B3 Större stad" in shown
    assert shown.count("<svg") >= 2  # the mark and the map
    assert 'href="#k2281"' in shown
    assert 'id="k2281"' in shown


def test_region_sorts_in_swedish(sign_in, regional_reader):
    shown = sign_in(regional_reader).get("/region/22/").content.decode().split("<tbody>")[1]
    names = ["Härnösands", "Kramfors", "Sollefteå", "Sundsvalls", "Timrå", "Ånge", "Örnsköldsviks"]
    assert sorted(names, key=shown.index) == names


def test_region_says_its_own_health_target(sign_in, social_worker):
    shown = sign_in(social_worker).get("/region/12/").content.decode()
    assert "Inom 28 dagar från begäran" in shown


def test_region_that_does_not_exist(sign_in, regional_reader):
    assert sign_in(regional_reader).get("/region/99/").status_code == 404
