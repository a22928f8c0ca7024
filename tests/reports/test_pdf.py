"""The PDF as a document: accessible, in Swedish, whole, and the same every time."""

import io
import re
from html.parser import HTMLParser

import page
import pytest
from pypdf import PdfReader

from bou_portal.pdf import PdfError, render
from bou_portal.reports.freeze import freeze
from bou_portal.reports.models import Report
from bou_portal.reports.pages import report_html
from tests.reports.conftest import QUARTER

ISSUES = [("2281", "intern"), ("2281", "spridning"), ("2260", "spridning"), (None, "region")]


@pytest.fixture
def reports(vasternorrland, delivered):
    """Version 2 of the four kinds of issue, with a comment."""
    freeze(vasternorrland, QUARTER)
    freeze(vasternorrland, QUARTER, reason="Ånge lämnade en rättad fil.")
    newest = Report.objects.filter(version=2)
    found = [newest.get(municipality__code=code, issue=issue) for code, issue in ISSUES]
    for report in found:
        report.comment = "Bra jobbat: åtgärda läkartiderna före jul."
    return found


def test_every_issue_is_accessible_swedish_and_whole(reports):
    for report in reports:
        pdf = render(report_html(report), identifier=b"0" * 16)
        result = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
        assert result.is_compliant, result.to_json()
        document = PdfReader(io.BytesIO(pdf))
        text = "\n".join(each.extract_text() for each in document.pages)
        assert document.trailer["/Root"]["/Lang"] == "sv"
        assert document.metadata.title == f"Kvartalsrapport kvartal 3 2026, {report.place_name}"
        assert report.get_issue_display() in text
        assert "Rättad" in document.pages[0].extract_text()
        assert "Ånge lämnade en rättad fil." in document.pages[0].extract_text()
        assert "åtgärda läkartiderna före jul" in text
        assert report.sha256[:20] in document.pages[-1].extract_text()
        assert not re.search(r"None|\{\{|\{%|<Shown|nan|\bTrue\b", text)


def test_the_same_report_gives_the_same_bytes(reports):
    html = report_html(reports[-1])
    assert render(html, identifier=b"1" * 16) == render(html, identifier=b"1" * 16)


class Outline(HTMLParser):
    """Headings' levels in order, what each <svg> begins with, and cells that name their row."""

    def __init__(self):
        super().__init__()
        self.levels, self.after_svg, self.rows, self.in_body = [], [], [], False
        self.last = ""

    def handle_starttag(self, tag, attributes):
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if self.last == "svg":
            self.after_svg.append(tag)
        if tag == "tbody":
            self.in_body = True
        if self.last == "tr" and self.in_body:
            self.rows.append((tag, dict(attributes).get("scope")))
        self.last = tag

    def handle_endtag(self, tag):
        if tag == "tbody":
            self.in_body = False


def test_headings_tables_and_drawings_say_what_they_are(reports):
    for report in reports:
        outline = Outline()
        outline.feed(report_html(report))
        assert outline.levels[0] == 1
        assert outline.levels.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False))
        assert set(outline.after_svg) <= {"title"}
        assert set(outline.rows) == {("th", "row")}


def test_every_number_of_a_definition_leads_to_one(reports):
    for report in reports:
        count = len(report.content["definitions"])
        pointed = {int(number) for number in re.findall(r"<sup>(\d+)</sup>", report_html(report))}
        assert pointed <= set(range(1, count + 1))
        assert count - len(pointed) <= 1  # what is told in a sentence has a definition too


def test_a_picture_from_elsewhere_is_refused():
    with pytest.raises(PdfError):
        render('<html lang="sv"><title>x</title><img src="file:///etc/hostname" alt="x">', identifier=b"2" * 16)


def test_a_control_character_in_a_text_harms_no_other_text():
    html = (
        '<html lang="sv"><title>x</title><style>* { font-family: Rapport }</style><p>Läkartider \x01\u202eefter jul</p>'
    )
    text = PdfReader(io.BytesIO(render(html, identifier=b"3" * 16))).pages[0].extract_text()
    assert "Läkartider efter jul" in text
