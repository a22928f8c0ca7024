"""Asking Kolada, against a real server on this machine that replays what was recorded."""

import pytest

from municipalities.kolada import client
from municipalities.kolada.client import IDS_AT_ONCE, Kolada, KoladaError
from tests.municipalities.kolada_server import page, recorded, serving


@pytest.fixture
def server():
    with serving() as made:
        yield made


@pytest.fixture
def waits():
    return []


@pytest.fixture
def kolada(server, waits, monkeypatch):
    monkeypatch.setattr(client, "BETWEEN", 0)
    return Kolada(server.url, sleep=waits.append)


def everything(pages):
    return [row for rows in pages for row in rows]


def test_pages_follow_each_other_until_there_is_no_next(server, kolada):
    first, second = recorded("paging_page1.json"), recorded("paging_page2.json")
    # the recorded address is Kolada's own; a test's Kolada names itself
    first["next_url"] = first["next_url"].replace("https://api.kolada.se/v3", server.url)
    server.answers = [(200, first), (200, second)]
    rows = everything(kolada.values(["N00945"], ["0180", "1280", "1480"]))
    assert len(rows) == 9
    assert rows == recorded("data_N00945_3_municipalities_2018-2020.json")["values"]
    assert server.asked[0] == "/v3/data/kpi/N00945/municipality/0180,1280,1480?per_page=5000"
    assert "page=2" in server.asked[1]


def test_what_has_changed_since_a_day_is_asked_for(server, kolada):
    from datetime import date

    server.answers = [(200, page([]))]
    everything(kolada.values(["N00945"], ["0180"], date(2026, 11, 1)))
    assert server.asked == ["/v3/data/kpi/N00945/municipality/0180?from_date=2026-11-01&per_page=5000"]


def test_a_busy_kolada_is_asked_again_after_two_four_and_eight_seconds(server, kolada, waits):
    server.answers = [(429, b""), (503, b""), (500, b""), (200, page([]))]
    assert everything(kolada.kpis(["N33816"])) == []
    assert waits == [2, 4, 8]


@pytest.mark.parametrize(
    ("status", "says", "asked"),
    [(429, "429", 4), (503, "503", 4), (410, "stängt den adress", 1), (404, "404", 1), (400, "400", 1)],
)
def test_what_does_not_pass_is_said_in_swedish(server, kolada, status, says, asked):
    server.answers = [(status, b"{}")]
    with pytest.raises(KoladaError, match=says):
        everything(kolada.kpis(["N33816"]))
    assert len(server.asked) == asked


def test_a_kolada_that_says_nothing_is_given_up(server, kolada, monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 0.05)
    server.answers = [(200, None)]
    with pytest.raises(KoladaError, match="gick inte att nå"):
        everything(kolada.kpis(["N33816"]))


def test_nobody_there_is_said(monkeypatch):
    monkeypatch.setattr(client, "BETWEEN", 0)
    with serving() as gone:
        url = gone.url
    with pytest.raises(KoladaError, match="gick inte att nå"):
        everything(Kolada(url, sleep=lambda seconds: None).kpis(["N33816"]))


@pytest.mark.parametrize(
    "address",
    [
        "https://ond.example/v3/kpi?page=2",
        "http://127.0.0.1.ond.example/v3/kpi?page=2",
        "http://127.0.0.1:1/v3/kpi?page=2",
        "{host}/annat/kpi?page=2",
        "http://[fel/v3/kpi",
        17,
    ],
)
def test_a_next_page_elsewhere_is_refused(server, kolada, address):
    address = address.format(host=server.url.removesuffix("/v3")) if isinstance(address, str) else address
    server.answers = [(200, page([], next_url=address))]
    with pytest.raises(KoladaError):
        everything(kolada.kpis(["N33816"]))
    assert len(server.asked) == 1


def test_the_next_page_is_asked_for_over_the_configured_scheme():
    """Behind a proxy Kolada may name itself with http."""
    kolada = Kolada("https://api.kolada.se/v3")
    assert kolada._at_home("http://api.kolada.se/v3/kpi?page=2") == "https://api.kolada.se/v3/kpi?page=2"
    assert kolada._at_home(None) is None


def test_a_redirect_is_not_followed(server, kolada):
    server.answers = [(302, b"", ("Location", f"{server.url}/kpi/annat"))]
    with pytest.raises(KoladaError, match="302"):
        everything(kolada.kpis(["N33816"]))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"[]", b'{"values": 3}', b'{"values": [NaN]}', b"[" * 100_000, b"\xff\xfe"]
)
def test_an_answer_that_is_no_page_is_said(server, kolada, body):
    server.answers = [(200, body)]
    with pytest.raises(KoladaError, match="gick inte att läsa"):
        everything(kolada.kpis(["N33816"]))


def test_an_answer_without_end_is_cut_off(server, kolada, monkeypatch):
    monkeypatch.setattr(client, "MOST_BYTES", 100)
    server.answers = [(200, b"x" * 200)]
    with pytest.raises(KoladaError, match="orimligt mycket"):
        everything(kolada.kpis(["N33816"]))


def test_pages_in_a_ring_are_left(server, kolada):
    server.answers = [(200, page([], next_url=f"{server.url}/kpi/N33816?per_page=5000"))]
    with pytest.raises(KoladaError, match="ring"):
        everything(kolada.kpis(["N33816"]))


def test_at_most_five_calls_a_second(server, waits):
    server.answers = [(200, page([]))]
    kolada = Kolada(server.url, sleep=waits.append)
    for _ in range(3):
        everything(kolada.kpis(["N33816"]))
    assert len(waits) == 2
    assert all(0 < wait <= 0.2 for wait in waits)


def test_no_more_than_twenty_five_ids_at_a_time(kolada):
    with pytest.raises(ValueError, match="25"):
        kolada.kpis([f"N{n:05}" for n in range(IDS_AT_ONCE + 1)])


def test_only_an_encrypted_address_is_asked():
    with pytest.raises(KoladaError, match="https"):
        Kolada("http://api.kolada.se/v3")
