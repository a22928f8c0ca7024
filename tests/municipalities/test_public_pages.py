"""What anybody reads of a region without signing in: no cookie, no draft, no name that is not the page's own."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from bou_portal.access import Role
from municipalities.models import Body, Comment, Holder, News, Organisation, Plan, PlanVersion, Post, Region
from tests.conftest import make_user

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = {
    "schema": 1,
    "title": "Årsplan 2026",
    "focuses": [
        {
            "uid": "1",
            "title": "Familjehem",
            "goals": [
                {
                    "uid": "2",
                    "title": "Fler familjehem",
                    "activities": [
                        {
                            "uid": "3",
                            "title": "Gemensam utbildning",
                            "owner": "Ulla Hemlig",
                            "when": "kvartal 2 2026",
                            "state_name": "Pågår",
                            "needs": [{"uid": "4", "title": "Ett behov", "from": "Timrå"}],
                        }
                    ],
                }
            ],
        }
    ],
}


@pytest.fixture
def write(vasternorrland, development_leader):
    """`write("Titel", topic="bbic")` is published news of the region; `published_at=None` a draft."""

    def written(title, slug=None, **fields):
        facts = {"topic": "annat", "lead": "Ingressen.", "body": "Texten.", "published_at": timezone.now(), **fields}
        facts = {"region": vasternorrland, "owner": development_leader, "owner_name": "Lena Wikström", **facts}
        return News.objects.create(title=title, slug=slug or slugify(title), **facts)

    return written


def text(response):
    return response.content.decode()


def test_every_member_region_can_be_chosen(client, write):
    write("Nytt stöd")
    page = text(client.get("/nyheter/"))
    assert page.count("Inga nyheter ännu.") == Region.objects.members().count() - 1
    assert "Nytt stöd" in page
    assert 'href="/nyheter/24/"' in page
    assert client.get("/nyheter/01/").status_code == 404  # not a member
    assert client.get("/nyheter/99/").status_code == 404


def test_a_signed_in_reader_meets_her_own_region_first(sign_in, neighbour):
    page = text(sign_in(neighbour).get("/nyheter/"))
    assert page.index('href="/nyheter/24/"') < page.index('href="/nyheter/12/"')
    assert page.count("Din region") == 1


@pytest.mark.parametrize("path", ["", "22/", "22/nytt-stod/", "22/plan/", "22/flode.atom", "22/prenumerera/tack/"])
def test_a_reader_gets_no_cookie_and_leaves_no_trace(client, write, path, django_assert_max_num_queries):
    write("Nytt stöd", "nytt-stod")
    with django_assert_max_num_queries(12) as asked:
        response = client.get(f"/nyheter/{path}")
    assert response.status_code == 200
    assert not response.cookies
    assert not [query for query in asked.captured_queries if not query["sql"].startswith("SELECT")]


def test_a_page_says_who_answers_for_it_and_when_it_was_written_and_changed(client, write):
    day = timezone.now() - timedelta(days=10)
    news = write("Nytt stöd", published_at=day)
    page = text(client.get(news.get_absolute_url()))
    assert "Sidansvarig</dt><dd>Lena Wikström" in page
    assert f"Publicerad</dt><dd>{timezone.localdate(day):%Y-%m-%d}" in page
    assert "Ändrad" not in page
    News.objects.update(changed_at=timezone.now())
    assert f"Ändrad</dt><dd>{timezone.localdate():%Y-%m-%d}" in text(client.get(news.get_absolute_url()))


def test_markup_in_a_text_is_text_and_addresses_are_links_that_vouch_for_nothing(client, write):
    body = 'Ett <script>alert(1)</script> stycke.\n\nLäs på https://www.example.org/x?a=1&b="><b> eller javascript:alert(1)'
    page = text(client.get(write("<b>Fet</b>", "fet", body=body, lead="<i>kursiv</i>").get_absolute_url()))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<p>Ett " in page
    assert 'href="https://www.example.org/x?a=1&amp;b=' in page
    assert 'rel="nofollow"' in page
    assert 'href="javascript' not in page
    for piece in ("<script>alert", "<b>Fet", "<i>kursiv", '"><b>'):
        assert piece not in page


def test_drafts_are_hers_who_leads_and_withdrawn_news_says_that_it_is_gone(client, write, development_leader):
    draft, news = write("Utkastet", published_at=None), write("Borta")
    assert news.withdraw(development_leader)
    gone = client.get(news.get_absolute_url())
    assert (client.get(draft.get_absolute_url()).status_code, gone.status_code) == (404, 410)
    assert "finns inte längre kvar" in text(gone)
    assert "Borta" not in text(gone)
    page = text(client.get("/nyheter/22/"))
    assert "Utkastet" not in page
    assert "Borta" not in page
    client.force_login(development_leader)
    assert "Så här blir sidan" in text(client.get(draft.get_absolute_url()))
    assert "Avpublicerad" in text(client.get(news.get_absolute_url()))
    page = text(client.get("/nyheter/22/"))
    assert "Utkastet" in page
    assert "Borta" in page


def test_the_list_is_narrowed_by_topic_and_turned_page_by_page(client, write):
    for number in range(12):
        write(f"Nyhet nummer {number}", topic="bbic" if number == 3 else "hvb")
    first, second = text(client.get("/nyheter/22/")), text(client.get("/nyheter/22/?sida=2"))
    assert "1–10 av 12" in first
    assert "Nyhet nummer 11" in first
    assert "Nyhet nummer 0" in second
    chosen = text(client.get("/nyheter/22/?amne=bbic"))
    assert "Senaste nytt om BBIC: Nyhet nummer 3." in chosen
    assert "Nyhet nummer 4" not in chosen
    assert "Inga nyheter om det ämnet" in text(client.get("/nyheter/22/?amne=lag"))
    assert client.get("/nyheter/22/?amne=hittepå&sida=x").status_code == 200


def test_the_number_of_queries_does_not_grow(client, write, unit_manager):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    news = write("Första")
    Comment.objects.create(news=news, text="Bra.", by=unit_manager)
    paths = ("/nyheter/", "/nyheter/22/", news.get_absolute_url(), "/nyheter/22/flode.atom")
    before = [asked(path) for path in paths]
    for number in range(30):
        write(f"Nyhet {number}")
        writer = make_user(
            f"{number}@sundsvall.example", Role.DATA_STEWARD, municipality=unit_manager_place(unit_manager)
        )
        Comment.objects.create(news=news, text="Bra.", by=writer)
    assert [asked(path) for path in paths] == before


def unit_manager_place(user):
    return user.current_memberships[0].municipality


# --- plan and contacts ------------------------------------------------------------------------------------------------
@pytest.fixture
def version(vasternorrland):
    plan = Plan.objects.create(region=vasternorrland, year=2026, title="Årsplan 2026")
    body = Body.objects.create(region=vasternorrland, name="Styrgruppen", kind=Body.Kind.values[0])
    return PlanVersion.objects.create(
        plan=plan, number=1, state="godkand", content=CONTENT, decided_on="2026-01-15", body=body
    )


def test_anybody_reads_the_approved_plan_without_names(client, version):
    page = text(client.get("/nyheter/22/plan/"))
    for said in ("Styrgruppen godkände planen 2026-01-15", "Fler familjehem", "Gemensam utbildning", "kvartal 2 2026"):
        assert said in page
    assert "pågår" in page
    assert "Ulla Hemlig" not in page
    assert "Timrå" not in page
    assert "Läs planen i korthet" in text(client.get("/nyheter/22/"))


@pytest.mark.parametrize("state", ["foreslagen", "aterkallad"])
def test_a_plan_that_is_not_approved_is_nobody_elses(client, version, state):
    PlanVersion.objects.update(state=state)
    page = text(client.get("/nyheter/22/plan/"))
    assert "Ingen godkänd plan ännu" in page
    assert "Gemensam utbildning" not in page
    assert "Läs planen i korthet" not in text(client.get("/nyheter/22/"))


def test_contacts_are_the_regions_own_posts_that_somebody_holds(client, vasternorrland, sundsvall):
    today = timezone.localdate()
    partner = Organisation.objects.create(region=vasternorrland, name="Högskolan")
    for title, name, place, days in (
        ("Utvecklingsledare", "Lena Wikström", {}, {}),
        ("BBIC-samordnare", "Hon Som Slutat", {}, {"ended_on": today - timedelta(days=1)}),
        ("Samordnare", "Hon Som Kommer", {}, {"started_on": today + timedelta(days=9)}),
        ("Enhetschef", "Kommunens Chef", {"municipality": sundsvall}, {}),
        ("Forskare", "Partnerns Forskare", {"organisation": partner}, {}),
    ):
        post = Post.objects.create(region=vasternorrland, title=title, **place)
        facts = {"started_on": today - timedelta(days=99), "email": "x@region.example", "phone": "060-12 34 56"}
        Holder.objects.create(post=post, name=name, **(facts | days))
    page = text(client.get("/nyheter/22/"))
    assert 'Utvecklingsledare</dt><dd>Lena Wikström<br><span class="nowrap">060-12 34 56</span>' in page
    for name in ("Hon Som", "Kommunens Chef", "Partnerns Forskare", "x@region.example"):
        assert name not in page


def test_a_contact_who_has_left_is_not_named_to_anybody(client, vasternorrland, development_leader):
    post = Post.objects.create(region=vasternorrland, title="Utvecklingsledare")
    Holder.objects.create(
        post=post, user=development_leader, name="Före Namnbytet", started_on=timezone.localdate() - timedelta(days=9)
    )
    assert f"<dd>{development_leader.name}" in text(client.get("/nyheter/22/"))
    development_leader.memberships.update(ended_on=timezone.localdate())
    assert "Utvecklingsledare</dt>" not in text(client.get("/nyheter/22/"))


# --- the feed ---------------------------------------------------------------------------------------------------------
def entries(response):
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_the_feed_is_atom_as_the_standard_wants_it(client, write, settings):
    settings.BASE_URL = "https://bou.example"
    news = write("Å & <b>", "a", lead="Mer \x01<i>om</i>.", topic="hvb")
    response = client.get("/nyheter/22/flode.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    for name in ("title", "id", "updated", "author"):
        assert feed.find(ATOM + name) is not None, name
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://bou.example/nyheter/22/flode.atom",
        "alternate": "https://bou.example/nyheter/22/",
    }
    (entry,) = entries(response)
    said = {part.tag.removeprefix(ATOM): part for part in entry}
    assert said["id"].text == f"tag:bou.example,2026:nyhet:{news.uid}"
    assert said["title"].text == "Å & <b>"
    assert (said["summary"].get("type"), said["summary"].text) == ("html", "Mer &lt;i&gt;om&lt;/i&gt;.")
    assert said["author"].find(f"{ATOM}name").text == "Lena Wikström"
    assert said["updated"].text.startswith(f"{news.published_at:%Y-%m-%d}")
    assert said["link"].get("href") == "https://bou.example/nyheter/22/a/"


def test_the_feed_is_sent_again_only_when_it_says_something_else(client, write, development_leader):
    news = write("Första", published_at=timezone.now() - timedelta(days=2))
    first = client.get("/nyheter/22/flode.atom")
    for known in ({"HTTP_IF_NONE_MATCH": first["ETag"]}, {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}):
        assert client.get("/nyheter/22/flode.atom", **known).status_code == 304
        assert not client.get("/nyheter/22/flode.atom", **known).content
    news.withdraw(development_leader)
    for known in ({"HTTP_IF_NONE_MATCH": first["ETag"]}, {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}):
        assert client.get("/nyheter/22/flode.atom", **known).status_code == 200
    assert entries(client.get("/nyheter/22/flode.atom")) == []


def test_a_feed_without_news_is_a_feed(client, db):
    response = client.get("/nyheter/24/flode.atom")
    assert (response.status_code, entries(response)) == (200, [])
    assert client.get("/nyheter/24/flode.atom", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304


def test_public_pages_are_only_read(client, write):
    news = write("Första")
    paths = [reverse("news"), "/nyheter/22/", news.get_absolute_url(), "/nyheter/22/plan/", "/nyheter/22/flode.atom"]
    assert {client.post(path).status_code for path in paths} == {405}
