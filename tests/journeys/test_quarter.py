"""The development leader freezes a quarter, the worker builds its reports, she publishes; others read and comment."""

import io
import re

from pypdf import PdfReader

from tests.journeys.visitor import PHONE

COMMENT = "Fint arbete med hälsoundersökningarna."
PARTNERS_COMMENT = "Två mottagningar har fått fler tider."


def words(pdf):
    """What a PDF says."""
    assert pdf.startswith(b"%PDF")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_quarter_is_frozen_built_commented_published_and_read(visit):
    lena = visit("development_leader")
    lena.clicks("Siffror")
    lena.clicks("Rapporter")
    lena.clicks("Arbetsbord för")
    assert "Kvartalet är inte fryst" in lena.text
    lena.presses("Frys kvartalet")
    assert "Rapporterna byggs nu" in lena.text
    assert lena.page.get_by_role("progressbar").count() == 1
    lena.page.get_by_text("15 av 15").wait_for(timeout=180_000)  # the bar goes on by itself
    lena.goes(lena.page.url)
    lena.page.get_by_text("Kommentar för Sundsvalls kommun").click()
    lena.page.get_by_label("Din kommentar till Sundsvalls kommun").fill(COMMENT)
    lena.page.get_by_role("button", name="Spara kommentaren").locator("visible=true").click()
    lena.page.get_by_text("Kommentaren är sparad").wait_for()
    lena.page.get_by_text("15 av 15").wait_for(timeout=120_000)
    lena.goes(lena.page.url)
    lena.page.locator("summary", has_text="Publicera alla färdiga (15)").click()
    lena.presses("Ja, publicera 15 rapporter")
    assert "15 rapporter är publicerade" in lena.text
    assert "Intern" not in lena.page.locator("main").get_by_role("link").all_inner_texts()

    eva = visit("head_of_ifo")
    eva.clicks("Siffror")
    eva.clicks("Rapporter")
    intern = words(eva.downloads("Ladda ner pdf Sundsvalls kommun, Intern"))
    shared = words(eva.downloads("Ladda ner pdf Sundsvalls kommun, För spridning"))
    for report in (intern, shared):
        assert "Sundsvalls kommun" in report
        assert COMMENT in report
        assert "VIPA" not in report
    eva.clicks(re.compile(r"^Sundsvalls kommun\s*, Intern"))
    assert COMMENT in eva.text

    bo = visit("regional_reader")
    bo.clicks("Siffror")
    bo.clicks("Rapporter")
    assert "Intern" not in bo.page.locator("table").all_inner_texts()
    region = words(bo.downloads("Ladda ner pdf Region Västernorrland"))
    assert "Region Västernorrland" in region
    assert COMMENT not in region
    bo.clicks(re.compile(r"^Region Västernorrland\s*, Regionen"))

    hanna = visit("partner", size=PHONE)
    hanna.clicks("Hälsa")
    hanna.clicks("Skriv en kommentar")
    hanna.page.locator("main textarea").fill(PARTNERS_COMMENT)
    hanna.presses("Spara kommentaren")
    assert PARTNERS_COMMENT in hanna.text
