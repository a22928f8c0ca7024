"""What the release hides is in no report that leaves the municipality: not as text, drawing, alternative text or JSON."""

import io
import json
import re
from dataclasses import replace

import pytest
from django.conf import settings
from pypdf import PdfReader

from bou_portal.disclosure import Tables, protect
from bou_portal.figures import Figure, intern
from bou_portal.pdf import render
from bou_portal.reports.contents import report_contents
from bou_portal.reports.models import Report
from bou_portal.reports.pages import report_html
from placements.indicators import Scope, Window, figures
from tests.reports.conftest import QUARTER

# Ånge's three children hide Timrå's 7 613 too: the smallest of the others. No other number looks like these.
PLACED = {"2260": 3, "2262": 7613, "2280": 8111, "2281": 9222, "2282": 8333, "2283": 8444, "2284": 8555}
PLANNED = {"2260": 2, "2262": 4717, "2280": 6222, "2281": 7333, "2282": 6444, "2283": 6555, "2284": 6666}
SECRETS = ("7613", "4717", "7616")  # and what the two hidden have together


def planted(scope):
    """The indicators' own figures for the quarter, with invented values for children and plans."""
    region = {"22": sum(PLACED.values())}
    for figure in figures(scope):
        if figure.id == "placed_on" and (value := (PLACED | region).get(figure.place)) is not None:
            yield replace(figure, value=value)
        elif figure.id == "L6" and figure.place in PLACED:
            whole = {"numerator": PLANNED[figure.place], "denominator": PLACED[figure.place]}
            yield Figure.share(**whole, id="L6", place=figure.place, period=figure.period, on=figure.on)
        elif figure.id == "L6" and figure.place == "22":
            whole = {"numerator": sum(PLANNED.values()), "denominator": sum(PLACED.values())}
            yield Figure.share(**whole, id="L6", place="22", period=figure.period, on=figure.on)
        else:
            yield figure


@pytest.fixture
def contents(vasternorrland):
    """(municipality's code or None, issue) -> content, from the planted figures."""
    scope = Scope.of(vasternorrland.municipalities.all(), [Window.of(QUARTER)], regions=[vasternorrland])
    raw = list(planted(scope))
    places = tuple(place.code for place in scope.municipalities)
    release = protect(Tables("22", QUARTER, places, raw), threshold=settings.DISCLOSURE_THRESHOLD)
    assert release.cell("placed_on", "2262").text == ".."  # the plan above holds
    exact = {(QUARTER, figure.place, figure.id, figure.category): intern(figure) for figure in raw}
    made = report_contents(vasternorrland, QUARTER, scope, exact, [release], version=1, reason="")
    return {(place and place.code, str(issue)): content for place, issue, content in made}


def as_pdf(region, place, issue, content):
    municipality = region.municipalities.filter(code=place).first()
    report = Report(
        region=region, municipality=municipality, quarter=str(QUARTER), issue=issue, content=content, sha256="cd" * 32
    )
    html = report_html(report)
    document = PdfReader(io.BytesIO(render(html, identifier=b"3" * 16)))
    alternatives = "".join(str(each.get_object().get("/Alt", "")) for each in objects(document))
    return html, "".join(each.extract_text() for each in document.pages), alternatives


def objects(document):
    """Every dictionary of the file, so that no text of a drawing is missed."""
    for number in range(1, int(document.trailer["/Size"])):
        found = document.get_object(number)
        if hasattr(found, "get"):
            yield found


def digits(text):
    """Numbers as they would be read: 7 613 and 7613 are the same."""
    return re.sub(r"(?<=\d)[\s\xa0\u202f,.]+(?=\d)", "", text)


def test_hidden_numbers_are_in_no_shared_content(contents):
    shared = {key: content for key, content in contents.items() if key[1] != "intern"}
    assert len(shared) == 8
    for key, content in shared.items():
        text = digits(json.dumps(content, ensure_ascii=False))
        assert not [secret for secret in SECRETS if secret in text], key
        assert "9222" in text or key[0] not in ("2281", None)  # what may be shown is


def test_hidden_numbers_are_in_no_shared_pdf(contents, vasternorrland):
    for place in ("2262", "2281", None):
        issue = "spridning" if place else "region"
        html, text, alternatives = as_pdf(vasternorrland, place, issue, contents[place, issue])
        assert place or "per kommun" in alternatives  # the map is spoken of
        for secret in SECRETS:
            assert secret not in digits(text)
            assert secret not in digits(alternatives)
            assert secret not in digits(re.sub(r' (d|x|y|x1|x2|y1|y2|width)="[^"]*"', "", html))


def test_the_own_municipality_reads_its_own_and_nobody_elses(contents, vasternorrland):
    assert "7613" in digits(json.dumps(contents["2262", "intern"], ensure_ascii=False))
    others = digits(json.dumps(contents["2281", "intern"], ensure_ascii=False))
    assert not [secret for secret in SECRETS if secret in others]
