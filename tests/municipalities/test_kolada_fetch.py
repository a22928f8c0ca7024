"""A fetch from Kolada: everything asked for in parts, kept as told, going on where a dead worker stopped."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.audit.models import Event
from municipalities.kolada import client, fetching, tasks
from municipalities.kolada.store import COUNTRY, load_kpis
from municipalities.models import Kpi, KpiImport, KpiValue, Municipality, SimilarMunicipality
from tests.municipalities.kolada_server import described, page, row, serving


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(client, "BETWEEN", 0)
    monkeypatch.setattr(client, "WAITS", ())
    with serving() as made:
        settings.KOLADA_URL = made.url
        yield made


@pytest.fixture
def few(db, monkeypatch):
    """One indicator, two municipalities: two parts."""
    Kpi.objects.exclude(code="N33817").update(is_core=False)
    monkeypatch.setattr(fetching.Plan, "places", (COUNTRY, "0022", "2281", "2262"))


@pytest.fixture
def start(vasternorrland, django_capture_on_commit_callbacks, development_leader):
    def started(user=development_leader):
        with django_capture_on_commit_callbacks(execute=True):
            return fetching.begin(vasternorrland, user)

    return started


def kolada(values, kpis=None):
    """Answers with what is known of the indicators, and with these values for whatever is asked."""

    def answer(path, query):
        if "/data/" not in path:
            return 200, page(
                kpis if kpis is not None else [described(code) for code in path.rsplit("/", 1)[1].split(",")]
            )
        return 200, page(values(path) if callable(values) else values)

    return answer


def values():
    return {(each.place, each.year, each.gender): each.value for each in KpiValue.objects.all()}


# --- the register ------------------------------------------------------------------------------------------------------
def test_the_register_holds_139_indicators_with_themes_and_seven_alike_for_each_municipality(db):
    assert Kpi.objects.filter(is_core=True).count() == 139
    assert Kpi.objects.get(code="N33817").theme == "Placeringar"
    assert {kpi.theme for kpi in Kpi.objects.all()}
    assert not Kpi.objects.filter(theme="").exists()
    assert SimilarMunicipality.objects.count() == 290 * 7
    names = [each.other.short_name for each in Municipality.objects.get(code="2281").similar.all()]
    assert len(names) == 7
    assert "Sundsvall" not in names


def test_reading_the_register_again_changes_nothing_and_keeps_what_kolada_said(db):
    Kpi.objects.filter(code="N33817").update(title="Koladas egen titel", unit="", fetched_at=timezone.now())
    before = (
        list(Kpi.objects.order_by("pk").values_list()),
        list(SimilarMunicipality.objects.order_by("pk").values_list()),
    )
    load_kpis()
    assert before == (
        list(Kpi.objects.order_by("pk").values_list()),
        list(SimilarMunicipality.objects.order_by("pk").values_list()),
    )


# --- what is asked -----------------------------------------------------------------------------------------------------
def test_the_regions_their_municipalities_and_those_like_them_are_asked_for_25_at_a_time(db):
    plan = fetching.Plan()
    assert len(plan.ids) == 139
    assert {COUNTRY, "0022", "2281", "1280"} <= set(plan.places)
    assert all(0 < len(part.ids) <= 25 and len(part.places) <= 25 for part in plan.parts)
    asked = {(code, place) for part in plan.parts for code in part.ids for place in part.places}
    assert asked == {(code, place) for code in plan.ids for place in plan.places}


def test_26_indicators_are_two_questions():
    assert [len(part) for part in fetching.chunks([f"N{n:05}" for n in range(26)])] == [25, 1]


# --- what is kept ------------------------------------------------------------------------------------------------------
def test_what_kolada_tells_is_kept_as_told(server, few, start):
    told = [
        row("N33817", "2281", 2024, 5.2),
        row("N33817", "2281", 2024, 4.1, gender="K"),
        row("N33817", "2281", 2024, 6.3, gender="M"),
        row("N33817", "2262", 2024, None, status="Missing"),
        row("N33817", "2262", 2023, 0.0),
        row("N33817", COUNTRY, 2024, 6.0),
        row("N33817", "G92787", 2024, 9.9),  # a group of municipalities: not asked for, not kept
    ]
    server.answers = [kolada(told, [described("N33817", "Barn i familjehem, andel (%)")])]
    fetch = start()
    fetch.refresh_from_db()
    assert (fetch.state, fetch.done, fetch.total) == (KpiImport.State.DONE, 2, 2)
    assert values() == {
        ("2281", 2024, "T"): 5.2,
        ("2281", 2024, "K"): 4.1,
        ("2281", 2024, "M"): 6.3,
        ("2262", 2024, "T"): None,
        ("2262", 2023, "T"): 0.0,
        (COUNTRY, 2024, "T"): 6.0,
    }
    kpi = Kpi.objects.get(code="N33817")
    assert (kpi.title, kpi.unit, kpi.published_on) == ("Barn i familjehem, andel (%)", "%", date(2026, 9, 23))
    assert kpi.fetched_at
    assert kpi.description
    assert fetch.told["counts"] == {"new": 6, "changed": 0, "unchanged": 0, "removed": 0}
    assert Event.objects.filter(verb="imported", target="municipalities.kpiimport").count() == 1


def test_a_later_fetch_asks_for_what_has_changed_and_takes_away_what_is_gone(server, few, start):
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2), row("N33817", "2281", 2023, 4.0)])]
    first = start()
    KpiImport.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=7))
    server.answers = [kolada([row("N33817", "2281", 2024, 5.4), row("N33817", "2281", 2023, None, gone=True)])]
    second = start()
    second.refresh_from_db()
    assert values() == {("2281", 2024, "T"): 5.4}
    assert second.told["counts"] == {"new": 0, "changed": 1, "unchanged": 0, "removed": 1}
    since = timezone.localdate() - timedelta(days=8)
    assert f"from_date={since}" in server.asked[-1]
    assert "from_date" not in server.asked[1]


def test_the_same_fetch_again_changes_nothing(server, few, start):
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2)])]
    start()
    before = list(KpiValue.objects.values_list())
    second = start()
    second.refresh_from_db()
    assert list(KpiValue.objects.values_list()) == before
    assert second.told["counts"]["unchanged"] == 1


def test_an_indicator_that_kolada_takes_away_is_kept_and_marked_until_it_is_back(server, few, start):
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2)], kpis=[])]
    start()
    assert Kpi.objects.get(code="N33817").gone_on == timezone.localdate()
    assert KpiValue.objects.count() == 1
    server.answers = [kolada([])]
    start()
    assert Kpi.objects.get(code="N33817").gone_on is None


@pytest.mark.parametrize(
    "broken",
    [
        {"kpi": "N33817"},
        "rad",
        row("N33817", "2281", "2024", 1.0),
        row("N33817", "2281", 2024, "fem"),
        row("N33817", "2281", 2024, True),
        row("N33817", "2281", 2024, 1.0, gender="X"),
        row("N33817", "2281", 20240, 1.0),
        row(None, "2281", 2024, 1.0),
    ],
)
def test_a_row_in_another_form_fails_the_fetch_and_nothing_of_its_page_is_kept(server, few, start, broken):
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2), broken])]
    fetch = start()
    fetch.refresh_from_db()
    assert (fetch.state, fetch.told["problem"]) == (KpiImport.State.FAILED, client.UNREADABLE)
    assert not KpiValue.objects.exists()


# --- stopped and going on ----------------------------------------------------------------------------------------------
def test_a_fetch_that_fails_says_why_and_goes_on_where_it_was(
    server, few, start, development_leader, django_capture_on_commit_callbacks
):
    server.answers = [kolada([]), (503, b"")]
    fetch = start()
    fetch.refresh_from_db()
    assert (fetch.state, fetch.done, fetch.total) == (KpiImport.State.FAILED, 1, 2)
    assert "503" in fetch.told["problem"]
    server.answers, server.asked[:] = [kolada([row("N33817", "2281", 2024, 5.2)])], []
    with django_capture_on_commit_callbacks(execute=True):
        assert fetching.again(fetch, development_leader)
    fetch.refresh_from_db()
    assert fetch.state == KpiImport.State.DONE
    assert len(server.asked) == 1  # the part that was done is not asked for again
    assert not fetching.again(fetch, development_leader)


def test_a_killed_worker_is_found_and_its_fetch_goes_on(server, few, start, monkeypatch):
    """`kill -9` in the middle: the row is running, its lease runs out, half of the values are written."""
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2), row("N33817", "2262", 2024, 3.0)])]
    with monkeypatch.context() as dying:
        dying.setattr(fetching, "hold", lambda fetch, **fields: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            start()
    fetch = KpiImport.objects.get()
    assert fetch.state == KpiImport.State.RUNNING
    tasks.sweep_fetches()
    fetch.refresh_from_db()
    assert fetch.state == KpiImport.State.RUNNING  # the lease holds: perhaps the worker lives
    KpiImport.objects.update(
        lease_until=timezone.now() - timedelta(seconds=1), started_at=timezone.now() - timedelta(hours=1)
    )
    tasks.sweep_fetches()
    fetch.refresh_from_db()
    assert fetch.state == KpiImport.State.DONE
    assert values() == {("2281", 2024, "T"): 5.2, ("2262", 2024, "T"): 3.0}


def test_a_part_that_kills_every_worker_is_given_up(server, few, start, monkeypatch, vasternorrland):
    server.answers = [kolada([])]
    fetch = KpiImport.objects.create(region=vasternorrland, source="kolada", tries=6, state="hamtar")
    tasks.fetch_from_kolada(fetch.pk)
    fetch.refresh_from_db()
    assert (fetch.state, fetch.told["problem"]) == (KpiImport.State.FAILED, fetching.WEARY)
    assert server.asked == []


def test_a_long_fetch_is_done_a_slice_at_a_time(server, few, start, monkeypatch):
    monkeypatch.setattr(fetching, "SLICE", 0)
    server.answers = [kolada([row("N33817", "2281", 2024, 5.2)])]
    fetch = start()
    fetch.refresh_from_db()
    assert fetch.state == KpiImport.State.DONE
    assert values() == {("2281", 2024, "T"): 5.2}


def test_another_list_of_indicators_begins_anew(server, few, vasternorrland):
    server.answers = [kolada([])]
    told = {"plan": "en äldre", "counts": {}}
    fetch = KpiImport.objects.create(region=vasternorrland, source="kolada", done=7, total=9, told=told)
    tasks.fetch_from_kolada(fetch.pk)
    fetch.refresh_from_db()
    assert (fetch.state, fetch.done, fetch.total) == (KpiImport.State.DONE, 2, 2)


def test_one_fetch_at_a_time_for_all_regions(start, vasternorrland, monkeypatch):
    monkeypatch.setattr(fetching, "hand_over", lambda pk: None)
    assert start()
    assert start() is None
    with pytest.raises(IntegrityError), transaction.atomic():
        KpiImport.objects.create(region=vasternorrland, source="kolada")


def test_two_workers_do_not_take_the_same_fetch(vasternorrland):
    fetch = KpiImport.objects.create(region=vasternorrland, source="kolada")
    assert KpiImport.objects.claim(fetch.pk)
    assert KpiImport.objects.claim(fetch.pk) is None


def test_nothing_is_fetched_weekly_before_a_leader_has_asked(server, few, start, django_capture_on_commit_callbacks):
    tasks.fetch_weekly()
    assert not KpiImport.objects.exists()
    server.answers = [kolada([])]
    first = start()
    KpiImport.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=7))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.fetch_weekly()
    weekly = KpiImport.objects.exclude(pk=first.pk).get()
    assert (weekly.state, weekly.started_by) == (KpiImport.State.DONE, None)


def test_a_file_that_waits_is_no_fetch(vasternorrland):
    KpiImport.objects.create(region=vasternorrland, source="kolada", file_name="sida.json", state="granskas")
    KpiImport.objects.create(region=vasternorrland, source="fil", file_name="oj.xlsx")
    assert not KpiImport.objects.under_way().exists()


def test_the_same_value_cannot_be_kept_twice(db):
    kpi = Kpi.objects.get(code="N33817")
    KpiValue.objects.create(kpi=kpi, place="2281", year=2024, value=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        KpiValue.objects.create(kpi=kpi, place="2281", year=2024, value=2)
