"""`manage.py import_delivery`: options, exit codes and JSON as figures.md 2 has them."""

import json

import pytest
from django.core.management import call_command

from municipalities.models import Municipality
from placements.models import CareHome, Child, Delivery, Placement

pytestmark = pytest.mark.django_db
HEADERS = "kommunkod;barn;placeringsform;enhet;startdatum;lagrum"


def row(start, home="Ek", *, child="A1", form="familjehem", code="2281"):
    return f"{code};{child};{form};{home};{start};SoL"


@pytest.fixture
def command(tmp_path, capsys):
    """Runs the command on a file with this content: (exit code, JSON)."""

    def run(content, *options, name="leverans.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            call_command("import_delivery", str(path), "--format", "json", *options)
            code = 0
        except SystemExit as stop:
            code = stop.code
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_command_takes_a_file_in_and_says_what_became_of_it(command):
    code, said = command(f"{HEADERS}\n{row('2025-05-01')}\n", "--delivered", "2025-06-01")
    assert code == 0
    assert said["rows"] == {
        "read": 1, "new": 1, "changed": 0, "unchanged": 0, "continued": 0, "closed": 0, "refused": 0,
    }  # fmt: skip
    assert (said["file"], said["kind"], said["delivered"]) == ("leverans.csv", "placeringar", "2025-06-01")
    assert Placement.objects.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(command):
    content = f"{HEADERS}\n{row('2025-05-01', form='hvb', home='Nya hemmet')}\n"
    dry = command(content, "--dry-run")
    assert not any(model.objects.exists() for model in (Placement, Child, Delivery, CareHome))
    assert command(content) == dry


def test_some_refused_rows_make_exit_code_1(command):
    code, said = command(f"{HEADERS}\n{row('2025-05-01')}\n{row('2025-13-01', child='A2')}\n")
    assert (code, said["rows"]["new"], said["rows"]["refused"]) == (1, 1, 1)
    message = next(m for m in said["messages"] if m["level"] == "error")
    assert (message["row"], message["column"], message["value"], message["check"]) == (
        3,
        "startdatum",
        "2025-13-01",
        "unreadable_date",
    )


@pytest.mark.parametrize("content", ["", "kommunkod;barn\n2281;A1\n", "a,b\n1,2"])
def test_an_unreadable_file_makes_exit_code_2(command, content):
    code, said = command(content)
    assert (code, said["rows"]["read"], said["messages"][0]["check"]) == (2, 0, "unreadable")
    assert not Delivery.objects.exists()


def test_the_command_may_be_held_to_one_municipality(command):
    content = f"{HEADERS}\n{row('2025-05-01')}\n{row('2025-05-01', code='2480')}\n"
    code, said = command(content, "--municipality", "2480")
    assert (code, said["rows"]["new"], said["rows"]["refused"]) == (1, 1, 1)
    assert Placement.objects.get().municipality == Municipality.objects.get(code="2480")
    assert command(content, "--municipality", "9999")[0] == 2


def test_the_command_speaks_swedish(tmp_path, capsys):
    path = tmp_path / "leverans.csv"
    path.write_text(f"{HEADERS}\n{row('2025-05-01')}\n{row('2025-07-01', home='Al')}\n")
    call_command("import_delivery", str(path))
    said = capsys.readouterr().out
    assert "2 rader: 2 nya" in said
    assert "1 öppna som avslutats" in said
