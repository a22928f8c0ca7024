"""The region's library: put in by the leader with an own short summary, found by everybody who works in the region."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bou_portal.audit.models import Event
from municipalities.models import AgendaItem, Body, Dispatch, Knowledge, Meeting, Receipt

pytestmark = pytest.mark.django_db

ENTRY = {
    "title": "Att samtala med barn",
    "kind": "kunskapsstod",
    "topic": "delaktighet",
    "publisher": "Socialstyrelsen",
    "number": "2018-11-14",
    "published_on": "2018-11-20",
    "link": "https://www.socialstyrelsen.se/",
    "summary": "Hur samtal förbereds.\nHur de genomförs.",
    "tags": "Samtal, delaktighet , samtal",
}


def piece(region, **changes):
    fields = {"kind": "rapport", "title": "Barnen vill – vågar vi", "topic": "delaktighet", "summary": "En bok."}
    return Knowledge.objects.create(region=region, **(fields | changes))


def enter(client, **changes):
    return client.post(reverse("knowledge_new"), ENTRY | changes)


def listed(client, **query):
    return [row.title for row in client.get(reverse("knowledge_list"), query).context["library"].page]


def test_a_leader_puts_a_product_into_the_library_with_her_own_summary(sign_in, development_leader, vasternorrland):
    answer = enter(sign_in(development_leader))
    made = Knowledge.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.region, made.entered_by, made.number) == (vasternorrland, development_leader, "2018-11-14")
    assert made.tags == "samtal, delaktighet"
    assert Event.objects.filter(target="municipalities.knowledge", verb="created").count() == 1


def test_a_double_click_puts_it_in_once(sign_in, development_leader):
    client = sign_in(development_leader)
    token = client.get(reverse("knowledge_new")).context["form"].initial["token"]
    first, second = enter(client, token=token), enter(client, token=token)
    assert first.url == second.url
    assert Knowledge.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("summary", "\n".join("abcdef"), "Sammanfattningen har 6 rader. Korta den till fem."),
        ("summary", "a" * 801, "801"),
        ("summary", "", "Detta fält måste fyllas i."),
        ("link", "http://example.org/", "Skriv en hel länk som börjar med https://."),
        ("link", "javascript:alert(1)", "Skriv en hel länk som börjar med https://."),
        ("published_on", "2150-01-01", "Datumet har inte varit än."),
        ("title", "Om 20100101-2382", "personnummer"),
        ("kind", "bok", "bok"),
    ],
)
def test_what_cannot_be_put_in_is_said_why(sign_in, development_leader, field, value, said):
    answer = enter(sign_in(development_leader), **{field: value})
    assert said in " ".join(answer.context["form"].errors[field])
    assert not Knowledge.objects.exists()


def test_a_link_without_its_beginning_becomes_https(sign_in, development_leader):
    enter(sign_in(development_leader), link="skr.se/rapport")
    assert Knowledge.objects.get().link == "https://skr.se/rapport"


@pytest.mark.parametrize("link", ["http://example.org/", "javascript:alert(1)"])
def test_the_database_refuses_another_link_than_https(vasternorrland, link):
    with pytest.raises(IntegrityError), transaction.atomic():
        piece(vasternorrland, link=link)


def test_a_leader_changes_it_and_a_second_writer_is_told(sign_in, development_leader, vasternorrland):
    client, made = sign_in(development_leader), piece(vasternorrland)
    address = reverse("knowledge_change", args=[made.uid])
    seen = client.get(address).context["form"].initial["seen"]
    assert client.post(address, ENTRY | {"seen": seen}).status_code == 302
    answer = client.post(address, ENTRY | {"seen": seen, "title": "Något annat"})
    assert "Ditt står kvar" in answer.content.decode()
    made.refresh_from_db()
    assert (made.title, made.sort_key) == ("Att samtala med barn", "att samtala med barn")


def test_what_no_longer_holds_is_kept_apart_and_can_hold_again(sign_in, development_leader, vasternorrland):
    client, made = sign_in(development_leader), piece(vasternorrland)
    turn = reverse("knowledge_turn", args=[made.uid])
    for _ in range(2):  # a double click
        assert "Gäller inte längre" in client.post(turn, {"do": "withdraw"}, follow=True).content.decode()
    assert Event.objects.filter(target="municipalities.knowledge", detail__withdrawn=True).count() == 1
    assert (listed(client), listed(client, visa="gamla")) == ([], [made.title])
    assert client.get(reverse("dispatch_new", args=[made.uid])).status_code == 404
    client.post(turn, {"do": "restore"})
    assert listed(client) == [made.title]


@pytest.mark.parametrize("who", ["social_worker", "unit_manager", "head_of_ifo", "data_steward", "regional_reader"])
def test_everybody_who_works_in_the_region_reads_the_library(sign_in, request, vasternorrland, who):
    made, client = piece(vasternorrland), sign_in(request.getfixturevalue(who))
    assert listed(client) == [made.title]
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Skicka ut" not in page
    for name in ("knowledge_change", "dispatch_new"):
        assert client.get(reverse(name, args=[made.uid])).status_code == 403
    assert client.get(reverse("knowledge_new")).status_code == 403


def test_another_regions_library_is_not_there(sign_in, neighbour, vasternorrland):
    made, client = piece(vasternorrland), sign_in(neighbour)
    assert listed(client) == []
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(reverse("knowledge_list"), {"region": "22"}).status_code == 404


def test_a_project_is_found_under_its_topic_and_its_words(sign_in, social_worker, vasternorrland):
    made = piece(vasternorrland, tags="återgång, böcker", publisher="Allmänna Barnhuset", number="2014:1")
    piece(vasternorrland, title="Ädla ord", topic="hvb", kind="film")
    client = sign_in(social_worker)
    assert listed(client, omrade="delaktighet") == [made.title]
    assert listed(client, slag="film") == ["Ädla ord"]
    for words in ("ÅTERGÅNG", "barnhuset bok", "2014:1", "vågar"):
        assert listed(client, sok=words) == [made.title], words
    assert listed(client, sok="100%") == listed(client, sok="barnhuset film") == []
    assert "Inget passar det du söker" in client.get(reverse("knowledge_list"), {"sok": "xyz"}).content.decode()


def test_the_library_is_sorted_as_asked(sign_in, social_worker, vasternorrland):
    for title, day in (("Örat", None), ("Alla", "2020-01-01"), ("Åter", "2024-01-01")):
        piece(vasternorrland, title=title, published_on=day)
    client = sign_in(social_worker)
    assert listed(client) == ["Åter", "Alla", "Örat"]
    assert listed(client, sortera="titel") == ["Alla", "Åter", "Örat"]
    assert listed(client, sortera="utgivet") == ["Åter", "Alla", "Örat"]
    assert listed(client, sortera="fel", slag="fel", visa="fel") == ["Åter", "Alla", "Örat"]


def test_the_page_says_where_it_was_presented(sign_in, social_worker, vasternorrland):
    made = piece(vasternorrland)
    body = Body.objects.create(region=vasternorrland, kind="natverk", name="Nätverket")
    day = datetime(2026, 10, 5, 9, tzinfo=UTC)
    for number, state in enumerate(("hallet", "installt")):
        start = day + timedelta(days=number)
        meeting = Meeting.objects.create(body=body, starts_at=start, ends_at=start + timedelta(hours=1), state=state)
        AgendaItem.objects.create(meeting=meeting, title="Ny bok", knowledge=made)
    page = sign_in(social_worker).get(made.get_absolute_url()).content.decode()
    assert "Nätverket 2026-10-05" in page
    assert "2026-10-06" not in page


@pytest.mark.parametrize("who", ["development_leader", "unit_manager"])
def test_the_library_asks_the_same_number_of_questions_for_one_and_thirty(
    sign_in, request, who, vasternorrland, sundsvall, django_assert_max_num_queries
):
    user = request.getfixturevalue(who)
    client, first = sign_in(user), piece(vasternorrland)
    send_to(first, user, sundsvall)
    address = reverse("knowledge_list")
    client.get(address)
    with django_assert_max_num_queries(20) as one:
        client.get(address)
    for number in range(30):
        send_to(piece(vasternorrland, title=f"Rapport {number}"), user, sundsvall)
    with django_assert_max_num_queries(len(one)):
        client.get(address)


def send_to(knowledge, user, municipality):
    sent = Dispatch.objects.create(knowledge=knowledge, roles=["unit_manager"], sent_by=user)
    return Receipt.objects.create(dispatch=sent, user=user, municipality=municipality)
