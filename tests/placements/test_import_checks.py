"""Each named check of a delivery, by a row that breaks it, and that its sentence says what to do (rule 6)."""

import re

import pytest

from placements.imports import checks
from placements.imports.columns import COLUMNS, Kind, read_date
from placements.imports.delivering import import_delivery
from placements.models import Child, Delivery, Placement

pytestmark = pytest.mark.django_db

PLACEMENT = {
    "kommunkod": "2281",
    "barn": "A1",
    "kon": "flicka",
    "fodelsear": "2012",
    "placeringsform": "familjehem",
    "enhet": "Ek",
    "startdatum": "2025-08-01",
    "slutdatum": "2025-09-01",
    "avslutsorsak": "OTHER",
    "planerat": "ja",
    "lagrum": "SoL",
}
ROWS = {
    "placeringar": PLACEMENT,
    "uppfoljningar": {"kommunkod": "2281", "barn": "A1", "datum": "2025-08-15", "typ": "extra"},
    "planer": {"kommunkod": "2281", "barn": "A1", "typ": "vårdplan", "datum": "2025-08-15"},
    "overvaganden": {"kommunkod": "2281", "barn": "A1", "typ": "övervägande", "genomfort": "2025-08-15"},
    "halsa": {"kommunkod": "2281", "barn": "A1", "typ": "läkare", "begard": "2025-08-05"},
}


def deliver(*rows, kind="placeringar", **more):
    headers = list(dict.fromkeys(name for row in rows for name in row))
    lines = [headers, *([row.get(name, "") for name in headers] for row in rows)]
    content = "\n".join(";".join(line) for line in lines).encode()
    return import_delivery("leverans.csv", content, kind=kind, **more)


def said(result, level):
    return {message.check: message for message in result.messages if message.level == level}


# --- refused ----------------------------------------------------------------------------------------------------------

REFUSED = [
    ("placeringar", {"barn": ""}, "missing_value", "barn"),
    ("placeringar", {"kommunkod": ""}, "missing_value", "kommunkod"),
    ("placeringar", {"placeringsform": ""}, "missing_value", "placeringsform"),
    ("placeringar", {"startdatum": ""}, "missing_value", "startdatum"),
    ("placeringar", {"lagrum": ""}, "missing_value", "lagrum"),
    ("placeringar", {"startdatum": "2025-02-30"}, "unreadable_date", "startdatum"),
    ("placeringar", {"startdatum": "1/8 2025"}, "unreadable_date", "startdatum"),
    ("placeringar", {"slutdatum": "snart"}, "unreadable_date", "slutdatum"),
    ("placeringar", {"placeringsform": "slott"}, "unknown_code", "placeringsform"),
    ("placeringar", {"lagrum": "ABC"}, "unknown_code", "lagrum"),
    ("placeringar", {"kon": "blå"}, "unknown_code", "kon"),
    ("placeringar", {"avslutsorsak": "glömt"}, "unknown_code", "avslutsorsak"),
    ("placeringar", {"planerat": "kanske"}, "unknown_code", "planerat"),
    ("placeringar", {"barn": "200303032395"}, "identity_number", "barn"),
    ("placeringar", {"barn": "030303-XXXX"}, "identity_number", "barn"),
    ("placeringar", {"enhet": "hos 030303-2395"}, "identity_number", "enhet"),
    ("placeringar", {"anteckning": "200303032395"}, "identity_number", "anteckning"),
    ("placeringar", {"barn": "x" * 21}, "code_too_long", "barn"),
    ("placeringar", {"slutdatum": "2025-07-31"}, "end_before_start", "slutdatum"),
    ("placeringar", {"fodelsear": "2026"}, "start_before_birth_year", "startdatum"),
    ("placeringar", {"startdatum": "2099-01-01", "slutdatum": ""}, "start_in_the_future", "startdatum"),
    ("placeringar", {"kommunkod": "9999"}, "unknown_municipality", "kommunkod"),
    ("placeringar", {"vistelsekommun": "Atlantis"}, "unknown_municipality", "vistelsekommun"),
    ("uppfoljningar", {"datum": ""}, "missing_value", "datum"),
    ("uppfoljningar", {"halsa": "6"}, "unknown_code", "halsa"),
    ("planer", {"delar": "8"}, "unknown_code", "delar"),
    ("overvaganden", {"typ": "möte"}, "unknown_code", "typ"),
    ("halsa", {"begard": ""}, "missing_value", "genomford"),
]


@pytest.mark.parametrize(("kind", "values", "check", "column"), REFUSED)
def test_the_row_is_refused_and_says_why(kind, values, check, column):
    result = deliver(ROWS[kind] | values, kind=kind)
    errors = said(result, "error")
    assert set(errors) == {check}
    message = errors[check]
    assert (message.row, message.column, result.counts["refused"]) == (2, column, 1)
    assert re.fullmatch(r"[A-ZÅÄÖ].+\.", message.text)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("value", ["200303032395", "030303-2395", "20030303 2395"])
def test_an_identity_number_is_never_repeated(value):
    for column in ("barn", "enhet", "anteckning", "startdatum"):
        result = deliver(PLACEMENT | {column: value})
        assert "2395" not in str(result.as_json())
        assert result.counts["refused"] == 1


def test_a_row_with_more_cells_than_headers_is_refused():
    content = "kommunkod;barn;placeringsform;startdatum;lagrum\n2281;A1;hvb;2025-08-01;SoL;extra\n"
    result = import_delivery("x.csv", content.encode())
    assert set(said(result, "error")) == {"too_many_cells"}


def test_a_municipality_that_may_not_be_written_is_refused(umea):
    result = deliver(PLACEMENT, municipalities={umea.pk})
    assert set(said(result, "error")) == {"municipality_not_writable"}


def test_a_wrong_row_stops_no_other_and_all_its_faults_are_said():
    wrong = PLACEMENT | {"startdatum": "x", "lagrum": "y", "kon": "z"}
    result = deliver(wrong, PLACEMENT | {"barn": "A2"})
    assert len([message for message in result.messages if message.row == 2]) == 3
    assert (result.counts["new"], result.counts["refused"]) == (1, 1)
    assert Child.objects.get().local_code == "A2"


# --- warned about -----------------------------------------------------------------------------------------------------

WARNED = [
    ("placeringar", {"fodelsear": ""}, "birth_year_unknown"),
    ("placeringar", {"fodelsear": "-12"}, "birth_year_unreadable"),
    ("placeringar", {"fodelsear": "1990"}, "older_than_twenty"),
    ("placeringar", {"placeringsform": "stodboende"}, "supported_housing_under_16"),
    ("placeringar", {"placeringsform": "sis"}, "sis_with_sol"),
    ("placeringar", {"lagrum": "LSU"}, "lsu_outside_sis"),
    ("placeringar", {"lagrum": "SOL2001"}, "law_of_another_time"),
    ("placeringar", {"lagrum": "LVU 2 §", "fodelsear": "2006"}, "home_grounds_after_18"),
    ("placeringar", {"enhet": ""}, "home_unknown"),
    ("placeringar", {"enhet": "x" * 101}, "home_too_long"),
    ("placeringar", {"enhet": "Ek 030303-XXXX"}, "identity_like"),
    ("placeringar", {"slutdatum": ""}, "ending_without_end"),
    ("placeringar", {"avslutsorsak": "", "planerat": ""}, "ending_not_explained"),
    ("placeringar", {"slutdatum": "2025-08-01"}, "no_night"),
    ("placeringar", {"slutdatum": "2026-01-01"}, "ends_after_delivery"),
    ("placeringar", {"startdatum": "2026-01-01", "slutdatum": ""}, "starts_after_delivery"),
    ("placeringar", {"dygnskostnad": "mycket"}, "cost_unreadable"),
    ("placeringar", {"dygnskostnad": "99999"}, "cost_out_of_range"),
    ("placeringar", {"placeringsform": "eget hem", "lagrum": "LVU"}, "lvu_starts_in_own_home"),
    ("placeringar", {"placeringsform": "hvb"}, "home_proposed"),
    ("placeringar", {"ansvarig": "x@y.example"}, "unknown_worker"),
    ("placeringar", {"enhetsnamn": "Söder"}, "unknown_unit"),
    ("uppfoljningar", {"datum": "2099-01-01"}, "done_in_the_future"),
    ("uppfoljningar", {"enskilt_samtal": "ja", "skal_inget_samtal": "annat"}, "reason_though_talked"),
    ("uppfoljningar", {"datum": "2025-07-01"}, "before_first_placement"),
    ("planer", {"datum": "2099-01-01"}, "done_in_the_future"),
    ("planer", {"delar": "5"}, "more_elements_than_asked_for"),
    ("planer", {"reviderad": "2025-08-01"}, "revised_before_made"),
    ("overvaganden", {"genomfort": "2025-07-01"}, "before_first_placement"),
    ("overvaganden", {"genomfort": "2025-10-01"}, "outside_care"),
    ("overvaganden", {"genomfort": "2099-01-01"}, "done_in_the_future"),
    ("overvaganden", {"forfallodag": "2025-08-01"}, "late_by_its_own_due_date"),
    ("overvaganden", {"barn": "A9"}, "child_without_placement"),
    ("halsa", {"genomford": "2099-01-01"}, "done_in_the_future"),
    ("halsa", {"genomford": "2025-08-01"}, "examined_before_requested"),
    ("halsa", {"genomford": "2025-08-20", "obehovlig": "ja"}, "done_though_not_needed"),
]


@pytest.mark.parametrize(("kind", "values", "check"), WARNED)
def test_what_looks_wrong_is_counted_and_pointed_out(kind, values, check):
    if kind != "placeringar":
        deliver(PLACEMENT)
    result = deliver(ROWS[kind] | values, kind=kind, delivered=read_day("2025-12-01"))
    warning = said(result, "warning")[check]
    assert warning.row == 2
    assert re.fullmatch(r"[A-ZÅÄÖ].+\.", warning.text)
    assert (result.counts["new"], result.counts["refused"]) == (1, 0)


def read_day(text):
    return checks.day(read_date(text))


@pytest.mark.parametrize("kind", Kind.values)
def test_an_ordinary_row_says_nothing(kind):
    if kind != "placeringar":
        deliver(PLACEMENT)
    assert deliver(ROWS[kind], kind=kind).messages == []


def test_every_registered_check_has_a_row_that_breaks_it():
    broken = {(kind, check) for kind, _, check, *_ in [*REFUSED, *WARNED]}
    registered = {
        (kind.value, check.name)
        for register in (checks.REFUSALS, checks.WARNINGS)
        for kind in Kind
        for check in register[kind]
    }
    assert registered - broken == set()


def test_the_same_row_twice_is_one_and_said():
    result = deliver(PLACEMENT, PLACEMENT)
    assert said(result, "warning")["duplicate_row"].row == 3
    assert Placement.objects.count() == 1


def test_a_child_with_two_birth_years_is_pointed_out():
    result = deliver(PLACEMENT, PLACEMENT | {"fodelsear": "2013", "startdatum": "2025-10-01", "slutdatum": ""})
    assert said(result, "warning")["child_facts_differ"].value == "2013"


@pytest.mark.parametrize("rule", ["a", "b", "c"])
def test_every_repair_is_said_at_its_row(rule):
    first = {"a": {"slutdatum": ""}, "b": {"slutdatum": ""}, "c": {}}[rule]
    start = "2025-08-01" if rule == "a" else "2025-08-20"
    result = deliver(PLACEMENT | first, PLACEMENT | {"enhet": "Al", "startdatum": start, "slutdatum": "2025-10-01"})
    assert result.repairs == {"a": 0, "b": 0, "c": 0} | {rule: 1}
    assert said(result, "warning")[f"repair_{rule}"].row == 2


# --- what is understood -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "text", "stored"),
    [
        ("kon", "K", ("child__sex", "flicka")),
        ("kon", "Man", ("child__sex", "pojke")),
        ("ensamkommande", "Ja", ("child__unaccompanied", True)),
        ("placeringsform", "Hem för vård eller boende", ("form_group", "hvb")),
        ("placeringsform", "FH", ("form_group", "familjehem")),
        ("placeringsform", "FAM_NETWORK", ("form_group", "natverkshem")),
        ("placeringsform", "Skyddat boende", ("form_group", "skyddat boende")),
        ("placeringsform", "konsulentstött familjehem", ("form_code", "FAM_CONSULTANT")),
        ("regi", "Privata (SRF)", ("operator", "company")),
        ("vistelsekommun", "Umeå", ("host_municipality__code", "2480")),
        ("vistelsekommun", "114", ("host_municipality__code", "0114")),
        ("kommunkod", "Sundsvalls kommun", ("municipality__code", "2281")),
        ("startdatum", "20250801", ("started_on", read_date("2025-08-01"))),
        ("avslutsorsak", "Planerad flytt till annan form", ("end_reason", "MOVED_PLANNED")),
        ("initiativ", "Vårdnadshavare", ("initiator", "guardian")),
        ("nasta", "eget boende", ("next_stop", "own_housing")),
        ("dygnskostnad", "4 850,50", ("cost_per_day", "4850.50")),
    ],
)
def test_the_words_of_case_systems_are_understood(column, text, stored):
    deliver(PLACEMENT | {column: text})
    field, value = stored
    assert str(Placement.objects.values_list(field, flat=True).get()) == str(value)


def test_an_ending_that_only_says_whether_it_was_planned_fills_that_field():
    deliver(PLACEMENT | {"avslutsorsak": "Sammanbrott", "planerat": ""})
    placement = Placement.objects.get()
    assert (placement.end_reason, placement.planned) == ("", "nej")


def test_finer_law_is_kept_beside_its_group():
    deliver(PLACEMENT | {"lagrum": "LVU 3 §"})
    basis = Child.objects.get().legal_bases.get()
    assert (basis.group, basis.code) == ("LVU", "LVU_3")


def test_the_known_headers_of_another_case_system_are_read():
    headers = (
        "Dossiernummer;Kommunkod;Födelseår;Kön;Lagrum för placeringen;Boende;Boendeform;Placeringsdatum;"
        "Utskrivningsdatum;Anledning till utskrivning;Placeringskostnad"
    )
    rows = (
        "K2303-0001;2303;2012;K;SoL;Exempelhemmet;HVB;2026-01-12;2026-06-30;Planerat avslut;4850,00\n"
        "K2303-0002;2303;2009;M;LVU;Exempelhemmet;HVB;20260203;;;5120,50\n"
        "K2380-0001;2380;2017;K;SoL;Familjehem 17;Familjehem;2025-09-01;;;1200\n"
    )
    result = import_delivery("x.csv", f"{headers}\n{rows}".encode("cp1252"))
    assert (result.counts["new"], result.counts["refused"]) == (3, 0)
    assert Placement.objects.get(child__local_code="K2303-0001").planned == "ja"


def test_every_column_is_known_by_its_own_name():
    for kind in Kind:
        names = [column.name for column in COLUMNS[kind]]
        assert len(names) == len(set(names))
