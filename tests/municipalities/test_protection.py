""" "Stärkt skydd" (features.md 1.2, 1.3, 2.7): the register, what municipalities do, the matrix, the county's plan."""

from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bou_portal.access import Role
from municipalities.models import Activity, Plan, PlanVersion, Proposal, ProposalActivity, ProposalWork
from municipalities.plans.content import content_of
from tests.conftest import make_user
from tests.municipalities.plan_rows import make_plan, page, send


@pytest.fixture
def proposals(vasternorrland):
    rows = [(1, "1", "Tydligare ansvar"), (17, "2", "Rimlig arbetsbelastning"), (31, "3", "Forskning till handläggare")]
    return [
        Proposal.objects.create(region=vasternorrland, number=number, area=area, title=title)
        for number, area, title in rows
    ]


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def answer(client, number, code="2281", **data):
    return send(client, "proposal_work", code, number, **({"state": "arbetar"} | data))


# --- the register -------------------------------------------------------------------------------------------------------
def test_the_portal_ships_the_three_areas_and_no_proposals(sign_in, regional_reader):
    said = page(sign_in(regional_reader), "protection")
    for area in ("Tydligt uppdrag", "God arbetsmiljö", "Tillgång till aktuell kunskap"):
        assert area in said
    assert not Proposal.objects.exists()


def test_the_leader_fills_in_a_proposal_by_hand(lena, vasternorrland):
    response = send(lena, "proposal_new", number=12, area="2", title="Stöd till chefer", responsible="region")
    assert response.status_code == 302
    made = Proposal.objects.get()
    assert (made.region, made.number, str(made)) == (vasternorrland, 12, "12. Stöd till chefer")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"number": 1}, "Det numret finns redan."),
        ({"number": 45}, "Förslagen är numrerade från 1 till 44."),
        ({"number": 2, "area": "4"}, "Välj ett giltigt alternativ"),
        ({"number": 2, "title": ""}, "måste fyllas i"),
    ],
)
def test_a_wrong_proposal_says_why(lena, proposals, data, said):
    whole = {"area": "1", "title": "Titel", "responsible": "kommun"}
    response = send(lena, "proposal_new", **(whole | data))
    assert said in response.content.decode()
    assert Proposal.objects.count() == 3


def test_the_county_s_priority_is_set_and_taken_away(lena, proposals):
    for said, is_priority in (("ja", True), ("ja", True), ("nej", False)):
        send(lena, "proposal_priority", proposals[0].uid, prioriterat=said)
        proposals[0].refresh_from_db()
        assert proposals[0].is_priority is is_priority


def test_a_proposal_somebody_works_with_is_not_removed(lena, proposals, sundsvall):
    ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall)
    said = send(lena, "proposal_remove", proposals[0].uid).content.decode()
    assert "Det kan inte tas bort." in said
    assert send(lena, "proposal_remove", proposals[1].uid).status_code == 302
    assert Proposal.objects.count() == 2


# --- what a municipality does -------------------------------------------------------------------------------------------
def test_the_head_works_with_a_proposal_and_the_matrix_shows_it(sign_in, head_of_ifo, proposals):
    """The acceptance sentence of F02."""
    client = sign_in(head_of_ifo)
    assert answer(client, 1, is_priority="on", comment="Ny rutin prövas.").status_code == 302
    response = send(client, "own_activity_new", "2281", 1, title="Ny rutin", owner_name="Enhetschef", state="pagar")
    assert response.status_code == 302
    work = ProposalWork.objects.get()
    assert (work.state, work.is_priority, work.changed_by) == ("arbetar", True, head_of_ifo)
    assert ProposalActivity.objects.get().work == work
    matrix = page(client, "protection")
    row = matrix.split("1. Tydligare ansvar")[1].split("</tr>")[0]
    assert "Arbetar" in row
    assert "prioriterat" in row
    assert "1 av 7" in row
    assert "En av sju kommuner arbetar med minst ett av tre förslag. Två har ingen kommun ännu." in matrix
    own = page(client, "protection_municipality", "2281")
    for word in ("Ny rutin prövas.", "Ny rutin", "Enhetschef", "pågår", "prioriterar en"):
        assert word in own


def test_the_matrix_counts_coverage_both_ways(sign_in, regional_reader, vasternorrland, proposals):
    places = list(vasternorrland.municipalities.all())
    states = ("arbetar", "klart", "pausat", "inte nu")
    for place, state in zip(places, states, strict=False):
        ProposalWork.objects.create(proposal=proposals[0], municipality=place, state=state)
    said = page(sign_in(regional_reader), "protection")
    row = said.split("1. Tydligare ansvar")[1].split("</tr>")[0]
    assert "2 av 7" in row
    for word in ("Arbetar", "Klart", "Pausat", "Inte nu"):
        assert word in row
    foot = said.split("<tfoot>")[1]
    assert foot.count("1 av 3") == 2
    assert foot.count("0 av 3") == 5


@pytest.mark.parametrize(
    ("query", "shown"),
    [({"omrade": "2"}, "17. "), ({"prioriterade": "on"}, "31. "), ({"omrade": "1"}, "1. Tydligare")],
)
def test_the_matrix_is_narrowed(sign_in, regional_reader, proposals, query, shown):
    Proposal.objects.filter(number=31).update(is_priority=True)
    table = page(sign_in(regional_reader), "protection", **query).split("<tbody>")[1].split("</tbody>")[0]
    assert table.count("<tr>") == 1
    assert shown in table


def test_a_municipality_that_left_is_out_of_the_matrix_and_keeps_its_page(
    sign_in, regional_reader, unit_manager, sundsvall, proposals
):
    ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall, comment="Så långt kom vi.")
    sundsvall.ended_on = timezone.localdate()
    sundsvall.save()
    assert "Sundsvall" not in page(sign_in(regional_reader), "protection").split("<table")[1]
    said = page(sign_in(unit_manager), "protection_municipality", "2281")
    assert "Så långt kom vi." in said
    assert "deltar inte i regionen sedan" in said
    assert "Ändra svaret" not in said
    assert answer(sign_in(unit_manager), 1).status_code == 404


def test_a_person_s_name_is_asked_about(sign_in, unit_manager, proposals):
    client = sign_in(unit_manager)
    data = {"title": "Ny rutin", "owner_name": "Karin Hedlund", "state": "pagar"}
    said = send(client, "own_activity_new", "2281", 1, **data).content.decode()
    assert "Kan peka ut någon" in said
    assert not ProposalActivity.objects.exists()


def test_markup_in_a_comment_is_text(sign_in, unit_manager, proposals):
    client = sign_in(unit_manager)
    answer(client, 1, comment="<script>alert(1)</script>")
    for said in (page(client, "protection_municipality", "2281"), page(client, "proposal_detail", proposals[0].uid)):
        assert "<script>alert" not in said
        assert "&lt;script&gt;alert(1)" in said


def test_the_second_of_two_colleagues_is_told(sign_in, unit_manager, head_of_ifo, sundsvall, proposals):
    client = sign_in(unit_manager)
    seen = page(client, "proposal_work", "2281", 1).split('name="seen" value="')[1].split('"')[0]
    ProposalWork.objects.create(
        proposal=proposals[0], municipality=sundsvall, state="klart", comment="Klart i går.", changed_by=head_of_ifo
    )
    said = answer(client, 1, comment="Vi börjar.", seen=seen).content.decode()
    assert f"{head_of_ifo} ändrade det här medan du skrev" in said
    assert "Vi börjar." in said
    assert ProposalWork.objects.get().state == "klart"


def test_a_double_click_is_one_activity(sign_in, unit_manager, proposals):
    client, token = sign_in(unit_manager), "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    for _ in range(2):
        send(client, "own_activity_new", "2281", 1, title="Ny rutin", state="pagar", token=token)
    assert ProposalActivity.objects.count() == 1
    own = ProposalActivity.objects.get()
    send(client, "own_activity_change", own.uid, title="Ny rutin", state="klar", last_quarter="")
    own.refresh_from_db()
    assert own.state == "klar"
    assert send(client, "own_activity_remove", own.uid).status_code == 302
    assert not ProposalActivity.objects.exists()


# --- the county's plan --------------------------------------------------------------------------------------------------
def test_the_county_s_plan_has_activities_about_proposals_and_versions(lena, vasternorrland, proposals):
    plan = make_plan(vasternorrland, kind=Plan.Kind.PROTECTION)
    row = Activity.objects.get(title="Gemensam mall")
    row.proposals.add(proposals[0])
    Proposal.objects.filter(number=17).update(is_priority=True)
    said = page(lena, "plan_detail", plan.uid)
    assert "1. Tydligare ansvar" in said.split("Gemensam mall</a>")[1].split("</tr>")[0]
    gaps = said.split("Prioriterade förslag utan aktivitet")[1]
    assert "17. Rimlig arbetsbelastning" in gaps
    assert "Behov utan aktivitet" not in said
    assert "Gemensam mall" in page(lena, "proposal_detail", proposals[0].uid)
    content = content_of(plan, timezone.localdate())
    assert content["focuses"][0]["goals"][0]["activities"][1]["proposals"] == [
        {"number": 1, "title": "Tydligare ansvar"}
    ]


# --- on paper -----------------------------------------------------------------------------------------------------------
def test_the_matrix_comes_as_a_landscape_pdf_in_signs_and_words(sign_in, head_of_ifo, vasternorrland, proposals):
    plan = make_plan(vasternorrland, kind=Plan.Kind.PROTECTION)
    today = timezone.localdate()
    PlanVersion.objects.create(plan=plan, number=1, content=content_of(plan, today), state="godkand", decided_on=today)
    client = sign_in(head_of_ifo)
    answer(client, 1, is_priority="on")
    response = client.get(reverse("protection_pdf"))
    assert response["Content-Disposition"].startswith('attachment; filename="starkt-skydd-matris-22-')
    reader = PdfReader(BytesIO(response.content))
    first = reader.pages[0]
    assert first.mediabox.width > first.mediabox.height
    said = " ".join(first.extract_text().split())
    for word in ("▶ Arbetar ◆", "1. Tydligare ansvar", "Härnösand", f"version 1, godkänd {today}"):
        assert word in said
    assert b"<pdfuaid:part>1" in reader.trailer["/Root"]["/Metadata"].get_data()


# --- who ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["head_of_ifo", "unit_manager", "social_worker", "regional_reader"])
def test_only_the_leader_keeps_the_register(sign_in, request, proposals, who):
    client = sign_in(request.getfixturevalue(who))
    for name in ("proposal_new", "proposal_import"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("proposal_change", "proposal_remove", "proposal_priority"):
        assert send(client, name, proposals[0].uid).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("social_worker", 403), ("regional_reader", 403), ("development_leader", 403)]
)
def test_only_those_who_speak_for_a_municipality_answer(sign_in, request, proposals, who, status):
    assert answer(sign_in(request.getfixturevalue(who)), 1).status_code == status
    assert not ProposalWork.objects.exists()


def test_nobody_answers_for_another_municipality(sign_in, head_of_ifo, neighbouring_head, sundsvall, proposals):
    work = ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall)
    own = ProposalActivity.objects.create(work=work, title="Ny rutin")
    colleague = make_user(
        "timra@timra.example", Role.HEAD_OF_IFO, municipality=sundsvall.region.municipalities.get(code="2262")
    )
    for user in (neighbouring_head, colleague):
        client = sign_in(user)
        assert answer(client, 1).status_code == 404
        for name in ("own_activity_change", "own_activity_remove"):
            assert send(client, name, own.uid, title="Tagen", state="klar").status_code == 404
    own.refresh_from_db()
    assert own.title == "Ny rutin"
    assert sign_in(colleague).get(reverse("protection_municipality", args=["2281"])).status_code == 200
    assert sign_in(neighbouring_head).get(reverse("protection_municipality", args=["2281"])).status_code == 404
    assert sign_in(neighbouring_head).get(reverse("proposal_detail", args=[proposals[0].uid])).status_code == 404


def test_the_database_refuses_two_answers_and_a_forty_fifth_proposal(vasternorrland, sundsvall, proposals):
    ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall)
    for broken in (
        lambda: ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall),
        lambda: Proposal.objects.create(region=vasternorrland, number=45, area="1", title="För många"),
        lambda: Proposal.objects.create(region=vasternorrland, number=1, area="1", title="Två med ett nummer"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_the_queries_do_not_grow(sign_in, head_of_ifo, vasternorrland, sundsvall, proposals):
    client, counts = sign_in(head_of_ifo), []
    ProposalWork.objects.create(proposal=proposals[0], municipality=sundsvall).activities.create(title="Rutin")
    page(client, "plans")  # the first answer writes the session
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            page(client, "protection")
            page(client, "protection_municipality", "2281")
            page(client, "proposal_detail", proposals[0].uid)
        counts.append(len(asked))
        for number in range(2, 17):
            Proposal.objects.get_or_create(region=vasternorrland, number=number, area="1", title=f"Nr {number}")
        for place in vasternorrland.municipalities.exclude(pk=sundsvall.pk):
            for proposal in Proposal.objects.all():
                work, _ = ProposalWork.objects.get_or_create(proposal=proposal, municipality=place)
                work.activities.create(title="Rutin")
    assert counts[0] == counts[1]
