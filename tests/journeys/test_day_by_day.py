"""Ordinary days: a social worker by keyboard alone, on her phone and without scripts; then one errand of each other role."""

from datetime import timedelta

from django.utils import timezone

from tests import town
from tests.journeys.visitor import PHONE

CHILD = "VIPA-01"


def to_child(maja):
    """By the child's code from her first page."""
    maja.goes("/")
    maja.page.get_by_label("Barnets kod").fill(CHILD)
    maja.presses("Öppna")
    assert maja.heading == CHILD


def tabs_to(maja, selector):
    maja.goes_by_keyboard(to=selector)
    return maja.page.keyboard


def day(number):
    return (timezone.localdate() - timedelta(days=number)).isoformat()


def chosen(maja, name):
    return maja.page.locator(f"input[name={name}]:checked").get_attribute("value")


def test_social_worker_writes_a_follow_up_with_the_keyboard_alone_and_takes_it_back(visit):
    maja = visit("social_worker")
    keys = maja.page.keyboard
    tabs_to(maja, "[name=code]").type(CHILD)
    with maja.page.expect_navigation():
        keys.press("Enter")
    maja.looks()
    tabs_to(maja, "a[href$='/uppfoljning/ny/']")
    with maja.page.expect_navigation():
        keys.press("Enter")
    maja.looks()
    before = maja.page.evaluate("document.querySelectorAll('input:checked').length")
    tabs_to(maja, "[name=kind]").press("Space")
    tabs_to(maja, "[name=visit_in_home]").press("ArrowRight")  # round from "Ingen uppgift" to "Ja"
    tabs_to(maja, "[name=individual_talk]").press("ArrowLeft")  # to "Nej"
    tabs_to(maja, "[name=health]").press("ArrowLeft")  # to 5
    answered = [chosen(maja, name) for name in ("kind", "visit_in_home", "individual_talk", "health", "carer_talk")]
    assert answered == ["3-månaders", "true", "false", "5", "unknown"]
    assert maja.page.evaluate("document.querySelectorAll('input:checked').length") == before + 1
    tabs_to(maja, "main form button[type=submit]")
    with maja.page.expect_navigation():
        keys.press("Enter")
    maja.checks_once_more("with what is wrong said above")
    assert "Välj varför barnet inte fick ett enskilt samtal." in maja.text
    tabs_to(maja, "[name=no_talk_reason]").press("ArrowRight")
    tabs_to(maja, "main form button[type=submit]")
    with maja.page.expect_navigation():
        keys.press("Enter")
    assert "Uppföljningen är sparad" in maja.text
    maja.checks_once_more("after saving")
    assert "hälsa 5 av 5" in maja.text
    tabs_to(maja, "a[href*='/uppfoljning/']:not([href$='/ny/'])")
    with maja.page.expect_navigation():
        keys.press("Enter")
    maja.looks()
    tabs_to(maja, "form[action$='/angra/'] button")
    with maja.page.expect_navigation():
        keys.press("Enter")
    assert "Det du skrev in är borttaget." in maja.text
    assert "hälsa 5 av 5" not in maja.text


def picks(maja, **answers):
    for name, value in answers.items():
        maja.page.locator(f"label:has(input[name={name}][value='{value}'])").click()


def fills(maja, **days):
    for name, ago in days.items():
        maja.page.locator(f"[name={name}]").fill(day(ago))


def test_social_worker_writes_a_plan_with_its_parts_on_her_phone(visit):
    maja = visit("social_worker", size=PHONE)
    to_child(maja)
    maja.clicks("Plan", exact=True)
    assert maja.page.locator("[name=has_follow_up]").first.is_visible()
    picks(maja, kind="vårdplan")
    assert not maja.page.locator("[name=has_follow_up]").first.is_visible()  # a care plan has four parts
    picks(maja, kind="genomförandeplan", has_goals="true", has_measures="true", has_contact="false")
    fills(maja, made_on=3)
    maja.presses("Spara")
    assert "två av sju lagstadgade delar (umgänge saknas)" in maja.text
    maja.clicks("Planer")
    assert "Ansvarig:" not in maja.page.inner_text(".timeline ~ .tasks")


def test_social_worker_follows_an_examination_through_its_steps_without_scripts(visit):
    maja = visit("social_worker", java_script_enabled=False)
    to_child(maja)
    maja.clicks("Hälso- eller tandundersökning")
    picks(maja, kind="läkare")
    fills(maja, requested_on=40)
    maja.presses("Spara")
    for step, said in (
        ({"offered_on": 30}, "Tid erbjuden"),
        ({"done_on": 20}, "Väntar på svar"),
        ({"result_on": 10}, "Åtgärder återstår"),
        ({"actions_done_on": 2}, "Klar"),
    ):
        maja.page.locator(".timeline ~ .tasks a[href*='/undersokning/']").first.click()
        fills(maja, **step)
        if "result_on" in step:
            picks(maja, actions_needed="true")
        maja.presses("Spara")
        assert said in maja.page.inner_text(".timeline ~ .tasks")


def test_unit_manager_does_what_is_late_and_lets_a_colleague_cover_for_another(visit):
    karin = visit("unit_manager")
    late = karin.page.get_by_role("link", name="Till listan").or_(karin.page.locator("a[href*='lage=sent']")).first
    with karin.page.expect_navigation():
        late.click()
    karin.looks()
    before = karin.page.locator("main .task").count()
    assert before > 1
    karin.clicks("Registrera")
    fills(karin, done_on=1)
    karin.presses("Spara")
    assert "sparad" in karin.text or "sparat" in karin.text
    karin.goes("/ersattare/")
    karin.page.get_by_label("Vem är borta?").select_option(label="Maja Lindqvist")
    karin.page.get_by_label("Vem ersätter?").select_option(label="Karin Hedlund")
    karin.page.locator("[name=started_on]").fill(day(0))
    karin.page.locator("[name=ended_on]").fill(day(-7))
    karin.presses("Spara ersättaren")
    karin.checks_once_more("with a cover")
    assert "Pågår" in karin.text
    karin.presses("Avsluta")
    assert "Maja Lindqvist" not in karin.page.locator("main table").all_inner_texts()


def test_head_of_ifo_goes_from_what_is_missing_to_the_figures_and_the_interruptions(visit):
    eva = visit("head_of_ifo", size=PHONE)
    eva.clicks("Placeringar", exact=True)
    eva.clicks("Fullständighet")
    assert "saknar minst en uppgift" in eva.text
    eva.clicks("Siffror", exact=True)
    eva.clicks("Avbrott")
    assert "sammanbrott" in eva.text.lower()
    eva.clicks("Region Västernorrland")
    assert eva.heading == "Avbrott i Region Västernorrland"


def test_development_leader_reads_the_regions_voices_and_health_and_no_single_child(visit):
    lena = visit("development_leader")
    lena.clicks("Siffror", exact=True)
    lena.clicks("Barnens röster")
    assert "för få" in lena.text
    assert town.SECRET_TEXT not in lena.text
    lena.clicks("Hälsa")
    assert lena.heading == "Hälsa i Region Västernorrland"
    assert CHILD not in lena.text


def test_foster_centre_finds_a_home_answers_a_question_and_writes_the_months_numbers(visit):
    frida = visit("foster_centre")
    frida.clicks("Familjehemscentrum")
    frida.clicks("Jourhem i sommar")
    frida.page.locator("textarea").first.fill("Vi har två jourhem som är hemma hela juli.")
    frida.page.locator("main form:has(textarea) button").first.click()
    frida.page.wait_for_load_state()
    assert "två jourhem" in frida.text
    frida.checks_once_more("answered")
