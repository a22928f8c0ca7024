"""Starting, moving and ending a placement by hand, as the people who do it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event
from municipalities.models import Municipality
from placements import written
from placements.models import Assignment, CareHome, Child, LegalBasis, Placement, WrittenRow

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FAMILY = {"form": "familjehem:FAM_RECRUITED", "private_home": "FH 12", "law": "SoL:SOL"}
HVB = {"form": "hvb:", "home": "Tallbacken", "law": "SoL:SOL"}
NEW = {"local_code": "EGEN-1", "birth_year": 2012, "sex": "flicka", **FAMILY}
END = {"reason": "INDEPENDENT", "planned": "ja", "initiator": "board", "next_stop": "own_housing"}
BREAKDOWN = {"reason": "HOME_INITIATED", "planned": "nej", "initiator": "home", "cause": "conflict"}
MOVED = {"reason": "MOVED_PLANNED", "planned": "ja", "initiator": "board"}


def ago(days):
    return TODAY - timedelta(days=days)


def opened(client, name, child):
    return client.get(reverse(name, args=[child.uid]))


def post(client, name, child=None, *, seen=None, **data):
    """Sends what the form holds when it is opened, with these values."""
    if child and seen is None:
        seen = opened(client, name, child).context["form"]["seen"].value()
    address = reverse(name, args=[child.uid] if child else [])
    return client.post(
        address, {"seen": seen or "", **{key: value for key, value in data.items() if value is not None}}
    )


def said(response):
    return response.content.decode().split("<main")[1]


def errors(response):
    return {name: list(problems) for name, problems in response.context["form"].errors.items()}


@pytest.fixture
def maja(sign_in, social_worker):
    return sign_in(social_worker)


@pytest.fixture
def placed(maja):
    """A child that Maja wrote in: in a family home since 100 days."""
    response = post(maja, "placement_new", **NEW, started_on=ago(100))
    assert response.status_code == 302, errors(response)
    return Child.objects.get()


def stays(child):
    found = child.placements.order_by("started_on")
    return [(stay.form_group, stay.started_on, stay.ended_on) for stay in found]


# --- a new placement --------------------------------------------------------------------------------------------------


def test_a_worker_writes_in_a_new_child(maja, social_worker, north_unit):
    form = maja.get(reverse("placement_new")).context["form"]
    assert form["local_code"].value()[:4] == "SUN-"
    response = post(maja, "placement_new", **NEW, started_on=ago(9), worker=social_worker.pk, unit=north_unit.pk)
    child = Child.objects.get()
    assert response.url == child.get_absolute_url()
    assert (child.local_code, child.birth_year, child.sex) == ("EGEN-1", 2012, "flicka")
    stay = Placement.objects.get()
    assert (stay.form_group, stay.form_code, stay.started_on) == ("familjehem", "FAM_RECRUITED", ago(9))
    basis = LegalBasis.objects.get()
    assert (basis.group, basis.code, basis.started_on) == ("SoL", "SOL", ago(9))
    assert Assignment.objects.get().worker == social_worker
    assert child.episodes.get().started_on == ago(9)
    logged = Event.objects.filter(verb="created").values_list("target", "actor_id")
    assert set(logged) == {("placements.child", social_worker.pk), ("placements.writtenrow", social_worker.pk)}


def test_of_a_private_home_only_a_digest_is_kept(placed):
    row = WrittenRow.objects.get()
    assert row.values["enhet"].startswith("dold:")
    assert "FH 12" not in str(row.values)


def test_a_home_of_the_register_brings_its_operator_and_place(maja, home, sundsvall):
    home.operator = "company"
    home.save()
    page = maja.get(reverse("placement_new"))
    assert '<option value="Tallbacken">HVB</option>' in said(page)
    post(maja, "placement_new", **NEW | HVB | {"private_home": None}, started_on=ago(9))
    stay = Placement.objects.get()
    assert (stay.home, stay.operator, stay.host_municipality) == (home, "company", sundsvall)


def test_a_home_nobody_knows_is_asked_about_and_becomes_a_proposal(maja, sundsvall):
    data = NEW | HVB | {"private_home": None, "home": "Granåsen", "started_on": ago(9)}
    response = post(maja, "placement_new", **data)
    assert "Hemmet finns inte i registret och blir ett förslag" in said(response)
    assert not Child.objects.exists()
    assert post(maja, "placement_new", **data, confirmed="home_proposed").status_code == 302
    assert Placement.objects.get().home == CareHome.objects.get(name="Granåsen", proposed_by=sundsvall)


def test_a_closed_home_and_one_of_another_form_are_asked_about(maja, home):
    CareHome.objects.update(status="closed")
    response = post(maja, "placement_new", **NEW | HVB | {"private_home": None}, started_on=ago(9))
    assert "Tallbacken är stängt i registret." in said(response)
    home_id = {"home": home.uid.hex, "form": "stodboende:", "private_home": None, "birth_year": 2008}
    response = post(maja, "placement_new", **NEW | home_id, started_on=ago(9))
    assert "Tallbacken står i registret som HVB." in said(response)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("local_code", "120101-2384", "personnummer"),
        ("local_code", "", "obligatoriskt"),
        ("birth_year", 1950, "fyra siffror"),
        ("started_on", TODAY + timedelta(days=1), "framåt i tiden"),
        ("started_on", "igår", "giltigt datum"),
        ("started_on", "2011-12-31", "före barnets födelseår 2012"),
        ("private_home", "familjen 19120101-2384", "personnummer"),
        ("private_home", "", "Hem okänt"),
        ("form", "hvb:", "ingen privat bostad"),
        ("home", "Tallbacken", "privat hem"),
        ("law", "", "obligatoriskt"),
        ("law", "LVU:SOL", "Välj ett giltigt alternativ"),
        ("birth_year", "", "Födelseår saknas"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(maja, field, value, says):
    response = post(maja, "placement_new", **NEW | {"started_on": ago(9)} | {field: value})
    assert response.status_code == 200
    assert says in said(response)
    assert not Child.objects.exists()
    assert response.context["form"]["sex"].value() == "flicka"


@pytest.mark.parametrize(
    ("data", "check"),
    [
        ({"form": "stodboende:", "home": "Tallbacken"}, "supported_housing_under_16"),
        ({"form": "sis:", "home": "Tallbacken"}, "sis_with_sol"),
        ({"law": "LSU:"}, "lsu_outside_sis"),
        ({"law": "SoL:SOL2001"}, "law_of_another_time"),
        ({"law": "LVU:LVU_2", "birth_year": TODAY.year - 20}, "home_grounds_after_18"),
        ({"form": "eget hem:", "private_home": "hos mamma", "law": "LVU:LVU_2"}, "lvu_starts_in_own_home"),
    ],
)
def test_what_a_delivery_would_be_warned_about_is_asked_about_once(maja, home, data, check):
    data = NEW | {"private_home": None if "home" in data else "FH 12", "started_on": ago(9)} | data
    response = post(maja, "placement_new", **data)
    asked = dict(response.context["form"].fields["confirmed"].choices)
    assert check in asked
    assert asked[check] in said(response)
    assert not Child.objects.exists()
    assert post(maja, "placement_new", **data, confirmed=list(asked)).status_code == 302


def test_a_code_that_is_there_leads_to_the_child(maja, placed):
    response = post(maja, "placement_new", **NEW | {"local_code": "egen-1"}, started_on=ago(9))
    assert placed.get_absolute_url() in said(response)
    assert Child.objects.count() == 1


def test_a_child_that_is_not_placed_is_placed_again(maja, placed):
    post(maja, "placement_end", placed, **END, ended_on=ago(50))
    assert (
        post(maja, "placement_begin", placed, **FAMILY | {"private_home": "FH 9"}, started_on=ago(20)).status_code
        == 302
    )
    assert stays(placed) == [("familjehem", ago(100), ago(50)), ("familjehem", ago(20), None)]
    assert placed.episodes.count() == 2


def test_a_start_inside_another_placement_is_refused(maja, placed):
    post(maja, "placement_end", placed, **END, ended_on=ago(50))
    for day in (ago(100), ago(60), ago(120)):
        response = post(maja, "placement_begin", placed, **FAMILY | {"private_home": "FH 9"}, started_on=day)
        assert f"Barnet är redan placerat i familjehem från {ago(100)} till {ago(50)}." in said(response)
    assert placed.placements.count() == 1


def test_going_back_the_same_day_to_the_same_home_is_asked_about(maja, placed):
    post(maja, "placement_end", placed, **END, ended_on=ago(50))
    response = post(maja, "placement_begin", placed, **FAMILY, started_on=ago(50))
    assert "det blir samma placering som fortsätter" in said(response)
    post(maja, "placement_begin", placed, **FAMILY, started_on=ago(50), confirmed="goes_on")
    assert stays(placed) == [("familjehem", ago(100), None)]


def test_a_page_that_makes_no_sense_now_says_so(maja, placed):
    assert "redan placerat" in said(maja.get(reverse("placement_begin", args=[placed.uid]), follow=True))
    post(maja, "placement_end", placed, **END, ended_on=ago(5))
    for name in ("placement_move", "placement_law"):
        assert "inte placerat just nu" in said(maja.get(reverse(name, args=[placed.uid]), follow=True))


# --- a move, another law, an end --------------------------------------------------------------------------------------


def test_a_move_ends_one_placement_and_starts_another_the_same_day(maja, placed, home):
    response = post(maja, "placement_move", placed, **MOVED, **HVB, moved_on=ago(30))
    assert response.status_code == 302, errors(response)
    assert stays(placed) == [("familjehem", ago(100), ago(30)), ("hvb", ago(30), None)]
    first, second = placed.placements.order_by("started_on")
    assert (first.end_reason, first.planned, first.next_stop, first.end_is_inferred) == (
        "MOVED_PLANNED", "ja", "placement", False,
    )  # fmt: skip
    assert second.home == home
    assert placed.episodes.get().started_on == ago(100)
    assert len({row.change for row in WrittenRow.objects.order_by("-pk")[:2]}) == 1


def test_a_move_from_an_unknown_home_asks_nothing_about_the_old_home(maja, placed, home):
    row = WrittenRow.objects.get()
    WrittenRow.objects.update(values={name: value for name, value in row.values.items() if name != "enhet"})
    assert post(maja, "placement_move", placed, **MOVED, **HVB, moved_on=ago(30)).status_code == 302
    assert stays(placed) == [("familjehem", ago(100), ago(30)), ("hvb", ago(30), None)]


def test_a_move_under_another_law_changes_the_law_that_day(maja, placed, home):
    post(maja, "placement_move", placed, **MOVED, **HVB | {"law": "LVU:LVU_3"}, moved_on=ago(30))
    found = placed.legal_bases.order_by("started_on").values_list("code", "started_on", "ended_on")
    assert list(found) == [("SOL", ago(100), ago(30)), ("LVU_3", ago(30), None)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (FAMILY | {"home": None}, "Barnet bor redan där."),
        ({"moved_on": ago(101)}, f"Placeringen började {ago(100)}"),
        ({"moved_on": TODAY + timedelta(days=1)}, "framåt i tiden"),
        ({"planned": "nej", "cause": "other"}, "Stämmer inte med orsaken"),
    ],
)
def test_a_move_that_cannot_be_is_refused(maja, placed, home, data, says):
    response = post(maja, "placement_move", placed, **MOVED | HVB | {"moved_on": ago(30)} | data)
    assert says in said(response)
    assert stays(placed) == [("familjehem", ago(100), None)]


def test_another_law_from_a_day_leaves_the_placement_as_it_is(maja, placed):
    post(maja, "placement_law", placed, law="LVU:LVU_2", from_on=ago(10))
    assert stays(placed) == [("familjehem", ago(100), None)]
    found = placed.legal_bases.order_by("started_on").values_list("group", "started_on", "ended_on")
    assert list(found) == [("SoL", ago(100), ago(10)), ("LVU", ago(10), None)]
    post(maja, "placement_law", placed, law="LVU:LVU_3", from_on=ago(10))
    assert placed.legal_bases.get(started_on=ago(10)).code == "LVU_3"


@pytest.mark.parametrize(
    ("law", "day", "says"),
    [
        ("SoL:SOL", 10, "redan placerat enligt det lagrummet"),
        ("LVU:", 101, f"gäller från {ago(100)}"),
        ("LVU:", -1, "framåt i tiden"),
    ],
)
def test_a_law_that_changes_nothing_or_too_early_is_refused(maja, placed, law, day, says):
    assert says in said(post(maja, "placement_law", placed, law=law, from_on=ago(day)))
    assert placed.legal_bases.count() == 1


def test_an_unplanned_ending_tells_why(maja, placed):
    response = post(
        maja, "placement_end", placed, **BREAKDOWN, second_cause="support", next_stop="home", ended_on=ago(3)
    )
    assert response.status_code == 302, errors(response)
    stay = placed.placements.get()
    assert (stay.ended_on, stay.end_reason, stay.planned, stay.initiator, stay.next_stop, stay.cause) == (
        ago(3), "HOME_INITIATED", "nej", "home", "home", "conflict",
    )  # fmt: skip
    assert stay.second_cause == "support"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (BREAKDOWN | {"cause": ""}, "cause"),
        ({"cause": "conflict"}, "cause"),
        (BREAKDOWN | {"second_cause": "conflict"}, "second_cause"),
        (BREAKDOWN | {"initiator": "child"}, "initiator"),
        ({"reason": "DECEASED", "initiator": ""}, "planned"),
        ({"reason": "DECEASED", "initiator": "", "planned": "okänt"}, "next_stop"),
        ({"reason": "GOAL_REACHED_HOME", "planned": "nej", "cause": "other"}, "planned"),
        ({"ended_on": ago(101)}, "ended_on"),
        ({"ended_on": TODAY + timedelta(days=1)}, "ended_on"),
        ({"reason": ""}, "reason"),
        ({"planned": "kanske"}, "planned"),
        ({"next_stop": ""}, "next_stop"),
    ],
)
def test_an_ending_that_does_not_hold_together_is_refused(maja, placed, data, field):
    response = post(maja, "placement_end", placed, **END | {"ended_on": ago(3)} | data)
    assert field in errors(response)
    assert stays(placed) == [("familjehem", ago(100), None)]


def test_an_ending_before_the_law_changed_is_refused(maja, placed):
    post(maja, "placement_law", placed, law="LVU:LVU_2", from_on=ago(10))
    response = post(maja, "placement_end", placed, **END, ended_on=ago(20))
    assert f"Lagrummet ändrades {ago(10)}" in said(response)


def test_an_ending_can_be_corrected(maja, placed):
    post(maja, "placement_end", placed, **BREAKDOWN, next_stop="home", ended_on=ago(3))
    form = opened(maja, "placement_end", placed).context["form"]
    assert (form.heading, form["cause"].value(), form["ended_on"].value()) == ("Rätta avslutet", "conflict", ago(3))
    post(maja, "placement_end", placed, **END, ended_on=ago(5))
    stay = placed.placements.get()
    assert (stay.ended_on, stay.planned, stay.cause) == (ago(5), "ja", "")


def test_a_mistyped_year_is_refused_also_when_the_birth_year_is_unknown(maja):
    response = post(maja, "placement_new", **NEW | {"birth_year": ""}, started_on="0026-03-01")
    assert errors(response) == {"started_on": ["Dagen ligger mer än 26 år bakåt. Kontrollera årtalet."]}
    child = Child.objects.create(municipality=Municipality.objects.get(code="2281"), local_code="EGEN-2")
    response = maja.post(reverse("row_new", args=[child.uid, "utredning"]), {"opened_on": "0026-03-01"})
    assert errors(response) == {"opened_on": ["Dagen ligger mer än 26 år bakåt. Kontrollera årtalet."]}


def test_what_is_wrong_is_told_in_the_order_of_the_page(maja):
    page = maja.post(reverse("placement_new"), {"local_code": "EGEN-3"}).content.decode()
    told = page[page.index('class="notice errors"') :]
    assert told.index("Första dagen") < told.index("Form</a>") < told.index("Lagrum</a>")


def test_two_causes_of_a_planned_ending_are_refused_together(maja, placed):
    data = {**END, "cause": "conflict", "second_cause": "needs"}
    assert list(errors(post(maja, "placement_end", placed, **data, ended_on=ago(3)))) == ["cause"]


def test_a_manager_goes_on_from_an_ending_to_an_analysis(sign_in, unit_manager, placed):
    karin = sign_in(unit_manager)
    response = post(karin, "placement_end", placed, **BREAKDOWN, next_stop="home", ended_on=ago(3), analyse="on")
    assert response.url == f"{reverse('analysis_new')}?placering={placed.placements.get().uid}"
    assert karin.get(response.url).status_code == 200


def test_who_leads_no_analyses_is_not_led_to_one(maja, placed):
    assert "analyse" not in opened(maja, "placement_end", placed).context["form"].fields
    response = post(maja, "placement_end", placed, **BREAKDOWN, next_stop="home", ended_on=ago(3), analyse="on")
    assert response.url == placed.get_absolute_url()


def test_a_rated_placement_that_would_vanish_is_said_and_nothing_is_written(maja, placed, monkeypatch):
    def refuse(*_):
        raise written.StillRated

    monkeypatch.setattr(written, "write_differences", refuse)
    response = post(maja, "placement_end", placed, **END, ended_on=ago(3))
    assert errors(response) == {"__all__": ["En placering som skulle försvinna har ett omdöme. Kontrollera dagarna."]}
    response = post(maja, "placement_undo", placed, seen="", change=WrittenRow.objects.get().change)
    assert errors(response) == {"__all__": [written.RATED]}
    assert WrittenRow.objects.count() == 1
