"""Reading the log: the own municipality's, with names, without codes; a copy of it is itself logged."""

import csv
from datetime import datetime
from io import StringIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Event, Verb
from placements.models import Child, Rating

PAGE = "/logg/"
COPY = "/logg/kopia/"
SWEDISH = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def head(sign_in, head_of_ifo):
    return sign_in(head_of_ifo)


@pytest.fixture
def events(social_worker, neighbour, child, umea, sundsvall):
    record(social_worker, Verb.OPENED, child)
    record(social_worker, Verb.EXPORTED, "placements.placement", municipality_id=sundsvall.pk, rows=12)
    record(neighbour, Verb.EXPORTED, "placements.placement", municipality_id=umea.pk, rows=77)
    record(None, Verb.DELETED, "placements.deliveryrow", municipality_id=sundsvall.pk, rows=3)


def test_a_head_reads_who_did_what_in_the_own_municipality(head, events, child):
    page = head.get(PAGE).content.decode()
    assert "Maja Lindqvist" in page
    assert "Portalen" in page
    assert "öppnade" in page
    assert "rader: 12" in page
    assert "rader: 77" not in page
    assert f'<a href="/placeringar/{child.uid}/">barn</a>' in page
    assert child.local_code not in page.split("<main")[1]


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?gjorde=opened", "öppnade</td>", "exporterade</td>"),
        ("?gjorde=exported", "exporterade</td>", "öppnade</td>"),
        ("?gjorde=nonsens&fran=igen", "öppnade</td>", "rader: 77"),
    ],
)
def test_the_log_is_narrowed_by_what_happened(head, events, query, shown, hidden):
    page = head.get(PAGE + query).content.decode()
    assert shown in page
    assert hidden not in page


def test_the_log_is_narrowed_by_swedish_days_both_included(head, head_of_ifo, sundsvall):
    for day, hour in [(20, 23), (21, 0), (21, 23), (22, 0)]:
        Event.objects.create(
            at=datetime(2026, 11, day, hour, 30, tzinfo=SWEDISH),
            actor_id=head_of_ifo.pk,
            municipality_id=sundsvall.pk,
            verb=Verb.CREATED,
            target="prov",
        )
    page = head.get(PAGE + "?fran=2026-11-21&till=2026-11-21")
    assert [timezone.localtime(line.event.at).hour for line in page.context["lines"]] == [23, 0]


def test_nothing_found_says_what_to_do(head):
    assert "Inga händelser" in head.get(PAGE).content.decode()


def test_the_page_asks_the_database_as_often_for_fifty_lines_as_for_one(
    head, social_worker, child, django_assert_max_num_queries, django_assert_num_queries
):
    record(social_worker, Verb.OPENED, child)
    head.get(PAGE)
    with django_assert_max_num_queries(15) as few:
        head.get(PAGE)
    for _ in range(120):
        record(social_worker, Verb.OPENED, child)
    with django_assert_num_queries(len(few)):
        page = head.get(PAGE)
    assert len(page.context["lines"]) == 50
    assert "51–100 av 121" in head.get(PAGE + "?sida=2").content.decode()


def test_lines_about_many_stays_and_ratings_ask_no_more_than_about_one(
    head, social_worker, placement, django_assert_max_num_queries, django_assert_num_queries
):
    def rated(stay):
        return Rating(municipality=stay.municipality, placement=stay, home=stay.home, rated_by=social_worker)

    def tell(stay, rating):
        rating.save()
        record(social_worker, Verb.OPENED, stay)
        record(social_worker, Verb.CHANGED, rating)

    tell(placement, rated(placement))
    head.get(PAGE)
    with django_assert_max_num_queries(17) as few:
        head.get(PAGE)
    for number in range(9):
        child = Child.objects.create(municipality=placement.municipality, local_code=f"B-{number}")
        placement.pk, placement.uid, placement.child = None, uuid4(), child
        placement.save(force_insert=True)
        tell(placement, rated(placement))
    with django_assert_num_queries(len(few)):
        page = head.get(PAGE)
    assert sum(bool(line.url) for line in page.context["lines"]) == 10  # ratings are read by those who may rate


def test_a_deleted_account_and_a_deleted_child_still_have_their_lines(head, social_worker, child):
    record(social_worker, Verb.OPENED, child)
    child.delete()
    social_worker.memberships.all().delete()
    social_worker.delete()
    page = head.get(PAGE).content.decode()
    assert "borttaget konto" in page
    assert "<td>barn</td>" in page


def test_a_copy_is_a_file_and_an_event(head, events, head_of_ifo, sundsvall):
    assert head.get(COPY).status_code == 200
    assert not Event.objects.filter(target="audit.event").exists()
    response = head.post(COPY + "?gjorde=exported", {"reason": "årlig kontroll"})
    assert response["Content-Disposition"].startswith('attachment; filename="logg-')
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["tidpunkt", "vem", "gjorde", "vad", "nummer", "uppgifter"]
    assert [row[1:4] for row in rows[1:]] == [["Maja Lindqvist", "exporterade", "placering"]]
    event = Event.objects.get(target="audit.event")
    assert (event.verb, event.actor_id, event.municipality_id) == (Verb.EXPORTED, head_of_ifo.pk, sundsvall.pk)
    assert event.detail == {"rows": 1, "reason": "årlig kontroll"}


def test_many_rows_leave_only_with_a_reason(head, social_worker, child):
    for _ in range(201):
        record(social_worker, Verb.OPENED, child)
    assert "Skriv varför" in head.post(COPY, {"reason": " "}).content.decode()
    assert not Event.objects.filter(target="audit.event").exists()
    assert head.post(COPY, {"reason": "tillsyn"})["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("page", [PAGE, COPY])
def test_others_do_not_read_the_log(sign_in, request, events, page):
    for who in ("social_worker", "data_steward", "development_leader", "regional_reader"):
        assert sign_in(request.getfixturevalue(who)).get(page).status_code == 403, who


def test_a_neighbouring_head_reads_her_own(sign_in, events, neighbouring_head):
    page = sign_in(neighbouring_head).get(PAGE).content.decode()
    assert "rader: 77" in page
    assert "rader: 12" not in page


def test_the_log_is_append_only(events):
    event = Event.objects.first()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_head_reads_the_names_of_who_gave_and_took_over_a_child(head, social_worker, unit_manager, child):
    record(unit_manager, Verb.CHANGED, child, what="ansvar", worker=unit_manager.pk, was_worker=social_worker.pk)
    html = head.get(PAGE).content.decode()
    assert f"ny ansvarig: {unit_manager}, tidigare ansvarig: {social_worker}" in html
