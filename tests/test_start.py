"""`manage.py start` as it is: web server, worker and clock, killed and stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
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
    return subprocess.Popen(
        [sys.executable, "manage.py", "start", "--port", str(port)],
        cwd=ROOT,
        env=os.environ
        | {"BOU_VAR": str(folder), "DEMO": "off", "DEBUG": "on", "DATABASE_URL": f"sqlite:///{folder}/db"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def read_until(portal, text):
    """What it writes up to the line with this text."""
    lines = []
    for line in portal.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} never came:\n{''.join(lines)}")


def family(pid):
    """The process and everything below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


@pytest.fixture
def portal(tmp_path):
    port = free_port()
    process = start(port, tmp_path)
    process.address = f"http://127.0.0.1:{port}"
    read_until(process, "Ctrl-C")
    yield process
    process.kill()
    process.communicate()


def children_named(portal, word):
    return [pid for pid in family(portal.pid)[1:] if word in Path(f"/proc/{pid}/cmdline").read_text()]


def test_killed_worker_and_web_server_come_back_and_one_signal_ends_all(portal, tmp_path):
    first = children_named(portal, "worker") + children_named(portal, "gunicorn")
    os.kill(children_named(portal, "worker")[0], signal.SIGKILL)
    read_until(portal, " ready.")
    os.kill(children_named(portal, "gunicorn")[0], signal.SIGKILL)
    read_until(portal, "Listening at")
    assert wait_until_gone(first) == []
    assert urllib.request.urlopen(f"{portal.address}/halsa/", timeout=10).read() == b"ok"

    everything = family(portal.pid)
    assert len(everything) >= 6  # itself, two web processes with their master, the worker with its pool, the clock
    portal.terminate()
    output, _ = portal.communicate(timeout=30)
    assert output.endswith("Portalen är stängd.\n")
    assert wait_until_gone(everything[1:]) == []


def test_nothing_lives_on_when_start_itself_is_killed(portal):
    everything = family(portal.pid)
    portal.kill()
    assert wait_until_gone(everything[1:]) == []


def test_second_start_keeps_data_and_a_running_one_says_so(portal, tmp_path):
    refused = start(free_port(), tmp_path)
    output, _ = refused.communicate(timeout=30)
    assert refused.returncode == 1
    assert "redan i gång med samma data" in output
    assert is_alive(portal.pid)
    assert re.search(r"SQLite format 3", (tmp_path / "db").read_bytes()[:20].decode("ascii", "replace"))
