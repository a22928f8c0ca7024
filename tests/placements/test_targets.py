"""Local targets: who sets which, what they move, and that the law stands."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bou_portal.audit.models import Event
from municipalities.models import Region
from placements.deadlines import RuleBook, Wordings
from placements.episodes import derive
from placements.models import Child, Due, LocalTarget, Placement, Rule

TODAY = date(2026, 11, 21)


@pytest.fixture
def stay(child):
    stay = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group="familjehem",
        home_key="a",
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return stay


def post(client, place, code, **data):
    return client.post(f"/malnivaer/{place}/{code}/", data, follow=True)


def due(kind):
    return Due.objects.get(kind=kind).due_on


def test_manager_sets_the_municipalitys_target_and_its_days_move(sign_in, unit_manager, sundsvall, stay):
    shown = post(sign_in(unit_manager), "2281", "R-GP-T", amount="14", unit="days").content.decode()
    assert "Målnivån är sparad" in shown
    assert "Sundsvall har en egen målnivå" in shown
    target = LocalTarget.objects.get()
    assert (target.municipality, target.amount, target.unit, target.set_by) == (sundsvall, 14, "days", unit_manager)
    assert due("plan") == date(2026, 1, 24)
    event = Event.objects.get(target="municipalities.municipality")
    assert (event.municipality_id, event.detail["code"], event.detail["amount"]) == (sundsvall.pk, "R-GP-T", 14)


def test_nothing_written_follows_the_region_again(sign_in, unit_manager, sundsvall, vasternorrland, stay):
    LocalTarget.objects.create(code="R-GP-T", region=vasternorrland, amount=20, unit="days")
    LocalTarget.objects.create(code="R-GP-T", municipality=sundsvall, amount=14, unit="days")
    client = sign_in(unit_manager)
    assert "Lämna tomt för att följa regionens 20 dagar." in client.get("/malnivaer/2281/R-GP-T/").content.decode()
    shown = post(client, "2281", "R-GP-T", amount="", unit="days").content.decode()
    assert "Regionens 20 dagar gäller nu." in shown
    assert not LocalTarget.objects.filter(municipality=sundsvall).exists()
    assert due("plan") == date(2026, 1, 30)


def test_leader_sets_the_regions_and_every_municipality_in_it_follows(sign_in, development_leader, stay, umea):
    other = Child.objects.create(municipality=umea, local_code="UME-1", birth_year=2012)
    Placement.objects.create(
        municipality=umea, child=other, form_group="hvb", home_key="b", started_on=date(2026, 1, 10)
    )
    derive([other.pk])
    post(sign_in(development_leader), "22", "R-VISIT-T", amount="2", unit="months")
    days = dict(Due.objects.filter(kind="talk").values_list("municipality__code", "due_on"))
    assert days == {"2281": date(2026, 3, 10), "2480": date(2026, 4, 10)}


def test_leader_sets_the_regions_days_for_examinations(sign_in, development_leader, vasternorrland, stay):
    post(sign_in(development_leader), "22", "R-HEALTH-T", amount="28", unit="request")
    vasternorrland.refresh_from_db()
    assert (vasternorrland.health_target_days, vasternorrland.health_target_from) == (28, "request")
    assert (due("medical"), due("dental")) == (date(2026, 2, 7), date(2026, 2, 7))
    assert not LocalTarget.objects.exists()


def test_what_a_region_has_set_stands_when_the_register_is_read_again(vasternorrland):
    Region.objects.filter(pk=vasternorrland.pk).update(health_target_days=45, health_target_from="request", body="")
    call_command("load_register", verbosity=0)
    vasternorrland.refresh_from_db()
    assert (vasternorrland.health_target_days, vasternorrland.health_target_from) == (45, "request")
    assert vasternorrland.body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"amount": "0", "unit": "days"}, "större än eller lika med 1"),
        ({"amount": "731", "unit": "days"}, "Så lång tid är ingen målnivå. Skriv högst 730 dagar."),
        ({"amount": "25", "unit": "months"}, "Så lång tid är ingen målnivå. Skriv högst 24 månader."),
        ({"amount": "snart", "unit": "days"}, "Fyll i ett heltal"),
    ],
)
def test_length_that_makes_no_sense_is_refused_and_kept(sign_in, unit_manager, data, said):
    shown = post(sign_in(unit_manager), "2281", "R-GP-T", **data).content.decode()
    assert said in shown
    assert f'value="{data["amount"]}"' in shown
    assert not LocalTarget.objects.exists()


@pytest.mark.parametrize("code", ["R-REV-SOL", "R-CUST", "R-GP", "R-HEALTH-T", "R-X"])
def test_law_and_the_regions_own_are_not_a_municipalitys_to_set(sign_in, unit_manager, code):
    client = sign_in(unit_manager)
    assert client.get(f"/malnivaer/2281/{code}/").status_code == 404
    assert post(client, "2281", code, amount="3", unit="days").status_code == 404
    assert not LocalTarget.objects.exists()


@pytest.mark.parametrize(("who", "place", "status"), [
    ("neighbouring_manager", "2281", 404), ("development_leader", "2281", 404), ("unit_manager", "22", 404),
    ("social_worker", "2281", 403), ("head_of_ifo", "2281", 403), ("regional_reader", "22", 403),
])  # fmt: skip
def test_others_set_nothing(request, sign_in, who, place, status):
    client = sign_in(request.getfixturevalue(who))
    assert post(client, place, "R-GP-T", amount="3", unit="days").status_code == status
    assert not LocalTarget.objects.exists()


def test_page_says_what_the_law_says_from_the_table(sign_in, unit_manager):
    Rule.objects.filter(code="R-GP", valid_to__isnull=True).update(law="Påhittad lag", paragraph="9 §")
    shown = sign_in(unit_manager).get("/malnivaer/").content.decode()
    assert "genomförandeplan ska finnas (Påhittad lag 9 §)" in shown
    assert "Sundsvall har inga egna målnivåer än" in shown
    assert "60 dagar från placeringens start" in shown


def test_the_regions_own_target_for_examinations_is_told_as_its_own(sign_in, development_leader):
    shown = sign_in(development_leader).get("/malnivaer/").content.decode()
    assert "Region Västernorrland har en egen målnivå, för undersökningar. De andra följer portalens förval." in shown


def test_page_asks_the_same_number_of_questions_with_many_targets(sign_in, unit_manager, sundsvall, vasternorrland):
    client = sign_in(unit_manager)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/malnivaer/")
        return len(asked)

    client.get("/malnivaer/")
    few = queries()
    for code in ("R-GP-T", "R-VP-T", "R-VISIT-T", "R-HEALTH-REQ"):
        LocalTarget.objects.create(code=code, municipality=sundsvall, amount=10, unit="days")
        LocalTarget.objects.create(code=code, region=vasternorrland, amount=10, unit="days")
    assert queries() == few


# --- the rule book of a page --------------------------------------------------------------------------------------------
def test_book_says_whose_target_it_is(sundsvall, vasternorrland):
    LocalTarget.objects.create(code="R-GP-T", region=vasternorrland, amount=20, unit="days")
    LocalTarget.objects.create(code="R-VISIT-T", region=vasternorrland, amount=2, unit="months")
    LocalTarget.objects.create(code="R-VISIT-T", municipality=sundsvall, amount=1, unit="months")
    LocalTarget.objects.create(code="R-REV-SOL", municipality=sundsvall, amount=1, unit="months")
    book = RuleBook(TODAY, sundsvall)
    codes = ("R-GP-T", "R-VISIT-T", "R-REV-SOL", "R-VP-T", "R-HEALTH-T")
    assert {code: (book.length(code), book.whose(code)) for code in codes} == {
        "R-GP-T": ("20 dagar", "regional målnivå, Västernorrlands län"),
        "R-VISIT-T": ("1 månad", "lokal målnivå, Sundsvall"),
        "R-REV-SOL": ("6 månader", "Lagkrav"),
        "R-VP-T": ("30 dagar", "förvald målnivå"),
        "R-HEALTH-T": ("60 dagar", "regional målnivå, Västernorrlands län"),
    }
    assert RuleBook(TODAY).whose("R-VISIT-T") == "Riktmärke"


def test_a_proposed_act_is_listed_and_counts_for_nothing(client, db):
    proposed = Rule.objects.filter(is_confirmed=False, code="R-REV-3").get()
    assert RuleBook(proposed.valid_from).get("R-REV-3").law != proposed.law
    assert Wordings().on("R-REV-3", proposed.valid_from).law != proposed.law
    assert "Förslag, inte beslutat" in client.get("/regler/").content.decode()


def test_a_decided_act_takes_over_from_its_day_by_one_word(db):
    Rule.objects.filter(code="R-REV-3", is_confirmed=False).update(is_confirmed=True)
    proposed = Rule.objects.get(code="R-REV-3", valid_from__isnull=False, law__contains="förslag")
    assert Wordings().on("R-REV-3", proposed.valid_from).law == proposed.law
    assert RuleBook(proposed.valid_from).get("R-REV-3").law == proposed.law
