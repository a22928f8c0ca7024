"""Real workers on the file-system broker: one is killed in the middle of a build, and the report is built once."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes
PATIENCE = 120  # seconds, for a machine that does much else

# Long enough to be met in the middle: sixty tables take WeasyPrint some seconds.
QUEUE = """
    from bou_portal.reports.blocks import line, table
    from bou_portal.reports.models import Report
    from municipalities.models import Municipality, Region, Release
    from tests.reports.conftest import CONTENT
    tables = [table(f"Tabell {n}", ["Mått", "Antal"], [line(f"Rad {m}", m) for m in range(15)]) for n in range(60)]
    content = CONTENT | {"chapters": [{"id": "langt", "title": "Långt", "blocks": tables}]}
    region = Region.objects.get(code="22")
    release = Release.objects.create(region=region, quarter="2026-K3", cells={}, sha256="0" * 64, code_version="test")
    Report.objects.create(
        release=release, region=region, quarter="2026-K3", issue="region", content=content, sha256="ab" * 32
    )
"""


class Portal:
    """An installation of its own in a folder, with as many workers as are started."""

    def __init__(self, folder):
        self.database = folder / "bou.sqlite3"
        own = {"BOU_VAR": str(folder), "DATABASE_URL": f"sqlite:///{self.database}", "DEMO": "off", "DEBUG": "on"}
        self.environment = os.environ | own | {"CELERY_BROKER_URL": "filesystem://localhost"}
        self.workers = []

    def manage(self, *command):
        done = [sys.executable, "manage.py", *command]
        subprocess.run(done, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def run(self, code):
        self.manage("shell", "--no-imports", "-c", textwrap.dedent(code))

    def send(self, times=1):
        self.run(f"from bou_portal.reports.freeze import send\nsend(*[1] * {times})")

    def start_worker(self, name):
        celery = [sys.executable, "-m", "celery", "--quiet", "--app", "bou_portal", "worker"]
        options = ["--pool", "prefork", "--concurrency", "1", "--hostname", f"{name}@%h"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = subprocess.Popen(
            [*celery, *options, *quiet],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.workers.append(worker)
        return worker

    def query(self, sql, *values):
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return connection.execute(sql, values).fetchone()

    def state(self):
        """(status, attempts, how many bytes of PDF) of the only report."""
        return self.query("select status, attempts, coalesce(length(pdf), 0) from reports_report where id = 1")

    def wait_for(self, status):
        deadline = time.monotonic() + PATIENCE
        while self.state()[0] != status:
            assert time.monotonic() < deadline, f"never {status}: {self.state()}"
            time.sleep(0.02)

    def kill(self, worker):
        """With `kill -9`, the pool's processes too."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.fixture
def portal(tmp_path):
    portal = Portal(tmp_path)
    portal.manage("migrate", "--verbosity", "0")
    portal.manage("load_register", "--verbosity", "0")
    portal.run(QUEUE)
    yield portal
    for worker in portal.workers:
        portal.kill(worker)


def test_a_worker_killed_in_the_middle_loses_nothing_and_the_report_is_built_once(portal):
    portal.send()
    first = portal.start_worker("first")
    portal.wait_for("building")
    portal.kill(first)
    assert portal.state() == ("building", 1, 0)
    portal.query("update reports_report set lease_until = '2020-01-01 00:00:00'")
    portal.run("from bou_portal.reports.tasks import sweep\nsweep()\nsweep()")
    portal.start_worker("second")
    portal.start_worker("third")
    portal.wait_for("done")
    status, attempts, size = portal.state()
    assert (status, attempts) == ("done", 2)
    assert size > 10_000
    built_at = portal.query("select built_at from reports_report")
    portal.send(times=3)
    time.sleep(3)
    assert portal.state() == (status, attempts, size)
    assert portal.query("select built_at from reports_report") == built_at
