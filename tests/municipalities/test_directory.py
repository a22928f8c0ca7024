"""The directory's pages: who keeps them, who sees what, and a mail to somebody whose address stays unknown."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.mailing.models import Letter
from bou_portal.mailing.tasks import sweep_letters
from municipalities.forms.directory import MOST_MAILS
from municipalities.models import Holder, Organisation, Post
from tests.conftest import make_user

PAGES = ("directory", "directory_changes", "sent_mails", "organisation_list", "mandate_list")


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def post(vasternorrland, sundsvall):
    return Post.objects.create(region=vasternorrland, municipality=sundsvall, title="BBIC-samordnare")


@pytest.fixture
def holder(post, today):
    facts = {"name": "Ida Frisk", "email": "ida@kommun.example", "phone": "060-19 10 00"}
    return Holder.objects.create(post=post, started_on=today - timedelta(days=400), **facts)


@pytest.fixture
def partner(vasternorrland):
    return Organisation.objects.create(region=vasternorrland, name="Kunskapscentrum barnhälsovård")


@pytest.fixture
def hanna(vasternorrland):
    return make_user("hanna@region.example", Role.PARTNER, region=vasternorrland, name="Hanna Ek")


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def maja(sign_in, social_worker):
    return sign_in(social_worker)


def send(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def names(client, **query):
    sections = client.get(reverse("directory"), query).context["sections"]
    return [(line.what, line.name) for _, lines in sections for line in lines]


# --- who reads it -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.PARTNER, Role.COUNTY_BOARD, Role.FOSTER_CENTRE, Role.SYSTEM_KEEPER])
def test_others_see_nothing_of_the_directory(sign_in, vasternorrland, role, post, partner):
    client = sign_in(make_user("x@region.example", role, region=vasternorrland))
    assert {client.get(reverse(name)).status_code for name in PAGES} == {403}
    for row in (post, partner):
        assert client.get(row.get_absolute_url()).status_code == 403


def test_a_partner_sees_the_masked_funnel_and_nothing_else_of_the_regions_work(sign_in, hanna):
    client = sign_in(hanna)
    assert client.get(reverse("health_funnel"), follow=True).status_code == 200
    names = ("plans", "bodies", "accords", "knowledge_list", "cooperation", "directory", "kpis")
    assert {client.get(reverse(name)).status_code for name in names} == {403}
    offered = client.get(reverse("start"), follow=True).content.decode()
    assert "/katalog/" not in offered
    assert "/samverkan/" not in offered


def test_a_neighbour_finds_her_own_region_and_none_of_the_rows(sign_in, neighbour, post, holder, partner, head_of_ifo):
    client = sign_in(neighbour)
    assert "Ida Frisk" not in page(client, "directory")
    assert client.get(reverse("directory"), {"region": "22"}).status_code == 404
    for row in (post, partner):
        assert client.get(row.get_absolute_url()).status_code == 404
    for uid in (holder.uid, head_of_ifo.memberships.get().uid):
        assert client.get(reverse("directory_mail", args=[uid])).status_code == 404


def test_the_first_sentence_says_what_is_vacant(maja, head_of_ifo, unit_manager, vasternorrland, sundsvall, today):
    vasternorrland.municipalities.exclude(pk=sundsvall.pk).update(ended_on=today)
    assert "Alla funktioner i katalogen har någon." in page(maja, "directory")
    unit_manager.memberships.get().end(head_of_ifo)
    said = page(maja, "directory")
    assert "En funktion är vakant: Enhetschef i Sundsvall." in said
    assert "Vakant" in said


def test_nobodys_own_address_is_shown(maja, head_of_ifo, holder, social_worker):
    said = page(maja, "directory") + page(maja, "post_detail", holder.post.uid)
    assert "060-19 10 00" in said
    assert head_of_ifo.name in said
    assert head_of_ifo.email not in said
    assert holder.email not in said


def test_the_list_is_narrowed_by_function_place_vacancy_and_words(maja, holder, head_of_ifo, post, vasternorrland):
    Post.objects.create(region=vasternorrland, title="BBIC-ansvarig")
    assert names(maja, funktion="BBIC-samordnare") == [("BBIC-samordnare", "Ida Frisk")]
    assert ("IFO-chef", "Eva Nordin") in names(maja, plats="Sundsvall")
    assert all(not name for _, name in names(maja, vakanta="on"))
    assert names(maja, sok="ida sundsvall") == [("BBIC-samordnare", "Ida Frisk")]
    assert names(maja, plats="Finns inte") == names(maja)
    assert "Ingen i katalogen passar" in page(maja, "directory", sok="xyzxyz")


def test_the_list_is_ordered_as_the_reader_asks(maja, holder, head_of_ifo):
    found = [name for _, name in names(maja, plats="Sundsvall", sortera="-namn") if name]
    assert found == ["Ida Frisk", "Eva Nordin"]


def test_an_ended_municipality_says_so(maja, sundsvall, head_of_ifo, today):
    sundsvall.ended_on = today
    sundsvall.save()
    assert "Deltar inte längre" in page(maja, "directory", plats="Sundsvall")


def test_changes_are_dated(maja, head_of_ifo, unit_manager, holder, social_worker, today):
    unit_manager.memberships.update(started_on=today - timedelta(days=3))
    head_of_ifo.memberships.get().end(unit_manager)
    Holder.objects.update(started_on=today - timedelta(days=91), ended_on=today - timedelta(days=1))
    found = maja.get(reverse("directory_changes")).context["changes"]
    assert [(change.name, change.began) for change in found] == [
        ("Eva Nordin", False), ("Ida Frisk", False), ("Test Person", True),
    ]  # fmt: skip
    assert "började" in page(maja, "directory")


def test_the_leader_takes_the_directory_as_a_file_without_users_addresses(lena, holder, head_of_ifo, maja):
    assert maja.get(reverse("directory_export")).status_code == 403


def test_the_file_holds_what_the_leader_wrote(lena, holder, head_of_ifo):
    content = lena.get(reverse("directory_export")).content.decode("utf-8-sig")
    assert "BBIC-samordnare;Sundsvall;Ida Frisk;" in content
    assert "ida@kommun.example" in content
    assert head_of_ifo.email not in content
    assert "Enhetschef;Sundsvall;;;;;vakant" in content
    assert Event.objects.filter(verb=Verb.EXPORTED).exists()


# --- posts and holders --------------------------------------------------------------------------------------------------
def test_the_leader_keeps_posts_and_their_holders(lena, sundsvall, vasternorrland, today):
    assert send(lena, "post_new", title="BBIC-samordnare", municipality=sundsvall.pk).status_code == 302
    post = Post.objects.get()
    assert post.region == vasternorrland
    data = {"name": "Ida Frisk", "phone": "060-19 10 00", "started_on": today}
    assert send(lena, "holder_new", post.uid, **data).status_code == 302
    assert "Ida Frisk har funktionen i dag." in page(lena, "post_detail", post.uid)


def test_a_new_holder_takes_over_from_the_day_before(lena, holder, today):
    data = {"name": "Per Ek", "started_on": today, "ends_others": "on"}
    assert send(lena, "holder_new", holder.post.uid, **data).status_code == 302
    holder.refresh_from_db()
    assert holder.ended_on == today - timedelta(days=1)
    said = page(lena, "post_detail", holder.post.uid)
    assert "Per Ek har funktionen i dag." in said
    assert "Ida Frisk" in said  # the history stays


def test_a_holder_with_an_account_is_called_as_there(lena, post, social_worker, today):
    assert send(lena, "holder_new", post.uid, user=social_worker.pk, started_on=today).status_code == 302
    assert Holder.objects.get().name == "Maja Lindqvist"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": ""}, "Skriv vem det är"),
        ({"name": "Ida", "phone": "ring mig"}, "Skriv ett telefonnummer"),
        ({"name": "Ida", "phone": "020130-2395"}, "Skriv ett telefonnummer"),
        ({"name": "Ida 20020130-2395"}, "personnummer"),
        ({"name": "Ida", "ended_on": "2020-01-01"}, "Slutdatum kan inte vara före startdatum"),
    ],
)
def test_what_is_wrong_with_a_holder_is_said(lena, post, today, data, said):
    response = send(lena, "holder_new", post.uid, **{"started_on": today, **data})
    assert said in response.content.decode()
    assert not Holder.objects.exists()


def test_a_mobile_number_is_no_identity_number(lena, post, today):
    assert send(lena, "holder_new", post.uid, name="Ida", phone="0701234569", started_on=today).status_code == 302


def test_the_database_refuses_a_post_in_two_places_and_a_holder_who_leaves_before_coming(post, partner, today):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(organisation=partner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holder.objects.create(post=post, name="Ida", started_on=today, ended_on=today - timedelta(days=1))


def test_a_post_is_in_one_place(lena, sundsvall, partner):
    response = send(lena, "post_new", title="Kurator", municipality=sundsvall.pk, organisation=partner.pk)
    assert "Välj en kommun eller en organisation, inte båda." in response.content.decode()


def test_a_double_click_makes_one_post(lena, sundsvall):
    token = lena.get(reverse("post_new")).context["form"].initial["token"]
    for _ in range(2):
        send(lena, "post_new", title="BBIC-samordnare", municipality=sundsvall.pk, token=token)
    assert Post.objects.count() == 1


def test_a_double_click_makes_one_partner_and_is_told_of_no_other(lena):
    token = lena.get(reverse("organisation_new")).context["form"].initial["token"]
    for _ in range(2):
        assert send(lena, "organisation_new", name="Habiliteringen", token=token).status_code == 302
    assert Organisation.objects.count() == 1


def test_a_second_writer_is_told(lena, post):
    seen = lena.get(reverse("post_change", args=[post.uid])).context["form"].initial["seen"]
    Post.objects.update(title="BBIC-ansvarig")
    said = send(lena, "post_change", post.uid, title="Mitt", seen=seen).content.decode()
    assert "BBIC-ansvarig" in said
    assert Post.objects.get().title == "BBIC-ansvarig"


@pytest.mark.parametrize("name", ["post_change", "holder_new"])
def test_only_the_regions_leader_changes_a_post(sign_in, social_worker, umea, post, name):
    assert sign_in(social_worker).get(reverse(name, args=[post.uid])).status_code == 403
    other = make_user("asta@umea.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    assert sign_in(other).get(reverse(name, args=[post.uid])).status_code == 404


# --- partners -----------------------------------------------------------------------------------------------------------
def test_the_leader_keeps_partners_and_the_page_says_who_has_a_login(lena, hanna, vasternorrland, today):
    data = {"name": "Kunskapscentrum barnhälsovård", "does": "Årsrapport om barnhälsan", "website": "bhv.example"}
    assert send(lena, "organisation_new", **data).status_code == 302
    organisation = Organisation.objects.get()
    assert organisation.website == "https://bhv.example"
    assert "ingen organisation angiven" in page(lena, "organisation_list")
    post = Post.objects.create(region=vasternorrland, organisation=organisation, title="Barnhälsovårdsöverläkare")
    Holder.objects.create(post=post, user=hanna, name="Hanna Ek", started_on=today)
    assert "Ja, som Samverkanspart, hälsa" in page(lena, "organisation_detail", organisation.uid)
    assert "ingen organisation angiven" not in page(lena, "organisation_list")


def test_an_ended_partner_stays_readable_and_says_so(lena, partner, today):
    data = {"name": partner.name, "ended_on": today}
    assert send(lena, "organisation_change", partner.uid, **data).status_code == 302
    assert "Samarbetet är slut" in page(lena, "organisation_detail", partner.uid)
    assert "Avslutat" in page(lena, "organisation_list")


def test_two_partners_do_not_share_a_name(lena, partner):
    assert "Organisationen finns redan." in send(lena, "organisation_new", name=partner.name).content.decode()


def test_partners_cost_the_same_for_one_and_for_thirty(lena, vasternorrland, today, django_assert_max_num_queries):
    def more(first, last):
        for number in range(first, last):
            made = Organisation.objects.create(region=vasternorrland, name=f"Part {number}")
            post = Post.objects.create(region=vasternorrland, organisation=made, title="Kontakt")
            Holder.objects.create(post=post, name="Ida", started_on=today)

    more(0, 1)
    with django_assert_max_num_queries(30) as few:
        page(lena, "organisation_list")
    more(1, 30)
    with django_assert_max_num_queries(len(few)):
        page(lena, "organisation_list")


# --- mail ---------------------------------------------------------------------------------------------------------------
def written(client, uid, **data):
    token = client.get(reverse("directory_mail", args=[uid])).context["form"].initial["token"]
    facts = {"subject": "Nätverksmöte", "text": "Kan du komma på torsdag?", "token": token}
    return send(client, "directory_mail", uid, **(facts | data)), token


def test_a_user_is_written_to_and_answers_straight_to_the_sender(maja, social_worker, head_of_ifo):
    uid = head_of_ifo.memberships.get().uid
    assert head_of_ifo.email not in page(maja, "directory_mail", uid)
    response, _ = written(maja, uid)
    assert response.url == reverse("sent_mails")
    sweep_letters()
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to) == ([head_of_ifo.email], [social_worker.email])
    assert "Kan du komma på torsdag?" in sent.body
    assert "Maja Lindqvist" in sent.body
    said = page(maja, "sent_mails")
    assert "Nätverksmöte" in said
    assert head_of_ifo.email not in said


def test_somebody_without_an_account_is_written_to_at_the_address_the_leader_gave(maja, holder):
    written(maja, holder.uid)
    assert Letter.objects.get().to == "ida@kommun.example"


def test_whoever_cannot_be_reached_has_no_link(maja, holder):
    Holder.objects.update(email="")
    assert reverse("directory_mail", args=[holder.uid]) not in page(maja, "directory")
    assert maja.get(reverse("directory_mail", args=[holder.uid])).status_code == 404


def test_a_double_click_sends_one_mail_and_two_mails_are_two(maja, holder):
    _, token = written(maja, holder.uid)
    written(maja, holder.uid, token=token)
    assert Letter.objects.count() == 1
    written(maja, holder.uid)
    assert Letter.objects.count() == 2


def test_a_mail_with_an_identity_number_is_refused(maja, holder):
    response, _ = written(maja, holder.uid, text="Det gäller 20020130-2395.")
    assert "personnummer" in response.content.decode()
    assert not Letter.objects.exists()


def test_there_is_a_limit_a_day(maja, holder, social_worker):
    for number in range(MOST_MAILS):
        Letter.objects.create(key=f"katalog:{social_worker.pk}:{number}", to="a@b.example", subject="x", body="x")
    response, _ = written(maja, holder.uid)
    assert f"Du har skickat {MOST_MAILS} mail" in response.content.decode()
    Letter.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert written(maja, holder.uid)[0].status_code == 302


def test_an_address_that_is_not_taken_is_told_to_the_sender_without_the_address(maja, holder):
    written(maja, holder.uid)
    Letter.objects.update(refused_at=timezone.now(), refusal="Adressen togs inte emot.")
    said = page(maja, "sent_mails")
    assert "Gick inte fram" in said
    assert "ida@kommun.example" not in said


def test_a_line_break_in_the_subject_adds_no_header(maja, holder):
    written(maja, holder.uid, subject="Hej\nBcc: alla@example.com")
    sweep_letters()
    assert mail.outbox[0].bcc == []
    assert "\n" not in mail.outbox[0].subject
