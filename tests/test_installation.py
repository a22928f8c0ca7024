"""What an installation is made of: pinned dependencies, containers, the environment it reads."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PINNED = ("requirements.txt", "requirements-test.txt")


def pins(name):
    """Package -> version, from a pinned file."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(), flags=re.MULTILINE))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("name", PINNED)
def test_every_pinned_package_has_hashes_and_no_index_is_named(name):
    text = (ROOT / name).read_text()
    packages = re.split(r"\n(?=[a-z0-9])", text)
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text
    assert not re.search(r"^(-i|--index-url|--extra-index-url|--find-links)", text, flags=re.MULTILINE)


def test_tests_run_on_the_versions_that_are_shipped():
    shipped, tested = map(pins, PINNED)
    assert shipped.items() <= tested.items()


def test_every_dependency_says_why_and_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.match(r"[a-z0-9-]+", requirement)[0] for requirement in wanted}
    assert names <= set(pins("requirements-test.txt"))


def test_compose_runs_the_same_three_programs_as_start(compose):
    portal = {"setup", "web", "worker", "beat"}
    assert set(compose["services"]) == portal | {"postgres", "redis"}
    assert {compose["services"][name]["image"] for name in portal} == {"bou-portalen"}
    assert compose["services"]["postgres"]["image"].startswith("postgres:17")
    assert "--requirepass" in compose["services"]["redis"]["command"]


def test_containers_are_watched_and_cannot_write_outside_their_volumes(compose):
    for name, service in compose["services"].items():
        assert service["read_only"], name
        assert "healthcheck" in service or name == "setup", name
    assert "USER bou" in (ROOT / "Dockerfile").read_text()


def test_every_setting_that_compose_asks_for_is_in_the_example(compose):
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert asked <= example


def test_containers_carry_no_secret_of_their_own(compose):
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name or name == "SECRET_KEY":
                assert str(value).startswith("${"), name


def test_every_setting_read_from_the_environment_is_described():
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", (ROOT / "bou_portal" / "settings.py").read_text()))
    described = (ROOT / "docs" / "operations.md").read_text()
    assert sorted(name for name in read if f"`{name}`" not in described) == []


@pytest.mark.django_db
def test_whoever_watches_the_server_asks_for_its_health(client):
    answer = client.get("/halsa/")
    assert (answer.status_code, answer.content) == (200, b"ok")


def production(code, **environment):
    """What a new process with production settings writes when it runs this code."""
    settings = {
        "DEMO": "off",
        "DEBUG": "off",
        "SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings; {code}"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "bou_portal.settings"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.processes
def test_production_refuses_to_start_without_a_key_of_its_own(tmp_path):
    refused = production("pass", SECRET_KEY="", BOU_VAR=str(tmp_path))
    assert refused.returncode == 1
    assert "SECRET_KEY saknas" in refused.stderr


@pytest.mark.processes
def test_a_silent_broker_does_not_hold_a_page(tmp_path):
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        broker.listen()
        url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
        code = """
import time
from bou_portal.tasks import clean_up
started = time.monotonic()
try:
    clean_up.delay()
except Exception as error:
    print(type(error).__name__, round(time.monotonic() - started))
"""
        answer = production(f"exec({code!r})", CELERY_BROKER_URL=url, BOU_VAR=str(tmp_path))
    error, seconds = answer.stdout.split()
    assert error == "OperationalError", answer.stderr
    assert int(seconds) < 10  # 2 on an idle machine; without our settings it never comes back
