"""The demo as `make start` makes it, and the attacker against everything it has released."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the demo holds, after `manage.py setup` and `manage.py demo` in an empty folder."""
    folder = tmp_path_factory.mktemp("demo")
    chosen = {"BOU_VAR": str(folder), "DEMO": "on", "DEBUG": "off", "DJANGO_SETTINGS_MODULE": "bou_portal.settings"}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | chosen

    def run(*command):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("manage.py", "setup")
    run("manage.py", "demo")
    return json.loads(run("-m", "tests.demo.attack"))


def test_the_demo_has_every_municipality_and_eight_quarters(told):
    assert told["municipalities"] == 77
    assert {code: region["quarters"] for code, region in told["regions"].items()} == dict.fromkeys(
        ("12", "22", "23", "24", "25"), 8
    )


def test_one_regions_reports_are_published_and_the_others_wait_for_the_worker(told):
    assert told["published"] == 15
    assert told["queued"] == 2 * 70 + 4


def test_no_small_count_of_the_demo_can_be_worked_out(told):
    assert {code: region["found"] for code, region in told["regions"].items()} == dict.fromkeys(told["regions"], 0)


def test_small_counts_could_be_worked_out_without_the_second_hiding(told):
    assert sum(region["found_with_one_hiding"] for region in told["regions"].values()) > 0
