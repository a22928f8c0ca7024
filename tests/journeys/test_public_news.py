"""A visitor reads, subscribes and leaves without an account and without JavaScript; a colleague comments, the leader hides it."""

import email
import re
import time
from email import policy
from pathlib import Path
from urllib.parse import urlsplit

PHONE = {"width": 390, "height": 844}
ADDRESS = "lasaren@hem.example"


def newest_mail(settings_of_portal, to, *, besides=()):
    """(file, message) of a mail to the address, once the portal's worker has sent it."""
    folder = Path(settings_of_portal["BOU_VAR"]) / "mail"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for path in sorted(folder.glob("*")):
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                message = email.message_from_bytes(part.strip(), policy=policy.default)
                if message["To"] == to and message["Message-ID"] not in besides:
                    return message
        time.sleep(0.3)
    raise AssertionError(f"No mail to {to} came")


def links(message):
    return [urlsplit(link).path for link in re.findall(r"http://\S+", message.get_content())]


def test_a_visitor_reads_subscribes_and_leaves(visit, settings_of_portal):
    reader = visit(size=PHONE, java_script_enabled=False)
    looking = visit()  # the same pages with scripts, for the checks
    reader.goes("/nyheter/")
    reader.clicks("Region Västernorrland")
    looking.goes("/nyheter/22/")
    reader.clicks("Stöd till familjehem")
    looking.goes("/nyheter/22/stod-till-familjehem/")
    assert "Lena Wikström" in reader.text
    assert "En kommentar är dold av sidansvarig." in reader.text
    assert "Karin Hedlund" not in reader.text
    for path in ("/nyheter/", "/nyheter/22/plan/", "/nyheter/22/gammal-nyhet/"):
        looking.goes(path)
    assert reader.context.cookies() == []

    reader.clicks("Få nyheter från Region Västernorrland som mail")
    looking.goes("/nyheter/22/prenumerera/")
    reader.page.get_by_label("E-postadress").fill(ADDRESS)
    reader.page.get_by_label("Så snart något är nytt").check()
    reader.presses("Prenumerera")
    assert reader.heading == "Titta i din mail"
    looking.goes("/nyheter/22/prenumerera/tack/")
    question = newest_mail(settings_of_portal, ADDRESS)
    (confirm,) = links(question)
    looking.goes(confirm)
    reader.goes(confirm)
    reader.presses("Ja, jag vill prenumerera")
    assert "Klart. Du prenumererar nu." in reader.text

    lena = visit("development_leader")
    lena.goes("/nyheter/22/")
    lena.clicks("Skriv nyhet")
    lena.page.get_by_label("Rubrik").fill("Åtta nya familjehem i länet")
    lena.page.get_by_label("Ämne").select_option(label="Familjehem")
    lena.page.get_by_label("Ingress").fill("Utbildningen har gett resultat.")
    lena.page.get_by_label("Text").fill("Första stycket.\n\nMer på https://www.example.org/ för den som vill.")
    lena.presses("Spara och förhandsgranska")
    assert "Så här blir sidan" in lena.text
    lena.page.get_by_role("button", name="Publicera", exact=True).click()
    lena.page.wait_for_load_state()
    assert "Nyheten är publicerad" in lena.text

    told = newest_mail(settings_of_portal, ADDRESS, besides={question["Message-ID"]})
    page, settings, leave = links(told)
    assert "Åtta nya familjehem i länet" in told["Subject"]
    assert leave in told["List-Unsubscribe"]
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    reader.goes(page)
    assert "Utbildningen har gett resultat." in reader.text
    looking.goes(settings)
    looking.goes(leave)
    reader.goes(leave)
    reader.presses("Avsluta")
    assert reader.heading == "Prenumerationen är avslutad"
    looking.goes(leave)
    looking.goes(settings)
    assert looking.heading == "Länken gäller inte längre"


def test_a_colleague_comments_and_the_leader_hides_it(visit):
    karin = visit("unit_manager")
    karin.goes("/nyheter/22/stod-till-familjehem/")
    karin.page.get_by_label("Kommentar (obligatoriskt)").fill("Kommer det en kurs <b>till</b> i höst?")
    karin.presses("Skicka kommentaren")
    assert "Kommer det en kurs <b>till</b> i höst?" in karin.text
    lena = visit("development_leader", size=PHONE)
    lena.goes("/nyheter/22/stod-till-familjehem/")
    lena.page.get_by_role("link", name=re.compile("^Dölj")).last.click()
    lena.page.wait_for_load_state()
    lena.looks()
    lena.page.get_by_label("Varför den doldes").fill("Frågan är besvarad i inbjudan.")
    lena.presses("Dölj")
    assert "Den som skrev den ser varför" in lena.text
    karin.goes("/nyheter/22/stod-till-familjehem/")
    assert "Frågan är besvarad i inbjudan." in karin.text
    stranger = visit(java_script_enabled=False)
    stranger.goes("/nyheter/22/stod-till-familjehem/")
    assert "Kommer det en kurs" not in stranger.text
    assert stranger.text.count("En kommentar är dold av sidansvarig.") == 2
