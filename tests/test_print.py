"""Every chart and map, with its table, prints as an accessible PDF that stands by itself in black and white."""

import re

import page
import pytest
from django.template import engines

from bou_portal.gallery import all_charts, all_maps
from bou_portal.pdf import STYLESHEET, render

REPORT = """{% extends "base_pdf.html" %}
{% block title %}Alla diagram{% endblock %}{% block description %}Prov{% endblock %}{% block stamp %}Intern{% endblock %}
{% block running %}Prov{% endblock %}{% block heading %}Alla diagram{% endblock %}{% block about %}Påhittat{% endblock %}
{% block content %}{% for chart in all %}<section><h2>{{ chart.title }}</h2>
<div class="cols">{% chart_print chart %}<div>{% data_table chart.table %}</div></div></section>{% endfor %}{% endblock %}"""


@pytest.fixture(scope="module")
def printed():
    html = engines["django"].from_string(REPORT).render({"all": [*all_charts().values(), *all_maps().values()]})
    return render(html, b"prov")


@pytest.mark.parametrize("profile", ["ua1"])
def test_all_charts_print_as_accessible_pdf(printed, profile):
    report = page.validate_pdf_bytes(printed, profile=profile)
    assert report.is_compliant, [str(failure) for failure in report.failures]


def test_the_report_style_is_small_and_asks_for_nothing_outside():
    css = STYLESHEET.read_text(encoding="utf-8")
    assert 20 <= css.count("{") <= 90
    assert "url(" not in css
    assert "@import" not in css
    assert re.search(r"caption \{[^}]*break-after: avoid", css)
