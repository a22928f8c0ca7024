"""A region's year: the leader asks what the municipalities need, plans for it, the steering group decides, and one chain
shows the need, the activity, the decision and the figure."""

import re

from django.utils import timezone

NEED, ACTIVITY = "Alla ska följa upp på samma sätt", "Gemensam mall för uppföljning"
FIGURE = "N33817"


def test_a_need_becomes_an_activity_a_decision_and_a_figure_to_follow(visit):
    year = timezone.localdate().year + 2
    lena = visit("development_leader")
    asks(lena, year)

    karin = visit("unit_manager")
    karin.clicks(re.compile(f"Vad behöver Sundsvall inför {year}"))
    karin.clicks("Lägg till ett behov")
    karin.page.get_by_label("Område").select_option(label="Systematisk uppföljning")
    karin.page.get_by_label("Behov (obligatoriskt)").fill(NEED)
    karin.presses("Spara")
    assert "svaret är lämnat" in karin.text
    karin.clicks(NEED)
    karin.clicks("Se kedjan till siffran")
    assert "Behovet möts inte av någon aktivitet i planen ännu." in karin.text

    plans(lena, year)

    eva = visit("head_of_ifo")
    eva.goes("/styrgruppen/")
    eva.clicks(re.compile(f"{year}, version 1"))
    eva.clicks("Godkänn")
    eva.presses("Godkänn")
    assert "Planen är godkänd." in eva.text

    karin.goes("/behov/")
    karin.page.get_by_label("Inför år").select_option(str(year))
    karin.presses("Visa")
    karin.clicks(NEED)
    karin.clicks("Se kedjan till siffran")
    assert "Behovet möts av en aktivitet, och ett beslut är fattat." in karin.text
    parts = karin.page.locator("ol.links > li").all_inner_texts()
    for part, said in zip(parts, (NEED, ACTIVITY, f"Plan {year}, version 1, godkänns", "Källa: Kolada"), strict=True):
        assert said in part
    karin.clicks(ACTIVITY)
    karin.clicks(re.compile("Se kedjan"))
    karin.clicks(re.compile("godkänns"))
    karin.clicks(re.compile(f"Se kedjan till siffran från behovet {NEED}"))
    karin.clicks(re.compile("familjehem"))
    assert FIGURE in karin.page.url


def asks(lena, year):
    """The leader sends the inventory that she has prepared."""
    lena.goes("/behov/")
    lena.page.get_by_label("Inför år").select_option(str(year))
    lena.presses("Visa")
    lena.clicks("Läs igenom och skicka")
    lena.presses("Skicka till kommunerna")
    assert "Inventeringen är skickad" in lena.text


def plans(lena, year):
    """The leader writes a plan with one activity that meets the need, and proposes it."""
    lena.goes("/plan/")
    lena.clicks("Ny plan")
    lena.page.get_by_label("År (obligatoriskt)", exact=True).fill(str(year))
    lena.presses("Spara")
    if lena.page.get_by_role("link", name="Arbeta med planen").count():
        lena.clicks("Arbeta med planen")
    lena.clicks("Nytt fokusområde")
    lena.page.get_by_label("Fokusområde (obligatoriskt)").fill("Systematisk uppföljning")
    lena.presses("Lägg till")
    lena.clicks("Nytt mål")
    lena.page.get_by_label("Mål (obligatoriskt)").fill("Alla kommuner följer upp lika")
    lena.presses("Lägg till")
    lena.clicks("Ny aktivitet")
    lena.page.get_by_label("Aktivitet (obligatoriskt)").fill(ACTIVITY)
    lena.page.get_by_label("Siffra som ska röra sig").select_option(FIGURE)
    lena.page.get_by_label(NEED).check()
    lena.presses("Lägg till")
    lena.clicks("Föreslå en version")
    lena.presses("Föreslå för styrgruppen")
    assert "väntar nu på styrgruppen" in lena.text
