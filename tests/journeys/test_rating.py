"""A social worker rates a home after a placement: on her phone with the keys 1-5, and without scripts."""

from tests.journeys.visitor import PHONE

WHOLE = {"overall": "8", "use_again": "ja", "price_fair": "delvis", "youth_asked": "samtal"}


def finishes(maja):
    """Steps 3 and 4, and what the receipt says."""
    for name, value in WHOLE.items():
        maja.page.locator(f"label:has(input[name={name}][value='{value}'])").click()
    maja.presses("Spara och gå vidare")
    maja.presses("Skicka omdömet")
    assert "Tack, omdömet är skickat" in maja.text
    assert "Du kan ändra till" in maja.text
    assert "För få omdömen" in maja.text  # two of one rater: nothing is told about the home yet


def test_social_worker_rates_a_home_with_the_keyboard_on_a_phone(visit):
    maja = visit("social_worker", size=PHONE)
    waiting = maja.page.get_by_role("link", name="Lämna omdöme").count()
    maja.clicks("Lämna omdöme")  # what waits for her without a deadline stands on her first page
    maja.presses("Börja")
    maja.page.get_by_role("radio").first.focus()
    for number in range(22):
        maja.page.keyboard.press(str(3 + number % 3))
    assert maja.page.inner_text("[data-progress]").startswith("22 av 22")
    maja.page.wait_for_selector("[data-saved]")  # she need not press anything for it to be kept
    maja.presses("Spara och gå vidare")
    finishes(maja)
    maja.clicks("Min sida")
    assert maja.page.get_by_role("link", name="Lämna omdöme").count() == waiting - 1


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
