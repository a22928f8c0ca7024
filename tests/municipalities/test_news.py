"""Writing the region's news and talking about it: who may, what is refused, and what others then see."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event
from municipalities.models import Comment, News
from tests.conftest import make_user

GIVEN = {
    "title": "Ny utbildning för familjehem",
    "topic": "familjehem",
    "lead": "Alla kommuner är välkomna.",
    "body": "Första stycket.\n\nAndra stycket.",
    "has_comments": "on",
}


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def given(development_leader):
    return {**GIVEN, "owner": development_leader.pk}


@pytest.fixture
def news(vasternorrland, development_leader):
    return News.objects.create(
        region=vasternorrland, slug="nytt-stod", title="Nytt stöd", topic="hvb", lead="Ingress.", body="Text.",
        owner=development_leader, owner_name=str(development_leader), published_at=timezone.now(),
    )  # fmt: skip


def text(response):
    return response.content.decode()


def work(name, row):
    return reverse(name, args=[row.uid])


# --- writing ----------------------------------------------------------------------------------------------------------
def test_leader_writes_reads_it_through_and_publishes(leader, given, client, development_leader):
    shown = leader.post("/nyheter/22/ny/", given, follow=True)
    assert "Läs igenom det och publicera" in text(shown)
    assert shown.redirect_chain[-1][0] == "/nyheter/22/ny-utbildning-for-familjehem/"
    news = News.objects.get()
    assert (news.is_draft, news.owner, news.owner_name) == (True, development_leader, str(development_leader))
    shown = leader.post(work("news_publish", news), follow=True)
    assert "Nyheten är publicerad" in text(shown)
    client.logout()
    assert client.get(news.get_absolute_url()).status_code == 200
    assert set(Event.objects.filter(target="municipalities.news").values_list("verb", flat=True)) == {
        "created",
        "published",
    }


def test_publishing_twice_publishes_once(leader, news):
    News.objects.update(published_at=None)
    for _ in range(2):
        leader.post(work("news_publish", news))
    assert Event.objects.filter(verb="published").count() == 1
    assert News.objects.get().changed_at is None


def test_a_double_click_writes_once(leader, given):
    token = "7d0f8a52-3b1b-4b6f-9d7e-0f6a1c2b3d4e"
    for _ in range(2):
        leader.post("/nyheter/22/ny/", {**given, "token": token})
    assert News.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Åtta råd för ännu bättre möten", "atta-rad-for-annu-battre-moten"),
        ("!!!", "nyhet"),
        ("Plan", "plan-2"),
        ("Ny", "ny-2"),
        ("Nytt stöd", "nytt-stod-2"),
        ("ö" * 120, "o" * 76),
    ],
)
def test_a_title_becomes_an_address(leader, given, news, title, slug):
    leader.post("/nyheter/22/ny/", {**given, "title": title})
    assert News.objects.exclude(pk=news.pk).get().slug == slug


def test_a_changed_title_keeps_the_address_and_says_when_it_changed(leader, given, news):
    leader.post(work("news_change", news), {**given, "title": "Stöd till fler"})
    changed = News.objects.get()
    assert (changed.slug, changed.title) == ("nytt-stod", "Stöd till fler")
    assert timezone.localdate(changed.changed_at) == timezone.localdate()


def test_what_is_saved_without_a_change_has_not_changed(leader, news, given):
    same = {name: getattr(news, name) for name in ("title", "topic", "lead", "body")}
    leader.post(work("news_change", news), {**given, **same})
    assert News.objects.get().changed_at is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "måste fyllas i"),
        ({"title": "Om 20030303-2395"}, "personnummer"),
        ({"lead": "Om 20030303-2395"}, "personnummer"),
        ({"body": "Om 20030303-2395"}, "personnummer"),
        ({"topic": "fotboll"}, "Välj"),
        ({"owner": ""}, "måste fyllas i"),
        ({"lead": "x" * 301}, "300"),
    ],
)
def test_wrong_input_says_why(leader, given, wrong, said):
    assert said in text(leader.post("/nyheter/22/ny/", {**given, **wrong}))
    assert not News.objects.exists()


def test_only_those_of_the_regional_body_answer_for_a_page(leader, given, social_worker, regional_reader):
    assert "Välj" in text(leader.post("/nyheter/22/ny/", {**given, "owner": social_worker.pk}))
    leader.post("/nyheter/22/ny/", {**given, "owner": regional_reader.pk})
    assert News.objects.get().owner == regional_reader


def test_the_second_of_two_writers_is_told(leader, given, news):
    seen = leader.get(work("news_change", news)).context["form"]["seen"].value()
    News.objects.update(lead="En annan ingress.")
    shown = text(leader.post(work("news_change", news), {**given, "seen": seen}))
    assert "ändrade det här medan du skrev" in shown
    assert "En annan ingress." in shown


def test_withdrawn_news_can_be_shown_again(leader, news, client):
    leader.post(work("news_withdraw", news))
    assert not News.objects.public().exists()
    leader.post(work("news_publish", news))
    assert News.objects.public().get().changed_at


def test_a_page_whose_owner_has_left_waits_for_another(leader, news, regional_reader):
    News.objects.update(owner=regional_reader, owner_name="Bo Hellgren")
    assert "Sidansvarig har slutat" not in text(leader.get("/nyheter/22/"))
    regional_reader.memberships.get().end(regional_reader)
    assert "Sidansvarig har slutat" in text(leader.get("/nyheter/22/"))
    page = text(leader.get(news.get_absolute_url()))
    assert "Sidansvarig har slutat" in page
    assert "Bo Hellgren" in page
    regional_reader.delete()
    assert "Sidansvarig har slutat" in text(leader.get(news.get_absolute_url()))


@pytest.mark.parametrize(
    ("who", "status"), [("regional_reader", 403), ("head_of_ifo", 403), ("neighbour", 403), ("other_leader", 404)]
)
def test_others_do_not_write(request, sign_in, news, umea, who, status):
    other = (
        make_user("t@region.example", Role.DEVELOPMENT_LEADER, region=umea.region)
        if who == "other_leader"
        else request.getfixturevalue(who)
    )
    client = sign_in(other)
    for path in ("/nyheter/22/ny/", work("news_change", news), work("news_withdraw", news)):
        assert client.get(path).status_code == status, path
    assert client.post(work("news_publish", news)).status_code == status


@pytest.mark.parametrize(
    "wrong", [{"withdrawn_at": timezone.now(), "published_at": None}, {"slug": "annan"}], ids=["withdrawn", "address"]
)
def test_the_database_refuses_the_impossible(news, wrong, vasternorrland):
    News.objects.create(region=vasternorrland, slug="annan", title="x", topic="hvb", lead="x", body="x", owner_name="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        News.objects.filter(pk=news.pk).update(**wrong)


# --- comments ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def comment(news, social_worker):
    return Comment.objects.create(news=news, text="Det här hjälper oss.", by=social_worker)


def test_who_works_in_the_region_comments(sign_in, social_worker, news, client):
    shown = sign_in(social_worker).post(work("comment_new", news), {"text": "Bra <b>idé</b>"}, follow=True)
    assert "Bra &lt;b&gt;idé&lt;/b&gt;" in text(shown)
    assert "Maja Lindqvist, Sundsvalls kommun" in text(shown)
    client.logout()
    page = text(client.get(news.get_absolute_url()))
    assert "Medarbetare, Sundsvalls kommun" in page
    assert "Maja" not in page
    assert Event.objects.get(target="municipalities.comment").verb == "created"


def test_a_comment_sent_twice_is_one(sign_in, social_worker, news):
    client = sign_in(social_worker)
    for _ in range(2):
        client.post(work("comment_new", news), {"text": "Bra", "token": "7d0f8a52-3b1b-4b6f-9d7e-0f6a1c2b3d4e"})
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "måste fyllas i"),
        ("Gäller 20030303-2395", "personnummer"),
        ("Fråga Kim Persson om det", "Kan peka ut någon"),
        ("x" * 1001, "1000"),
    ],
)
def test_a_comment_that_may_not_be_written_says_why(sign_in, social_worker, news, said, why):
    assert why in text(sign_in(social_worker).post(work("comment_new", news), {"text": said})).replace("\u00a0", "")
    assert not Comment.objects.exists()


def test_a_name_that_points_nobody_out_is_confirmed(sign_in, social_worker, news):
    sent = {"text": "Tack till Rädda Barnen", "confirmed": ["Tack", "Rädda Barnen"]}
    sign_in(social_worker).post(work("comment_new", news), sent)
    assert Comment.objects.get().text == "Tack till Rädda Barnen"


def test_strangers_do_not_comment(client, news):
    page = text(client.get(news.get_absolute_url()))
    assert "när de har loggat in" in page
    assert "<form" not in page
    assert client.post(work("comment_new", news), {"text": "Hej"}).status_code == 302
    assert not Comment.objects.exists()


def test_neighbours_read_and_do_not_comment(sign_in, neighbour, news, comment):
    client = sign_in(neighbour)
    assert "De som arbetar i regionen kan kommentera." in text(client.get(news.get_absolute_url()))
    assert client.post(work("comment_new", news), {"text": "Hej"}).status_code == 404
    assert client.get(work("comment_hide", comment)).status_code == 404


def test_comments_can_be_off(sign_in, social_worker, news):
    News.objects.update(has_comments=False)
    client = sign_in(social_worker)
    assert "kan inte kommenteras" in text(client.get(news.get_absolute_url()))
    client.post(work("comment_new", news), {"text": "Hej"})
    assert not Comment.objects.exists()


def test_what_is_not_public_is_not_commented(sign_in, social_worker, news):
    News.objects.update(withdrawn_at=timezone.now())
    assert sign_in(social_worker).get(work("comment_new", news)).status_code == 404


def test_owner_hides_a_comment_and_each_reader_sees_her_part(client, regional_reader, social_worker, news, comment):
    News.objects.update(owner=regional_reader)
    client.force_login(regional_reader)
    assert "måste fyllas i" in text(client.post(work("comment_hide", comment), {"hidden_reason": ""}))
    client.post(work("comment_hide", comment), {"hidden_reason": "Handlar om en enskild."})
    comment.refresh_from_db()
    assert (comment.hidden_by, bool(comment.hidden_at)) == (regional_reader, True)
    event = Event.objects.get(target="municipalities.comment")
    assert (event.verb, event.actor_id) == ("changed", regional_reader.pk)
    assert "hidden_reason" in event.detail["fields"]
    page = text(client.get(news.get_absolute_url()))
    assert "Dold för andra" in page
    client.force_login(social_worker)
    page = text(client.get(news.get_absolute_url()))
    assert "Det här hjälper oss." in page
    assert "Handlar om en enskild." in page
    client.logout()
    page = text(client.get(news.get_absolute_url()))
    assert "En kommentar är dold av sidansvarig." in page
    for part in ("Det här hjälper oss.", "Handlar om en enskild.", "Medarbetare"):
        assert part not in page


def test_leader_hides_too_and_hiding_twice_is_told(leader, news, comment):
    News.objects.update(owner=None)
    leader.post(work("comment_hide", comment), {"hidden_reason": "Fel sida."})
    shown = leader.post(work("comment_hide", comment), {"hidden_reason": "Annat."}, follow=True)
    assert "redan dold" in text(shown)
    assert Comment.objects.get().hidden_reason == "Fel sida."


def test_colleagues_and_the_writer_do_not_hide(sign_in, social_worker, head_of_ifo, comment):
    for user in (social_worker, head_of_ifo):
        assert sign_in(user).post(work("comment_hide", comment), {"hidden_reason": "x"}).status_code == 404


def test_a_writer_who_has_left_is_a_former_colleague(client, sign_in, news, comment, social_worker, head_of_ifo):
    social_worker.memberships.get().end(head_of_ifo)
    assert "Tidigare medarbetare" in text(client.get(news.get_absolute_url()))
    assert "Maja Lindqvist, har slutat" in text(sign_in(head_of_ifo).get(news.get_absolute_url()))


def test_a_hidden_comment_has_a_reason_in_the_database_too(comment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(hidden_at=timezone.now())
