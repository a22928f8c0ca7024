"""What `make test` runs: the suite on SQLite, what uses a database on a real PostgreSQL too, then the journeys.

Says at the end, in plain words, what was tried on what. With CI=true a missing engine or browser is a failure.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from tempfile import TemporaryFile

from tests.chromium import HOW_TO_GET_IT, find_chromium, version
from tests.postgres import postgres

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
JOURNEYS = "tests/journeys"
TWO_BROWSERS = ["-n", "2", "--dist", "loadgroup"]
DEMO = "tests/demo"
SUITE = ["tests", f"--ignore={JOURNEYS}", f"--ignore={DEMO}", "-n", str(min(4, os.cpu_count() or 1))]


class Run:
    """The parts of one test run, what each of them was tried on, and whether all is well."""

    def __init__(self, arguments: list[str]):
        self.arguments = arguments
        self.lines: list[str] = []
        self.is_good = True

    def pytest(self, title: str, paths: list[str], url: str, **environment: str):
        print(f"\n=== {title} ===", flush=True)
        process = self.start(paths, url, **environment)
        self.ended(title, process)

    @contextmanager
    def beside(self, title: str, paths: list[str], url: str):
        """The same while something else runs that leaves a processor idle; what it printed comes afterwards."""
        with TemporaryFile() as output:
            process = self.start(paths, url, output=output)
            yield
            process.wait()
            output.seek(0)
            print(f"\n=== {title} ===\n{output.read().decode(errors='replace')}", flush=True)
            self.ended(title, process)

    def start(self, paths: list[str], url: str, output=None, **environment: str):
        command = [sys.executable, "-m", "pytest", *paths, *self.arguments]
        whole = os.environ | {"DATABASE_URL": url} | environment
        return subprocess.Popen(command, env=whole, stdout=output, stderr=output and subprocess.STDOUT)

    def ended(self, title: str, process: subprocess.Popen):
        good = process.wait() == 0
        self.report(title, "godkänt" if good else "UNDERKÄNT", is_good=good)

    def report(self, title: str, outcome: str, *, is_good: bool):
        self.lines.append(f"  {outcome:<11} {title}")
        self.is_good = self.is_good and is_good

    def journeys(self, url: str):
        if browser := find_chromium():
            self.pytest(f"Resor i webbläsaren, {version(browser)}", [JOURNEYS, *TWO_BROWSERS], url, CHROMIUM=browser)
        else:
            self.report(
                f"Resor i webbläsaren: ingen Chromium hittades. Skaffa den så här: {HOW_TO_GET_IT}",
                "SAKNAS" if IN_CI else "KÖRDES INTE",
                is_good=not IN_CI,
            )


def main(arguments: list[str]) -> int:
    run = Run(arguments)
    run.pytest(f"SQLite {sqlite3.sqlite_version}", SUITE, "sqlite://:memory:")
    try:
        with postgres() as server:
            run.pytest(f"PostgreSQL {server.version()}, {server.origin}", SUITE, own_database(server.url))
    except RuntimeError as problem:
        run.report(f"PostgreSQL: {problem}", "SAKNAS", is_good=False)
    with run.beside("Demon, och angriparen mot allt den släppt", [DEMO], "sqlite://:memory:"):
        run.journeys("sqlite://:memory:")  # they start a whole portal of their own
    print("\nDet här provades:", *run.lines, sep="\n", flush=True)
    return 0 if run.is_good else 1


def own_database(url: str) -> str:
    """The same server, with a database name that no other test run on it uses (Django puts `test_` before it)."""
    server, _, name = url.rpartition("/")
    return f"{server}/bou_{os.getpid()}" if name == "postgres" else url


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
