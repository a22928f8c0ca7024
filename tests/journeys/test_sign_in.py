"""Signing in: with a code from an app where that is required, by keyboard alone, and when the time runs out."""

import hmac
import time
from base64 import b32decode

from tests import town
from tests.journeys.conftest import answering, free_port, running

PROCURER = town.PEOPLE["procurer"]


def code_of(secret):
    """What an authenticator app shows now (RFC 6238)."""
    digest = hmac.digest(b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_second_factor_is_set_up_and_then_asked_for(visit, portal, settings_of_portal, tmp_path):
    port = free_port()
    command = ["-m", "gunicorn", "bou_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    required = {"SECOND_FACTOR_REQUIRED": "on", "DEMO": "on", "DEBUG": "off"}
    with running(command, settings_of_portal | required, tmp_path / "log"):
        petra = visit(address=answering(f"http://127.0.0.1:{port}", tmp_path / "log"))
        petra.goes("/finns-inte/")
        petra.signs_in(PROCURER, town.PASSWORD)
        assert petra.heading == "Lägg till en autentiseringsapp"
        petra.goes("/hvb/")
        assert petra.heading == "Lägg till en autentiseringsapp"  # nothing else is reached by the password alone
        petra.page.get_by_role("textbox").last.fill("000000")
        petra.presses("Lägg till appen")
        assert petra.page.get_by_role("alert").count() == 1
        petra.page.get_by_role("textbox").last.fill(code_of(petra.page.inner_text("code")))
        petra.presses("Lägg till appen")
        petra.goes("/konto/tvafaktor/reservkoder/")
        spare = petra.page.locator("main li code, main li, main pre").first.inner_text().split()[0]
        petra.signs_out()

        petra.signs_in(PROCURER, town.PASSWORD)
        assert "kod" in petra.heading.lower()
        petra.page.get_by_role("textbox").last.fill(spare)
        with petra.page.expect_navigation():
            petra.page.keyboard.press("Enter")
        petra.looks()
        assert "Petra" in petra.heading


def test_a_reader_without_a_mouse_signs_in_and_opens_a_task(visit):
    maja = visit()
    person = town.PEOPLE["social_worker"]
    maja.goes("/")
    maja.goes_by_keyboard(to="[name=login]")
    maja.page.keyboard.type(person.email)
    maja.goes_by_keyboard(to="[name=password]")
    maja.page.keyboard.type(town.PASSWORD)
    with maja.page.expect_navigation():
        maja.page.keyboard.press("Enter")
    assert "Maja" in maja.heading
    maja.page.keyboard.press("Tab")
    maja.page.keyboard.press("Enter")  # "Till innehållet"
    maja.goes_by_keyboard(to="main .task a")
    with maja.page.expect_navigation():
        maja.page.keyboard.press("Enter")
    maja.looks()
    assert "Maja" not in maja.heading


def test_a_reader_is_warned_before_her_time_is_out(visit):
    eva = visit("head_of_ifo")
    eva.page.clock.install()
    eva.goes("/medarbetare/")
    warning = eva.page.get_by_role("alertdialog")
    assert warning.is_hidden()
    eva.page.clock.fast_forward("25:01")
    assert warning.is_visible()
    eva.checks_once_more("with the warning open")
    eva.page.keyboard.press("Enter")  # the button has the focus
    warning.wait_for(state="hidden")
