"""Knowledge is sent to roles, is answered, and the leader sees how far it reached and reminds once."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.models import Event
from bou_portal.mailing.models import Letter
from bou_portal.mailing.sending import send_waiting
from municipalities.knowledge.dispatching import Audience, matter, unanswered
from municipalities.knowledge.reach_table import ReachTable
from municipalities.models import Dispatch, Municipality, Receipt
from tests.conftest import make_user
from tests.municipalities.test_knowledge import piece

pytestmark = pytest.mark.django_db


@pytest.fixture
def knowledge(vasternorrland):
    return piece(vasternorrland)


@pytest.fixture
def timra_manager(db):
    return make_user(
        "tea@timra.example", Role.UNIT_MANAGER, municipality=Municipality.objects.get(code="2262"), name="Tea Ros"
    )


def form_of(client, knowledge, **changes):
    """What the page would send."""
    form = client.get(reverse("dispatch_new", args=[knowledge.uid])).context["form"]
    sent = {
        "token": form.initial["token"],
        "roles": form.initial["roles"],
        "municipalities": [place.pk for place in form.initial["municipalities"]],
        "message": "",
    }
    return sent | changes


def dispatch_to(client, knowledge, **changes):
    """Looks at the preview, then sends: the answer to the sending."""
    address, sent = reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge, **changes)
    form = client.post(address, sent | {"do": "show"}).context["form"]
    return client.post(address, sent | {"do": "send", "previewed": form.data["previewed"]})


def answer(client, receipt, tick):
    return client.post(reverse("receipt_answer", args=[receipt.uid]), {"tick": tick})


def test_first_line_managers_are_chosen_already_and_the_preview_says_who_gets_it_and_where_nobody_is(
    sign_in, development_leader, unit_manager, timra_manager, social_worker, neighbouring_manager, knowledge
):
    client = sign_in(development_leader)
    page = client.post(
        reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge) | {"do": "show"}
    ).content.decode()
    assert "2 personer i 2 av 7 kommuner får den." in page
    assert "Ingen har de rollerna i Härnösand, Kramfors, Sollefteå, Ånge, Örnsköldsvik." in page
    assert not Dispatch.objects.exists()
    assert not Letter.objects.exists()


def test_a_dispatch_is_one_copy_and_one_mail_each_with_title_greeting_and_link(
    sign_in, development_leader, unit_manager, timra_manager, social_worker, knowledge
):
    client = sign_in(development_leader)
    answered = dispatch_to(client, knowledge, message="Läs & berätta <vad> ni tycker.")
    sent = Dispatch.objects.get()
    assert answered.url == sent.get_absolute_url()
    assert {receipt.user for receipt in sent.receipts.all()} == {unit_manager, timra_manager}
    assert all(receipt.is_first_line for receipt in sent.receipts.all())
    send_waiting()
    assert sorted(to for message in mail.outbox for to in message.to) == [
        "karin@sundsvall.example",
        "tea@timra.example",
    ]
    assert mail.outbox[0].subject == "BoU-portalen: Barnen vill – vågar vi"
    assert mail.outbox[0].reply_to == ["lena@region.example"]
    assert mail.outbox[0].body == (
        "Hej!\n\nBarnen vill – vågar vi\n\nLäs & berätta <vad> ni tycker.\n\n"
        f"Läs och svara på vad ni gör med den:\n\nhttp://localhost:8000/kunskap/{knowledge.uid}/\n\n"
    )


def test_a_double_click_sends_once(sign_in, development_leader, unit_manager, knowledge):
    client = sign_in(development_leader)
    address, sent = reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge)
    sent["previewed"] = client.post(address, sent | {"do": "show"}).context["form"].data["previewed"]
    first, second = (client.post(address, sent | {"do": "send"}) for _ in range(2))
    assert first.url == second.url == Dispatch.objects.get().get_absolute_url()
    assert (Receipt.objects.count(), Letter.objects.count()) == (1, 1)
    # Back, another greeting, and sent again: they have it already.
    third = client.post(address, sent | {"do": "send", "message": "Hej igen"})
    assert "Ingen får utskicket" in third.content.decode()
    assert (Dispatch.objects.count(), Letter.objects.count()) == (1, 1)


def test_what_was_not_previewed_is_shown_before_it_is_sent(sign_in, development_leader, unit_manager, knowledge):
    client = sign_in(development_leader)
    address, sent = reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge)
    sent["previewed"] = client.post(address, sent | {"do": "show"}).context["form"].data["previewed"]
    other = sent | {"do": "send", "roles": ["unit_manager", "social_worker"]}
    assert "Det här händer" in client.post(address, other).content.decode()
    assert not Dispatch.objects.exists()


def test_only_some_municipalities_and_other_roles(
    sign_in, development_leader, unit_manager, timra_manager, social_worker, head_of_ifo, sundsvall, knowledge
):
    dispatch_to(
        sign_in(development_leader), knowledge, municipalities=[sundsvall.pk], roles=["social_worker", "head_of_ifo"]
    )
    sent = Dispatch.objects.get()
    assert {receipt.user for receipt in sent.receipts.all()} == {social_worker, head_of_ifo}
    assert not sent.receipts.filter(is_first_line=True).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roles": []}, "Detta fält måste fyllas i."),
        ({"roles": ["development_leader"]}, "development_leader"),
        ({"municipalities": []}, "Detta fält måste fyllas i."),
        ({"roles": ["procurer"]}, "Ingen får utskicket"),
        ({"message": "Hej 20100101-2382"}, "personnummer"),
    ],
)
def test_a_dispatch_to_nobody_is_not_sent_and_said_why(
    sign_in, development_leader, unit_manager, knowledge, changes, said
):
    client = sign_in(development_leader)
    page = client.post(
        reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge, **changes) | {"do": "send"}
    )
    assert said in page.content.decode()
    assert not Dispatch.objects.exists()


def test_another_regions_municipality_cannot_be_chosen(
    sign_in, development_leader, neighbouring_manager, umea, knowledge
):
    client = sign_in(development_leader)
    sent = form_of(client, knowledge, municipalities=[umea.pk]) | {"do": "send"}
    assert client.post(reverse("dispatch_new", args=[knowledge.uid]), sent).context["form"].errors["municipalities"]
    assert not Receipt.objects.exists()


def test_a_municipality_that_has_left_is_not_asked(sign_in, development_leader, unit_manager, sundsvall, knowledge):
    sundsvall.ended_on = timezone.localdate()
    sundsvall.save()
    chosen = form_of(sign_in(development_leader), knowledge)["municipalities"]
    assert (len(chosen), sundsvall.pk in chosen) == (6, False)


def test_somebody_in_two_municipalities_gets_one_mail_and_two_copies(
    sign_in, development_leader, unit_manager, knowledge
):
    timra = Municipality.objects.get(code="2262")
    Membership.objects.create(user=unit_manager, role=Role.UNIT_MANAGER, municipality=timra)
    dispatch_to(sign_in(development_leader), knowledge)
    assert (Receipt.objects.count(), Letter.objects.count()) == (2, 1)
    page = sign_in(unit_manager).get(knowledge.get_absolute_url()).content.decode()
    assert "till dig i Sundsvall" in page
    assert "till dig i Timrå" in page


def test_those_who_have_had_it_do_not_get_it_again(sign_in, development_leader, unit_manager, social_worker, knowledge):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge)
    both = form_of(client, knowledge, roles=["unit_manager", "social_worker"])
    page = client.post(reverse("dispatch_new", args=[knowledge.uid]), both | {"do": "show"}).content.decode()
    assert "1 person i 1 av 7 kommuner får den." in page
    assert "1 person har redan fått den" in page


def test_three_hundred_recipients_are_sent_to_in_a_few_statements_and_fast(
    sign_in, development_leader, sundsvall, knowledge, django_assert_max_num_queries
):
    users = User.objects.bulk_create(
        User(email=f"a{n}@sundsvall.example", name=f"Person {n}", password="!") for n in range(300)
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.UNIT_MANAGER, municipality=sundsvall) for user in users
    )
    client = sign_in(development_leader)
    address, sent = reverse("dispatch_new", args=[knowledge.uid]), form_of(client, knowledge)
    sent["previewed"] = client.post(address, sent | {"do": "show"}).context["form"].data["previewed"]
    begun = time.perf_counter()
    with django_assert_max_num_queries(45):
        client.post(address, sent | {"do": "send"})
    assert time.perf_counter() - begun < 3
    assert (Receipt.objects.count(), Letter.objects.count()) == (300, 300)
    table = client.get(Dispatch.objects.get().get_absolute_url())
    with django_assert_max_num_queries(30):
        client.get(Dispatch.objects.get().get_absolute_url())
    assert "300 mail väntar på mailservern" in table.content.decode()


@pytest.mark.parametrize(("tick", "word"), [("last", "Läst"), ("apt", "Tar upp på APT"), ("nej", "Berör oss inte")])
def test_a_first_line_manager_answers_and_may_change_her_mind(
    sign_in, development_leader, unit_manager, knowledge, tick, word
):
    dispatch_to(sign_in(development_leader), knowledge)
    receipt = Receipt.objects.get()
    client = sign_in(unit_manager)
    assert "Vad gör ni med den?" in client.get(knowledge.get_absolute_url()).content.decode()
    assert list(unanswered(unit_manager)) == [receipt]
    assert answer(client, receipt, tick).url == knowledge.get_absolute_url()
    receipt.refresh_from_db()
    assert (receipt.get_tick_display(), receipt.ticked_at.date()) == (word, timezone.now().date())
    assert list(unanswered(unit_manager)) == []
    assert "Du kan ändra dig" in client.get(knowledge.get_absolute_url()).content.decode()
    answer(client, receipt, "nej" if tick == "last" else "last")
    receipt.refresh_from_db()
    assert receipt.tick != tick
    changed = Event.objects.filter(target="municipalities.receipt", municipality_id=receipt.municipality_id)
    assert changed.count() == 2


def test_she_answers_from_her_own_list(sign_in, development_leader, unit_manager, knowledge):
    dispatch_to(sign_in(development_leader), knowledge)
    client, inbox = sign_in(unit_manager), reverse("knowledge_inbox")
    assert "En sak väntar på ditt svar." in client.get(inbox).content.decode()
    sent = {"tick": "apt", "to_inbox": "1"}
    answered = client.post(reverse("receipt_answer", args=[Receipt.objects.get().uid]), sent, follow=True)
    assert "Inget väntar på ditt svar." in answered.content.decode()
    assert "Det du har svarat på" in answered.content.decode()


def test_an_unknown_answer_is_not_saved(sign_in, development_leader, unit_manager, knowledge):
    dispatch_to(sign_in(development_leader), knowledge)
    assert answer(sign_in(unit_manager), Receipt.objects.get(), "kanske").status_code == 302
    assert Receipt.objects.get().tick == ""


def test_nobody_answers_for_somebody_else(
    sign_in, development_leader, unit_manager, head_of_ifo, neighbouring_manager, knowledge
):
    dispatch_to(sign_in(development_leader), knowledge)
    receipt = Receipt.objects.get()
    for other in (head_of_ifo, neighbouring_manager, development_leader):
        assert answer(sign_in(other), receipt, "last").status_code == 404
    Membership.objects.filter(user=unit_manager).update(ended_on=timezone.localdate())
    Membership.objects.create(
        user=unit_manager, role=Role.UNIT_MANAGER, municipality=Municipality.objects.get(code="2262")
    )
    moved = User.objects.get(pk=unit_manager.pk)
    assert answer(sign_in(moved), receipt, "last").status_code == 404
    assert Receipt.objects.get().tick == ""


def test_only_the_leader_of_the_region_sees_the_reach(
    sign_in, development_leader, unit_manager, head_of_ifo, vasternorrland, knowledge
):
    dispatch_to(sign_in(development_leader), knowledge)
    sent = Dispatch.objects.get()
    for name in ("dispatch_detail", "dispatch_export"):
        assert sign_in(head_of_ifo).get(reverse(name, args=[sent.uid])).status_code == 403
    other = make_user(
        "t@region.example", Role.DEVELOPMENT_LEADER, region=vasternorrland.__class__.objects.get(code="24")
    )
    for name in ("dispatch_detail", "dispatch_export"):
        assert sign_in(other).get(reverse(name, args=[sent.uid])).status_code == 404
    assert sign_in(other).post(reverse("dispatch_remind", args=[sent.uid])).status_code == 404


def test_the_reach_is_told_per_municipality(
    sign_in, development_leader, unit_manager, social_worker, timra_manager, knowledge
):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge, roles=["unit_manager", "social_worker"])
    sent = Dispatch.objects.get()
    Dispatch.objects.update(sent_at=timezone.now() - timedelta(days=12))
    answer(sign_in(social_worker), sent.receipts.get(user=social_worker), "last")
    lines = {line.municipality.code: line for line in ReachTable(Dispatch.objects.get()).lines}
    # A worker's answer is not her municipality's where a first-line manager got a copy.
    assert (lines["2281"].word, lines["2281"].sent, lines["2281"].answered) == ("Inget svar på 12 dagar", 2, 1)
    assert (lines["2262"].word, lines["2280"].word, lines["2280"].kind) == (
        "Inget svar på 12 dagar",
        "Ingen mottagare",
        "late",
    )
    answer(sign_in(unit_manager), sent.receipts.get(user=unit_manager), "apt")
    answer(sign_in(timra_manager), sent.receipts.get(user=timra_manager), "nej")
    table = ReachTable(Dispatch.objects.get())
    lines = {line.municipality.code: line for line in table.lines}
    assert (lines["2281"].word, lines["2262"].word) == ("Tar upp på APT", "Berör oss inte")
    assert table.sentence == (
        "3 av 3 har svarat. En av sju kommuner tar upp den på APT. Fem kommuner har ingen mottagare."
    )
    page = sign_in(development_leader).get(sent.get_absolute_url()).content.decode()
    assert table.sentence in page
    assert "Påminn" not in page


def test_the_reach_is_a_file(sign_in, development_leader, unit_manager, knowledge):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge)
    answered = client.get(reverse("dispatch_export", args=[Dispatch.objects.get().uid]))
    lines = answered.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Kommun;Kommunens svar;Mottagare;")
    assert "Sundsvall;Inget svar än;1;0;0;0;0;1;0;" in lines
    assert "Timrå;Ingen mottagare;0;0;0;0;0;0;0;" in lines
    assert Event.objects.filter(verb="exported", target="municipalities.dispatch").count() == 1


def test_an_address_that_refuses_the_mail_is_seen_by_the_leader(sign_in, development_leader, unit_manager, knowledge):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge)
    Letter.objects.update(refused_at=timezone.now(), refusal="Mottagarens mailserver tog inte emot adressen (550).")
    page = client.get(Dispatch.objects.get().get_absolute_url()).content.decode()
    assert "Mail kom inte fram" in page
    assert "karin@sundsvall.example" in page
    assert "(550)" in page
    assert "Påminn" not in page  # her mail never went: a reminder would not either


def test_those_who_have_not_answered_are_reminded_once(
    sign_in, development_leader, unit_manager, timra_manager, knowledge
):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge)
    send_waiting()
    mail.outbox.clear()
    sent = Dispatch.objects.get()
    answer(sign_in(unit_manager), sent.receipts.get(user=unit_manager), "last")
    client, address = sign_in(development_leader), reverse("dispatch_remind", args=[sent.uid])
    assert "Påminn 1 som inte svarat" in client.get(sent.get_absolute_url()).content.decode()
    assert "Påminnelsen går till 1 person." in client.post(address, follow=True).content.decode()
    assert "Den skickas bara en gång." in client.post(address, follow=True).content.decode()
    send_waiting()
    [reminder] = mail.outbox
    assert reminder.to == ["tea@timra.example"]
    assert f"/kunskap/{knowledge.uid}/" in reminder.body
    assert Letter.objects.about(matter(sent, reminding=True)).count() == 1


@pytest.mark.parametrize("ending", ["account", "task", "deleted"])
def test_whoever_has_left_is_counted_and_not_mailed(sign_in, development_leader, unit_manager, knowledge, ending):
    client = sign_in(development_leader)
    dispatch_to(client, knowledge)
    send_waiting()
    if ending == "account":
        User.objects.filter(pk=unit_manager.pk).update(is_active=False)
    elif ending == "task":
        Membership.objects.filter(user=unit_manager).update(ended_on=timezone.localdate())
    else:
        Membership.objects.filter(user=unit_manager).delete()
        User.objects.filter(pk=unit_manager.pk).delete()
    sent = Dispatch.objects.get()
    client.post(reverse("dispatch_remind", args=[sent.uid]))
    assert not Letter.objects.unsent().exists()
    table = ReachTable(Dispatch.objects.get())
    assert (table.sent, table.answered) == (1, 0)
    assert "0 av 1 har svarat." in client.get(sent.get_absolute_url()).content.decode()


def test_an_account_that_is_closed_gets_nothing(unit_manager, sundsvall, knowledge):
    User.objects.filter(pk=unit_manager.pk).update(is_active=False)
    assert not Audience(knowledge, ["unit_manager"], [sundsvall]).copies


def test_the_database_refuses_a_second_copy_and_an_answer_without_a_time(
    sign_in, development_leader, unit_manager, sundsvall, knowledge
):
    dispatch_to(sign_in(development_leader), knowledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(dispatch=Dispatch.objects.get(), user=unit_manager, municipality=sundsvall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.update(tick="last", ticked_at=None)
