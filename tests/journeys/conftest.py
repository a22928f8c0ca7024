"""The real portal for the journeys: web server, worker and clock on a database of their own, and a real Chromium."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests import town
from tests.chromium import HOW_TO_GET_IT, find_chromium
from tests.journeys.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            # Two browsers at two portals: one tours every page, the other goes on the journeys.
            item.add_marker(pytest.mark.xdist_group("tours" if item.path.stem == "test_every_page" else "journeys"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def settings_of_portal(tmp_path_factory):
    """SQLite in a file and the file-system broker: what a new user gets."""
    folder = tmp_path_factory.mktemp("portal")
    url = f"sqlite:///{folder}/bou.sqlite3"
    return os.environ | {"BOU_VAR": str(folder), "DATABASE_URL": url, "DEBUG": "on", "DEMO": "off"}


@pytest.fixture(scope="session")
def portal(settings_of_portal, tmp_path_factory):
    """The address of the portal, started as `make start` does it, with a small town in it."""
    for command in (["manage.py", "setup"], ["-m", "tests.journeys.world"]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=settings_of_portal, check=True)
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "portal.log"
    with running(["manage.py", "start", "--port", str(port)], settings_of_portal, log):
        yield answering(f"http://127.0.0.1:{port}", log)


@contextmanager
def running(command, environment, log):
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            process.kill()
            process.wait()


def answering(address, log):
    """The address, once something answers there."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{address}/halsa/", timeout=5):
            return address
        time.sleep(0.2)
    raise AssertionError(f"The portal never answered:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def chromium():
    path = find_chromium()
    assert path, f"Ingen Chromium hittades. {HOW_TO_GET_IT}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def checked():
    """The pages that were checked already, in any journey."""
    return set()


@pytest.fixture
def visit(chromium, portal, checked):
    """`visit("unit_manager")` is that persona at her browser, signed in; without a name nobody is."""
    visitors = []

    def come(who=None, *, address=portal, **options):
        visitor = Visitor(chromium, address, checked, **options)
        visitors.append(visitor)
        if who:
            visitor.signs_in(town.PEOPLE[who], town.PASSWORD)
        return visitor

    yield come
    assert [problem for visitor in visitors for problem in visitor.leaves()] == []
