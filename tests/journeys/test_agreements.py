"""The procurer writes an agreement, holds a home against it, and sees what to do next."""

import re

PHONE = {"width": 390, "height": 844}


def test_procurer_makes_an_agreement_and_checks_a_home(visit):
    petra = visit("procurer", size=PHONE)
    petra.clicks("Till avtalen")
    petra.clicks("Nytt avtal")
    petra.page.get_by_label("Avtalets namn").fill("Direktavtal om stöd")
    petra.page.get_by_label("Gäller från").fill("2026-01-01")
    petra.presses("Spara")
    assert "Lägg nu till hem och kriterier" in petra.text
    petra.clicks("Lägg till hem")
    petra.page.get_by_label("Hem (obligatoriskt)").fill("Björkgården")
    petra.presses("Spara")
    petra.clicks("Välj kriterier")
    petra.page.get_by_label("Trygghet dag och natt").check()
    petra.presses("Spara")
    petra.clicks("Björkgården")
    petra.clicks("Kontrollera hemmet")
    petra.page.get_by_label("Utfall").select_option(label="Brist, ska åtgärdas")
    petra.presses("Spara")
    assert "Ange när bristen ska vara åtgärdad." in petra.text
    petra.page.get_by_label("Ska vara åtgärdat senast").fill("2099-01-01")
    petra.presses("Spara")
    assert "En kontroll är sparad" in petra.text
    assert "brist som ska vara åtgärdad senast 2099-01-01" in petra.text
    petra.presses(re.compile("^Ta tillbaka"))
    assert "Kontrollen är återtagen" in petra.text
