"""The guard of free texts: what it refuses, what it asks about, and what it leaves alone."""

import pytest

from bou_portal.free_text import concerns, is_refused


@pytest.mark.parametrize("text", ["Flickan 20090101-2385 rymde", "se 090101 2385", "2009 01 01 - 2385"])
def test_a_sure_identity_number_is_refused(text):
    assert is_refused(text)


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("Ring 070-123 45 67 om det", "telefonnummer", "070-123 45 67"),
        ("Ring +46 70 123 45 67", "telefonnummer", "+46 70 123 45 67"),
        ("Växeln 060-19 10 00 svarar", "telefonnummer", "060-19 10 00"),
        ("Skriv till anna@hem.example.", "e-postadress", "anna@hem.example"),
        ("Kontaktpersonen Anna Öberg var bra", "namn", "Kontaktpersonen Anna Öberg"),
        ("Pappan bor på Storgatan", "bostad", "bor på Storgatan"),
        ("Hon bodde på Storgatan", "bostad", "bodde på Storgatan"),
        ("numret 090101-XXXX", "personnummer", "090101-XXXX"),
    ],
)
def test_what_may_point_somebody_out_is_asked_about(text, kind, word):
    assert not is_refused(text)
    assert (kind, word) in [(concern.kind, concern.word) for concern in concerns(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tät kontakt med skolan och BUP. Rapporterna kom varje månad.",
        "Sedan 2024 fungerar bemanningen bättre, även kl. 22-07.",
        "Avtalet HVB 2023/1234-5 följdes. Priset var 8 500 kr per dygn.",
        "Personalen stannade. Ledningen gick att nå 24 timmar om dygnet.",
    ],
)
def test_ordinary_words_about_a_home_pass(text):
    assert not is_refused(text)
    assert concerns(text) == []


def test_the_same_word_is_asked_about_once():
    assert len(concerns("Anna Berg sa. Anna Berg kom.")) == 1
