"""Runs the portal's processes together: restarts what dies, stops everything at once, leaves nothing behind.

Only the standard library, and runnable as a file (`python3 bou_portal/supervisor.py 8000`) so that `make start` can say
that the port is busy before anything is installed.
"""

import ctypes
import fcntl
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between a death and the restart; doubles each time
HEALTHY_AFTER = 60.0  # seconds of life that make the next death a first one again
GRACE = 10.0  # seconds a process gets to finish; what it was doing then is picked up again by the sweep


def port_problem(text: str, host: str = "127.0.0.1") -> str | None:
    """Why the web server cannot listen on this port, as a sentence that says what to do. None when it can.

    A port that is still winding down (TIME_WAIT) counts as free.
    """
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return (
            f"PORT={text} är inget portnummer. Skriv ett tal mellan 1024 och 65535, till exempel: make start PORT=8001"
        )
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Du får inte använda port {port}. Välj en över 1023, till exempel: make start PORT=8001"
        except OSError:
            other = port + 1 if port < 65535 else 8000
            return (
                f"Port {port} är upptagen: något annat svarar redan där.\n"
                f"Är det portalen som redan är i gång? Öppna http://{host}:{port}/\n"
                f"Välj annars en annan port: make start PORT={other}"
            )
    return None


def only_one(folder: Path):
    """The lock that lets one supervisor at a time run on a data folder, or None when another has it.

    Held until the returned file is closed, also when the process is killed. Two beats on one schedule file would fight.
    """
    lock = (folder / "start.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def die_with(parent: int) -> Callable[[], None]:
    """A function for the child to run before it becomes the program: dies when `parent` is killed (Linux)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)

    def ask_the_kernel():
        pr_set_pdeathsig = 1
        libc.prctl(pr_set_pdeathsig, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the kernel knew
            os._exit(1)

    return ask_the_kernel


@dataclass
class Program:
    """One process to keep alive. `name` is the prefix of its log lines, `ready_line` what it says when it is ready."""

    name: str
    command: list[str]
    ready_line: str = ""
    pause: float = FIRST_PAUSE
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    restart_at: float = 0.0  # the clock is time.monotonic()
    unfinished_line: bytes = field(default=b"", repr=False)
    is_settled: bool = False  # has come as far as it will by waiting: ready, or has died once

    def start(self):
        """Start in a session of its own, so that Ctrl-C reaches the supervisor alone and the group can be killed whole."""
        self.process = subprocess.Popen(  # noqa: S603 - the commands are our own
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),  # safe: we run no threads
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self.started_at = time.monotonic()
        self.is_settled = self.is_settled or not self.ready_line

    def read_lines(self) -> list[str] | None:
        """The whole lines written since last time; None when the pipe is closed and no more will come."""
        try:
            chunk = os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return []
        if not chunk:
            return None
        *lines, self.unfinished_line = (self.unfinished_line + chunk).split(b"\n")
        self.is_settled = self.is_settled or any(self.ready_line.encode() in line for line in lines)
        return [line.decode(errors="replace").rstrip() for line in lines]

    def kill_group(self):
        """End what the process left behind, for instance the worker's own children."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def plan_restart(self):
        """Wait longer each time it dies young, so that a broken program does not eat the machine."""
        now = time.monotonic()
        if now - self.started_at > HEALTHY_AFTER:
            self.pause = FIRST_PAUSE
        self.restart_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        self.is_settled = True


class Supervisor:
    """Keeps `programs` running until it is told to stop; calls `on_ready` once, when all have said that they are ready."""

    def __init__(self, programs: list[Program], *, on_ready: Callable[[], None] = lambda: None):
        self.programs = programs
        self.on_ready = on_ready
        self.selector = selectors.DefaultSelector()
        self.width = max(len(program.name) for program in programs)
        self.stop_requests = 0

    def say(self, name: str, line: str):
        print(f"{name:<{self.width}} | {line}", flush=True)

    def run(self):
        """Returns when everything has stopped: after Ctrl-C, SIGTERM or a closed terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for program in self.programs:
                self._start(program)
            is_told = False
            while not self.stop_requests:
                self._forward_lines()
                self._restart_the_dead()
                if not is_told and all(program.is_settled for program in self.programs):
                    is_told = True
                    self.on_ready()
        finally:
            self._stop_all()

    def _ask_to_stop(self, number, frame):
        self.stop_requests += 1

    def _start(self, program: Program):
        program.start()
        self.selector.register(program.process.stdout, selectors.EVENT_READ, program)

    def _forward_lines(self, patience: float = 0.2):
        for key, _ in self.selector.select(patience):
            lines = key.data.read_lines()
            if lines is None:
                self.selector.unregister(key.fileobj)
            for line in lines or []:
                self.say(key.data.name, line)

    def _clear_away(self, program: Program):
        """Forget a process that has ended: the rest of its group, its last lines, its pipe."""
        program.kill_group()
        while lines := program.read_lines():
            for line in lines:
                self.say(program.name, line)
        if program.unfinished_line:
            self.say(program.name, program.unfinished_line.decode(errors="replace"))
            program.unfinished_line = b""
        if program.process.stdout in self.selector.get_map():
            self.selector.unregister(program.process.stdout)
        program.process.stdout.close()
        program.process = None

    def _restart_the_dead(self):
        for program in self.programs:
            if program.process is None:
                if time.monotonic() >= program.restart_at:
                    self._start(program)
            elif (status := program.process.poll()) is not None:
                program.plan_restart()
                self._clear_away(program)
                self.say(program.name, f"Stannade oväntat ({_cause(status)}). Startas igen strax.")

    def _stop_all(self):
        print("\nStänger. Det som pågår får några sekunder på sig.", flush=True)
        running = [program for program in self.programs if program.process is not None]
        for program in running:
            program.process.terminate()
        deadline = time.monotonic() + GRACE
        while any(program.process.poll() is None for program in running):
            # A second Ctrl-C means now.
            if time.monotonic() > deadline or self.stop_requests > 1:
                break
            self._forward_lines()
        for program in running:
            program.kill_group()
            program.process.wait()
            self._clear_away(program)


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"kod {status}"


if __name__ == "__main__":
    sys.exit(port_problem(sys.argv[1]))
