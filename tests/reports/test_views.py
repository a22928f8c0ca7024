"""Who may read, download, freeze and publish which reports."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event
from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import Key
from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter
from bou_portal.reports.models import Report
from municipalities.models import Release
from tests.reports.conftest import make_report


@pytest.fixture
def intern(release):
    return make_report(release, "2281", "intern")


@pytest.fixture
def shared(release):
    return make_report(release, "2281", "spridning")


@pytest.fixture
def region_report(release):
    return make_report(release)


def download(client, report):
    return client.get(reverse("report_pdf", args=[report.uid]))


def test_head_of_ifo_downloads_her_intern_report_and_it_is_logged(sign_in, head_of_ifo, intern):
    response = download(sign_in(head_of_ifo), intern)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert "kvartalsrapport-2281-2026-k3-intern-v1.pdf" in response["Content-Disposition"]
    event = Event.objects.get(verb="downloaded")
    assert (event.actor_id, event.municipality_id) == (head_of_ifo.pk, intern.municipality_id)


def test_regional_reader_downloads_the_regions_report(sign_in, regional_reader, region_report):
    assert download(sign_in(regional_reader), region_report).status_code == 200


def test_a_correction_under_way_does_not_hide_what_is_published(sign_in, regional_reader, release, region_report):
    make_report(release, version=2, published=False)
    assert region_report.get_absolute_url() in sign_in(regional_reader).get(reverse("report_list")).content.decode()


@pytest.mark.parametrize("who", ["neighbouring_head", "regional_reader", "development_leader"])
def test_nobody_else_finds_an_intern_report(sign_in, request, intern, who):
    client = sign_in(request.getfixturevalue(who))
    assert download(client, intern).status_code == 404
    assert client.get(intern.get_absolute_url()).status_code == 404
    assert not Event.objects.filter(verb="downloaded").exists()


def test_data_steward_reads_the_intern_report_and_no_other(sign_in, data_steward, intern, shared):
    client = sign_in(data_steward)
    assert client.get(reverse("report_list")).status_code == 200
    assert download(client, intern).status_code == 200
    assert download(client, shared).status_code == 404


@pytest.mark.parametrize("who", ["social_worker", "procurer"])
def test_other_roles_do_not_read_reports(sign_in, request, shared, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("report_list")).status_code == 403
    assert download(client, shared).status_code == 403


def test_a_report_of_another_region_does_not_exist(sign_in, neighbouring_head, shared):
    assert download(sign_in(neighbouring_head), shared).status_code == 404


def test_an_unpublished_report_is_seen_by_its_leader_only(
    sign_in, release, development_leader, head_of_ifo, regional_reader
):
    draft = make_report(release, published=False)
    assert sign_in(development_leader).get(draft.get_absolute_url()).status_code == 200
    for who in (head_of_ifo, regional_reader):
        assert sign_in(who).get(draft.get_absolute_url()).status_code == 404


def test_the_list_has_the_same_number_of_queries_for_one_and_many(sign_in, release, head_of_ifo):
    client = sign_in(head_of_ifo)
    make_report(release)
    client.get(reverse("report_list"))  # the first page of a session writes it
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("report_list"))
    for municipality in release.region.municipalities.all():
        make_report(release, municipality.code, "spridning")
    with CaptureQueriesContext(connection) as many:
        response = client.get(reverse("report_list"))
    assert response.content.decode().count("Ladda ner pdf") == 8
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("who", "status"), [("development_leader", 200), ("head_of_ifo", 403), ("regional_reader", 403)]
)
def test_only_the_leader_has_a_desk(sign_in, request, release, who, status):
    response = sign_in(request.getfixturevalue(who)).get(reverse("desk", args=["22", "2026-k3"]))
    assert response.status_code == status


def test_the_leader_of_one_region_has_no_desk_in_another(sign_in, development_leader, db):
    assert sign_in(development_leader).get(reverse("desk", args=["24", "2026-k3"])).status_code == 404
    assert sign_in(development_leader).get(reverse("desk", args=["22", "2026-k9"])).status_code == 404


def test_publishing_releases_built_reports_once(sign_in, development_leader, release):
    ready = make_report(release, "2281", "spridning", published=False)
    building = make_report(release, "2281", "intern", published=False)
    Report.objects.filter(pk=building.pk).update(status="building")
    client = sign_in(development_leader)
    for _ in range(2):
        client.post(reverse("publish_reports", args=["22", "2026-k3"]))
    ready.refresh_from_db()
    building.refresh_from_db()
    assert ready.published_by == development_leader
    assert building.published_at is None
    assert Event.objects.filter(verb="published").count() == 1


def test_a_comment_reaches_both_issues_and_they_are_built_again(
    sign_in, development_leader, release, django_capture_on_commit_callbacks
):
    for issue in ("intern", "spridning"):
        make_report(release, "2281", issue, published=False)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(development_leader).post(
            reverse("comment_reports", args=["22", "2026-k3", "2281"]), {"comment": "Bra jobbat med planerna."}
        )
    for report in Report.objects.all():
        assert report.comment == "Bra jobbat med planerna."
        assert report.status == "done"
        assert bytes(report.pdf).startswith(b"%PDF-1.7\n")


def test_a_comment_with_a_personal_number_is_refused(sign_in, development_leader, release):
    make_report(release, "2281", "spridning", published=False)
    response = sign_in(development_leader).post(
        reverse("comment_reports", args=["22", "2026-k3", "2281"]), {"comment": "Gäller 20030303-2395."}, follow=True
    )
    assert "personnummer" in response.content.decode()
    assert Report.objects.get().comment == ""


def test_a_published_report_keeps_its_comment(sign_in, development_leader, release):
    report = make_report(release, "2281", "spridning", comment="Publicerad.")
    sign_in(development_leader).post(
        reverse("comment_reports", args=["22", "2026-k3", "2281"]), {"comment": "Något annat"}
    )
    report.refresh_from_db()
    assert (report.comment, report.status) == ("Publicerad.", "done")


def test_freezing_too_early_says_why(sign_in, development_leader, vasternorrland):
    response = sign_in(development_leader).post(reverse("freeze_quarter", args=["22"]), {"quarter": "2099-K1"})
    assert response.status_code == 422


def test_nothing_is_written_by_reading(sign_in, development_leader, region_report):
    client = sign_in(development_leader)
    before = Event.objects.count()
    for url in (reverse("report_list"), region_report.get_absolute_url(), reverse("desk", args=["22", "2026-k3"])):
        assert client.get(url).status_code == 200
    assert Event.objects.count() == before
    assert timezone.localdate() >= timezone.localdate(region_report.release.frozen_at)


def test_the_desk_flags_what_fell_by_more_than_ten_units_from_released_figures(sign_in, development_leader, release):
    def cells(quarter, **values):
        shown = {
            Key("L6", place): Shown(State.SHOWN, Kind.SHARE, value) if value else Shown(State.HIDDEN, Kind.SHARE)
            for place, value in values.items()
        }
        return Disclosed("22", quarter, 1, 5, tuple(values), shown).as_dict()

    now, before = Quarter(2026, 3), Quarter(2026, 2)
    Release.objects.filter(pk=release.pk).update(cells=cells(now, **{"2281": 60, "2260": 50, "2284": None}))
    Release.objects.create(
        region=release.region,
        quarter=str(before),
        cells=cells(before, **{"2281": 71, "2260": 60, "2284": 90}),
        sha256="1" * 64,
        code_version="test",
    )
    for code in ("2281", "2260", "2284"):
        make_report(release, code, "spridning", published=False)
    page = sign_in(development_leader).get(reverse("desk", args=["22", "2026-k3"])).content.decode()
    assert page.count("Föll mer än tio enheter") == 1
    assert "Aktuell genomförandeplan: från 71\xa0% till 60\xa0%" in page
