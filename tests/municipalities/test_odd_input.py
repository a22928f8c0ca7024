"""What nobody writes on purpose, and somebody sends all the same: it is answered in words, never with an error page."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bou_portal.mailing.models import Letter
from municipalities.kolada.store import load_kpis
from municipalities.models import Body, Holder, Kpi, KpiImport, Meeting, News, Plan, Post, Proposal, SupportRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def steering(vasternorrland):
    return Body.objects.create(region=vasternorrland, name="Styrgruppen", kind=Body.Kind.STEERING)


def test_a_soft_line_break_pasted_into_news_does_not_stop_the_feed(client, vasternorrland):
    News.objects.create(
        region=vasternorrland, slug="hej", topic="bbic", title="Hej\x0bdär", lead="En\x0crad\x1c", body="Text",
        owner_name="Lena", published_at=timezone.now(),
    )  # fmt: skip
    feed = client.get(reverse("news_feed", args=["22"]))
    assert feed.status_code == 200
    assert "Hej där" in feed.content.decode()


NEW = {
    "proposal_new": {"number": 5, "area": "1", "title": "Ett", "responsible": "kommun"},
    "plan_new": {"kind": Plan.Kind.YEARLY, "year": 2027, "title": "Ett", "scope": Plan.Scope.ALL},
    "cooperation_new": {"name": "Jämtbus", "about": "Ett", "ages": "0–20"},
    "organisation_new": {"name": "BUP", "does": "Ett"},
    "body_new": {"name": "Styrgruppen", "kind": Body.Kind.STEERING, "purpose": "Ett", "rhythm": "manad"},
}


@pytest.mark.parametrize("name", NEW)
def test_whoever_goes_back_and_writes_anew_is_told_that_it_is_there_already(leading, name):
    sent = NEW[name] | {"token": str(uuid.uuid4())}
    assert leading.post(reverse(name), sent).status_code == 302
    assert leading.post(reverse(name), sent).status_code == 302, "a double click is no second row"
    other = {key: "Två" if value == "Ett" else value for key, value in sent.items()}
    answer = leading.post(reverse(name), other)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_comment_written_after_going_back_is_another_comment(sign_in, head_of_ifo, sundsvall):
    client = sign_in(head_of_ifo)
    row = SupportRequest.objects.create(municipality=sundsvall, topic="bbic", title="Handledning", wish="rad")
    sent = {"text": "vi är tolv", "token": str(uuid.uuid4()), "seen": 0, "state": ""}
    for text in ("vi är tolv", "vi är tolv", "nej, tretton"):
        client.post(row.get_absolute_url(), sent | {"text": text})
    assert [step.text for step in row.steps.all()] == ["vi är tolv", "nej, tretton"]


def test_a_mail_written_after_going_back_is_another_mail(leading, vasternorrland):
    post = Post.objects.create(region=vasternorrland, title="BBIC-samordnare")
    to = Holder.objects.create(post=post, name="Bo", email="bo@x.example", started_on=timezone.localdate())
    sent = {"subject": "Hej", "token": str(uuid.uuid4())}
    for text in ("Ett", "Ett", "Två"):
        leading.post(reverse("directory_mail", args=[to.uid]), sent | {"text": text})
    assert Letter.objects.count() == 2


def test_days_that_cannot_be_counted_from_are_refused(leading, vasternorrland, steering):
    post = Post.objects.create(region=vasternorrland, title="BBIC-samordnare")
    Holder.objects.create(post=post, name="Bo", started_on=timezone.localdate())
    asked = [
        (reverse("holder_new", args=[post.uid]), "started_on", {"name": "Eva", "ends_others": "on"}),
        (reverse("meeting_new", args=[steering.uid]), "held_on", {"from_time": "00:00", "until_time": "23:59"}),
    ]
    for url, name, sent in asked:
        for day in ("0001-01-01", "9999-12-31"):
            answer = leading.post(url, sent | {name: day})
            assert "Kontrollera årtalet." in str(answer.context["form"].errors[name])


def test_an_item_that_is_no_number_is_passed_over(leading, steering):
    now = timezone.now()
    meeting = Meeting.objects.create(body=steering, starts_at=now, ends_at=now + timedelta(hours=1))
    for item in ("²", "9" * 30, "9" * 5000, "x"):
        assert leading.get(reverse("decision_new", args=[meeting.uid]), {"punkt": item}).status_code == 200


def test_an_address_with_a_nul_is_refused(leading):
    assert leading.get(reverse("bodies"), {"region": "22\x00"}).status_code == 400


def test_a_proposals_number_is_one_to_forty_four_however_many_noughts_it_begins_with(leading):
    for number in ("0001234567890123456789", "0" * 1500 + "5", "00440", "²"):
        file = SimpleUploadedFile("a.csv", f"nummer;område;titel;ansvarig\n{number};1;Titel;kommun\n".encode())
        answer = leading.post(reverse("proposal_import"), {"file": file})
        assert answer.context["confirm"] is None
    assert not Proposal.objects.exists()


def saved(code, **fields):
    row = {"kpi": code, "municipality": "2281", "period": 2020, "values": [{"gender": "T", "value": 1, "status": ""}]}
    return json.dumps({"values": [row | fields]})


@pytest.mark.parametrize(
    "page",
    [
        lambda code: saved(code).replace('"value": 1', f'"value": 1{"0" * 400}'),
        lambda code: saved(code).replace('"value": 1', '"value": 1e999'),
        lambda code: saved(code, values=[{"gender": [], "value": 1}]),
        lambda code: json.dumps({"values": [{"id": ["a"], "title": "x"}]}),
        lambda code: json.dumps({"values": [{"id": code, "title": "a\ud800"}]}),
        lambda code: json.dumps({"values": [{"id": code, "title": "a\x00"}]}),
        lambda code: saved("\ud800"),
    ],
)
def test_a_saved_page_of_nonsense_is_refused_in_words(leading, page):
    load_kpis()
    code = Kpi.objects.filter(is_core=True).first().code
    file = SimpleUploadedFile("sida.json", page(code).encode())
    answer = leading.post(reverse("kpi_file_new"), {"files": file})
    if answer.status_code == 200:
        assert "ingen sida från Kolada" in str(answer.context["form"].errors)
        return
    staged = KpiImport.objects.get()
    assert leading.get(answer["Location"]).context["outcome"].told["refused"] == 1
    assert staged.file_name == "sida.json"
