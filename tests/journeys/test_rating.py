"""A social worker rates a home after a placement and during one: on her phone by keyboard alone, and without scripts."""

import re

from tests.journeys.visitor import PHONE

WHOLE = {"overall": "8", "use_again": "ja", "price_fair": "delvis", "youth_asked": "samtal"}
RATE = "a.task__do[href*='/omdome/']:not([href*='/kort/'])"


def finishes(maja):
    """Steps 3 and 4, and what the receipt says."""
    for name, value in WHOLE.items():
        maja.page.locator(f"label:has(input[name={name}][value='{value}'])").click()
    maja.presses("Spara och gå vidare")
    maja.presses("Skicka omdömet")
    assert "Tack, omdömet är skickat" in maja.text
    assert "Du kan ändra till" in maja.text
    assert "För få omdömen" in maja.text  # of so few nothing is told about the home yet


def enters(maja, selector):
    """Tab to a link or a button and press Enter; look at where it leads."""
    maja.goes_by_keyboard(to=selector)
    with maja.page.expect_navigation():
        maja.page.keyboard.press("Enter")
    maja.looks()


def chooses(maja, name, steps=0):
    """Tab to a question, take its first answer with the space bar and go on from there with the arrow."""
    maja.goes_by_keyboard(to=f"input[name={name}]")
    maja.page.keyboard.press("Space")
    for _ in range(steps):
        maja.page.keyboard.press("ArrowRight")


def answers(maja, count):
    """The keys 1-5 from the first statement on; each leads to the next."""
    maja.goes_by_keyboard(to="[data-statement] input")
    for number in range(count):
        maja.page.keyboard.press(str(3 + number % 3))
    assert maja.page.inner_text("[data-progress]").startswith(f"{count} av {count}")
    maja.page.wait_for_selector("[data-saved]")  # she need not press anything for it to be kept


def test_manager_releases_a_text_and_leaves_a_task(visit):
    """Before the others: they rate all there is to rate."""
    karin = visit("unit_manager", size=PHONE)
    karin.goes("/att-gora/?lage=vantar")
    karin.clicks(re.compile("Texter i omdömen att läsa"))
    karin.presses("Släpp till kollegorna")
    assert "Texterna är släppta till kollegorna." in karin.text
    karin.goes("/att-gora/?lage=vantar")
    karin.clicks(re.compile("^(Lämna|Fortsätt).*(omdöme|Omdöme)"))
    karin.clicks("Lämna över, eller lämna utan omdöme")
    karin.page.get_by_label("Placeringen var för kort för att bedöma").check()
    karin.presses("Lämna utan omdöme")
    assert "Uppgiften är lämnad utan omdöme." in karin.text
    karin.presses("Ångra")
    assert "Omdömet väntar igen." in karin.text


def test_social_worker_rates_homes_with_the_keyboard_alone_on_a_phone(visit):
    maja = visit("social_worker", size=PHONE)
    waiting = maja.page.locator(RATE).count()
    enters(maja, RATE)  # what waits for her without a deadline stands on her first page
    enters(maja, "button[value=next]")
    answers(maja, 22)
    enters(maja, "button[value=next]")
    chooses(maja, "overall", steps=7)
    for name in ("use_again", "price_fair", "youth_asked"):
        chooses(maja, name)
    enters(maja, "button[value=next]")
    maja.goes_by_keyboard(to="textarea[name=strengths]")
    maja.page.keyboard.type("Lugnt bemötande också när det stormar.")
    maja.goes_by_keyboard(to="input[name=may_be_shared]")
    maja.page.keyboard.press("Space")
    enters(maja, "button[value=send]")
    assert "Tack, omdömet är skickat" in maja.text
    assert "8 av 10" in maja.text
    assert "Lugnt bemötande" in maja.text
    enters(maja, "main a[href='/']")
    assert maja.page.locator(RATE).count() == waiting - 1

    enters(maja, "a[href^='/att-gora/']")
    enters(maja, "a[href*='lage=vantar']")
    enters(maja, "a[href$='/kort/']")
    assert maja.heading == "Kort omdöme om Tallbacken"
    answers(maja, 8)
    enters(maja, "button[value=send]")
    assert "Tack, omdömet är skickat" in maja.text
    assert "Du kan ändra till" in maja.text


def test_social_worker_rates_a_home_without_scripts(visit):
    maja = visit("social_worker", java_script_enabled=False)
    maja.page.get_by_label("Barnets kod").fill("VIPA-23")
    maja.presses("Öppna")
    maja.clicks("Lämna omdöme")
    maja.presses("Börja")
    for number in range(1, 23):
        maja.page.locator(f"label:has(input[name=answer_{number}][value='4'])").click()
    maja.presses("Spara och gå vidare")
    finishes(maja)
