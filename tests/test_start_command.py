"""`manage.py start` as it is: web server, worker and clock, killed and stopped."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from tests.test_supervisor import is_alive, wait_until_gone

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.processes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port, folder):
    """The portal on data of its own, in development mode: no demo has to be made first."""
    ours = {"BOU_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/bou.sqlite3", "DEMO": "off", "DEBUG": "on"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "start", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | ours,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def read_until(portal, text):
    """What it writes up to the line with this text."""
    lines = []
    while line := portal.stdout.readline():
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} never came:\n{''.join(lines)}")


def family(pid):
    """The process and everything below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def process_of(portal, word):
    """The id of the one that the supervisor started with this word in its command."""
    return next(pid for pid in family(portal.pid)[1:] if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))


@pytest.fixture
def portal(tmp_path):
    port = free_port()
    process = start(port, tmp_path)
    process.address = f"http://127.0.0.1:{port}"
    patience = threading.Timer(180, process.kill)  # a line that never comes fails the test instead of holding it
    patience.start()
    try:
        read_until(process, "Ctrl-C")
        yield process
    finally:
        patience.cancel()
        process.kill()
        process.communicate()


def test_killed_worker_and_web_server_come_back_and_one_signal_ends_all(portal):
    first = family(process_of(portal, "worker")) + family(process_of(portal, "gunicorn"))
    os.kill(process_of(portal, "worker"), signal.SIGKILL)
    read_until(portal, " ready.")
    os.kill(process_of(portal, "gunicorn"), signal.SIGKILL)
    read_until(portal, "Listening at")
    assert wait_until_gone(first) == []
    assert urllib.request.urlopen(f"{portal.address}/halsa/", timeout=20).read() == b"ok"

    everything = family(portal.pid)
    portal.terminate()
    output, _ = portal.communicate(timeout=30)
    assert output.endswith("Portalen är stängd.\n")
    assert wait_until_gone(everything[1:]) == []


def test_second_start_on_the_same_data_is_refused_and_killing_the_first_leaves_nothing(portal, tmp_path):
    refused = start(free_port(), tmp_path)
    output, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "redan i gång med samma data" in output
    assert is_alive(portal.pid)

    everything = family(portal.pid)
    assert len(everything) >= 6  # itself, the web server and its two, the worker and its two, the clock
    portal.kill()
    assert wait_until_gone(everything[1:]) == []
