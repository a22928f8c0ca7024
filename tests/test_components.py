"""The portal's components: what they say, what they refuse, and who gets which words in the header."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import js_lib_bootstrap5
import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines

from bou_portal import navigation
from bou_portal.access import GRANTS, Permission, Role
from bou_portal.figures import Figure, Kind, Shown, State
from bou_portal.gallery import ExampleForm
from bou_portal.sorting import ordering
from bou_portal.templatetags import components

NBSP = "\u00a0"


def rendered(source, **context):
    html = engines["django"].from_string(source).render(context)
    return re.sub(r"\s+", " ", html).strip()


def request(query="", path="/", user=None):
    return SimpleNamespace(GET=QueryDict(query), path=path, user=user, META={})


# --- numbers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 1234.5|number }}", f"1{NBSP}234,5"),
        ("{{ 1234567|number }}", f"1{NBSP}234{NBSP}567"),
        ("{{ 4.04|number:1 }}", "4,0"),
        ("{{ 2.25|number:1 }}", "2,3"),
        ("{{ 12.5|percent }}", f"13{NBSP}%"),
        ("{{ mark|number }}", ".."),
        ("{{ none|number }}", "–"),
        ("{{ day|iso }}", "2026-11-21"),
        ("{{ late_in_the_evening|iso }}", "2026-11-22"),
        ("{{ late_in_the_evening|iso_time }}", "2026-11-22 00:30"),
        ("{{ none|iso }}", "–"),
        ("{{ 7|change }}", "▲ 7 enheter"),
        ('{{ loss|change:"" }}', "▼ 1,1"),
        ("{{ 0|change }}", "oförändrat"),
    ],
)
def test_numbers_and_dates_are_swedish(source, said):
    utc = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    context = {"mark": "..", "none": None, "day": dt.date(2026, 11, 21), "late_in_the_evening": utc, "loss": -1.1}
    assert engines["django"].from_string(source).render(context) == said


# --- parts of a page --------------------------------------------------------------------------------------------------
def test_state_is_a_word_with_a_sign_hidden_from_screen_readers():
    assert rendered('{% state "late" "Försenad 4 dagar" %}') == (
        '<span class="state state--late"><span aria-hidden="true">●</span>Försenad 4 dagar</span>'
    )


def test_text_in_a_component_is_escaped():
    assert "<b>" not in rendered(
        '{% state "late" word %}{% card word %}{% endcard %}{% figure word word %}', word="<b>"
    )


def test_a_card_is_named_by_its_heading():
    html = rendered('{% card "Så går det" more="Visa allt" more_url="/x/" %}<p>{{ word }}</p>{% endcard %}', word="<i>")
    assert '<section class="card-ours" aria-labelledby="sa-gar-det">' in html
    assert '<h2 id="sa-gar-det">Så går det</h2>' in html
    assert '<a href="/x/">Visa allt</a>' in html
    assert "<p>&lt;i&gt;</p>" in html


def test_a_shown_share_brings_its_base():
    html = rendered('{% figure "Plan" share %}', share=Shown(State.SHOWN, Kind.SHARE, 86, 12, 14))
    assert f"86{NBSP}%".replace(NBSP, " ") in html
    assert "12 av 14" in html


def test_a_hidden_figure_says_why():
    html = rendered('{% figure "Avbrott" hidden %}', hidden=Shown(State.HIDDEN))
    assert ">..<" in html
    assert "Dold för att skydda enskilda" in html


def test_a_raw_figure_cannot_be_a_component():
    with pytest.raises((TypeError, RuntimeError)):
        rendered('{% figure "Placerade" raw %}', raw=Figure(id="placed_on", place="2281", value=3))


def test_a_figure_leads_to_its_definition():
    assert 'href="/definitioner/#placed_on"' in rendered('{% figure "Placerade" 14 definition="placed_on" %}')


def test_progress_shows_counts_and_asks_again_until_it_is_done():
    running = rendered('{% progress 12 1400 doing="Skriver rapport" url="/lage/" %}')
    assert f"12 av 1{NBSP}400".replace(NBSP, " ") in running
    assert 'max="1400" value="12"' in running
    assert 'hx-get="/lage/"' in running
    done = rendered('{% progress 49 49 url="/lage/" %}')
    assert "Klart" in done
    assert "hx-get" not in done


def test_a_bar_has_no_length_for_a_hidden_value():
    assert rendered("{% bar value 5 %}", value=None) == ""
    assert 'width="80.0"' in rendered("{% bar value 5 %}", value=4)


def test_crumbs_end_where_we_are():
    html = rendered('{% crumbs "Placeringar" "/placeringar/" "SVL-7K3Q" %}')
    assert '<a href="/placeringar/">Placeringar</a>' in html
    assert '<li aria-current="page">SVL-7K3Q</li>' in html


# --- lists ------------------------------------------------------------------------------------------------------------
def test_a_sorted_column_says_so_and_turns_when_followed():
    source = '{% sort_header "Start" "start" %}'
    assert "aria-sort" not in rendered(source, request=request())
    rising = rendered(source, request=request("sortera=start&form=hvb&sida=3"))
    assert 'aria-sort="ascending"' in rising
    assert 'href="?form=hvb&amp;sortera=-start"' in rising
    assert 'href="?sortera=start"' in rendered(source, request=request("sortera=-start"))


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("", ["-started_on", "pk"]),
        ("sortera=start", ["started_on", "pk"]),
        ("sortera=-home", ["-home__sort_key", "-home__id", "pk"]),
        ("sortera=password", ["-started_on", "pk"]),
        ("sortera=--start", ["-started_on", "pk"]),
    ],
)
def test_only_named_columns_can_be_sorted(wish, order):
    columns = {"start": "started_on", "home": ("home__sort_key", "home__id")}
    assert ordering(QueryDict(wish), columns, "-start") == order


def test_pages_keep_the_filters():
    page = Paginator(range(120), 50).page(2)
    html = rendered("{% pagination page %}", page=page, request=request("form=hvb&sida=2"))
    assert "51–100 av 120" in html
    assert 'href="?form=hvb&amp;sida=1"' in html
    assert 'href="?form=hvb&amp;sida=3"' in html


def test_one_page_needs_no_pages():
    assert rendered("{% pagination page %}", page=Paginator([1], 50).page(1), request=request()) == ""


# --- forms ------------------------------------------------------------------------------------------------------------
def test_required_is_a_word_and_not_a_star():
    html = rendered("{% form form %}", form=ExampleForm())
    assert html.count("(obligatoriskt)") == 3
    assert "asteriskField" not in html
    assert "behöver rättas" not in html


def test_what_is_wrong_stands_on_top_and_leads_to_the_field():
    html = rendered("{% form form %}", form=ExampleForm({"started_on": "31 november"}))
    assert "Tre saker behöver rättas" in html
    for target in ("id_started_on", "id_form", "id_planned_0"):
        assert f'<a href="#{target}">' in html
        assert f'id="{target}"' in html
    assert html.index("behöver rättas") < html.index("<form")


def test_components_have_no_inline_style_or_script():
    html = rendered("{% form form %}{% bar 3 5 %}{% progress 1 2 %}", form=ExampleForm({}))
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)


# --- the header -------------------------------------------------------------------------------------------------------
def holder(role):
    return SimpleNamespace(can=lambda permission: permission in GRANTS[role], is_authenticated=True)


@pytest.mark.parametrize("role", Role)
def test_nobody_gets_more_than_six_words(role):
    assert 1 <= len(navigation.words_for(holder(role), "/")) <= 6


def test_a_reader_in_the_region_gets_no_word_about_children():
    texts = [text for text, *_ in navigation.words_for(holder(Role.REGIONAL_READER), "/")]
    assert "Placeringar" not in texts
    assert "Leveranser" not in texts


def test_the_word_of_this_page_is_marked():
    words = navigation.words_for(holder(Role.SOCIAL_WORKER), "/placeringar/0b3c/")
    assert [text for text, _, current in words if current] == ["Placeringar"]


@pytest.mark.parametrize(("granted", "shown"), [({Permission.READ_CASES}, True), (set(), False)])
def test_the_look_up_is_for_those_who_may_open_a_child(granted, shown):
    user = SimpleNamespace(can=lambda permission: permission in granted, is_authenticated=True)
    context = components.lookup({"request": request(user=user)})
    assert bool(context["url"]) is shown


def test_the_demo_says_what_it_is(settings):
    settings.DEMO = True
    assert "Demo: påhittade uppgifter, ingen tvåfaktor" in rendered("{% demo_banner %}")
    settings.DEMO = False
    assert rendered("{% demo_banner %}") == ""


def test_every_class_in_a_template_has_a_style():
    root = Path(settings.BASE_DIR)
    bootstrap = Path(js_lib_bootstrap5.__file__).parent / "static/js-lib-bootstrap5/css/bootstrap.css"
    css = "".join(path.read_text() for path in [bootstrap, *root.glob("static/css/*.css")])
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", css))
    unknown = {
        f"{path.relative_to(root)}: {word}"
        for path in root.glob("templates/**/*.html")
        for words in re.findall(r'class="([^"]*)"', re.sub(r"\{[%{].*?[%}]\}", "\0", path.read_text()))
        for word in words.split()
        if "\0" not in word and word not in known
    }
    assert unknown == set()
