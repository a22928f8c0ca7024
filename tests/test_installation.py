"""What an installation is made of: pinned dependencies, containers, the environment it reads."""

import re
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
