"""The supervisor with real processes: what dies comes back, what stops leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bou_portal.supervisor import Program, only_one, port_problem

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parent.parent

# Each program starts a child of its own (as Celery's pool does) and writes both process ids on one line.
SUPERVISED = """
    import sys
    from bou_portal.supervisor import Program, Supervisor
    family = (
        "import os, subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('pids', os.getpid(), child.pid, flush=True); time.sleep(600)"
    )
    programs = [Program(name, [sys.executable, "-c", family]) for name in ("ett", "tvåa")]
    Supervisor(programs, on_ready=lambda: print("redo", flush=True)).run()
    print("stängd", flush=True)
"""


@pytest.fixture
def supervisor():
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SUPERVISED)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    yield process
    process.kill()
    process.communicate()


def families(supervisor, *names):
    """The process ids that each of these programs writes when it starts."""
    found = {}
    while set(found) < set(names):
        prefix, _, text = supervisor.stdout.readline().partition(" | ")
        assert prefix, "the supervisor ended"
        if prefix.strip() in names and text.startswith("pids"):
            found[prefix.strip()] = [int(pid) for pid in text.split()[1:]]
    return found


def is_alive(pid):
    """A process that runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pids, seconds=10):
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [pid for pid in pids if is_alive(pid)]


def test_killed_program_comes_back_without_its_orphans(supervisor):
    first = families(supervisor, "ett")["ett"]
    os.kill(first[0], signal.SIGKILL)
    second = families(supervisor, "ett")["ett"]
    assert not set(first) & set(second)
    assert wait_until_gone(first) == []
    assert all(is_alive(pid) for pid in second)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_stops_everything(supervisor, number):
    pids = [pid for family in families(supervisor, "ett", "tvåa").values() for pid in family]
    supervisor.send_signal(number)
    output, _ = supervisor.communicate(timeout=15)
    assert supervisor.returncode == 0
    assert output.endswith("stängd\n")
    assert wait_until_gone(pids) == []


def test_programs_end_when_the_supervisor_is_killed(supervisor):
    parents = [pids[0] for pids in families(supervisor, "ett", "tvåa").values()]
    supervisor.kill()
    assert wait_until_gone(parents) == []


def test_a_program_that_dies_young_waits_longer_each_time():
    program = Program("trasig", [])
    pauses = []
    for _ in range(8):
        program.started_at = time.monotonic()
        program.plan_restart()
        pauses.append(round(program.restart_at - time.monotonic(), 1))
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    program.started_at = time.monotonic() - 61
    program.plan_restart()
    assert program.pause == 1


def test_busy_port_says_so_and_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        problem = port_problem(str(port))
    assert f"Port {port} är upptagen" in problem
    assert f"make start PORT={port + 1}" in problem
    assert port_problem(str(port)) is None


@pytest.mark.parametrize("text", ["", "åtta", "-1", "0", "65536", "80 80"])
def test_what_is_no_port_says_so(text):
    assert "inget portnummer" in port_problem(text)


def test_busy_port_is_found_before_anything_is_installed():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        bare = [
            sys.executable,
            "-I",
            "-S",
            str(ROOT / "bou_portal" / "supervisor.py"),
            str(port),
        ]
        answer = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "upptagen" in answer.stderr


def test_two_supervisors_cannot_share_a_data_folder(tmp_path):
    with only_one(tmp_path):
        assert only_one(tmp_path) is None
    with only_one(tmp_path) as again:
        assert again is not None
