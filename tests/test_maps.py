"""A region's map: its municipalities and no others, names that can be read, links that work without JavaScript."""

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings

from bou_portal.figures import Figure, Shown, State
from bou_portal.gallery import all_maps
from bou_portal.maps import SHADES, Place, Sheet, Spot, named, outlines, region_map, spot_map

SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = Shown(State.HIDDEN)
SKANE = [code for code in outlines()["municipalities"] if code.startswith("12")]


def drawn(chart):
    return ET.fromstring(chart.svg)


def test_there_are_outlines_for_all_290_municipalities():
    register = Path(settings.BASE_DIR) / "municipalities/data/municipalities.csv"
    with register.open(encoding="utf-8-sig") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert len(codes) == 290
    assert set(outlines()["municipalities"]) == codes


def test_every_shape_has_its_own_title():
    titles = [
        shape.find(f"{SVG}title").text for shape in drawn(all_maps()["shaded"]).findall(f".//{SVG}path[@fill-rule]")
    ]
    assert titles == [
        "Ånge: 61\u00a0%", "Timrå: ..", "Härnösand: 74\u00a0%", "Sundsvall: 88\u00a0%", "Kramfors: ingen uppgift",
        "Sollefteå: 45\u00a0%", "Örnsköldsvik: 79\u00a0%",
    ]  # fmt: skip


def test_the_plain_map_links_every_municipality():
    links = drawn(all_maps()["plain"]).findall(f".//{SVG}a")
    assert len(links) == 7
    assert {link.get("href") for link in links} == {"#karta"}


def test_a_map_for_print_has_no_links():
    chart = region_map([Place("2281", "Sundsvall", href="/x/")], title="T", links=False)
    assert "<a " not in chart.svg
    assert drawn(chart).get("role") == "img"


@pytest.mark.parametrize("word", ["class=", "style", "var(", "<script"])
def test_maps_use_presentation_attributes_only(word):
    assert all(word not in chart.svg for chart in all_maps().values())


def test_a_raw_figure_cannot_be_shaded():
    with pytest.raises(TypeError, match="protect"):
        Place("2281", "Sundsvall", Figure(id="placed_on", place="2281", value=3))


def test_a_hidden_value_is_hatched_and_a_missing_one_is_left_white():
    shapes = drawn(all_maps()["shaded"]).findall(f".//{SVG}path[@fill-rule]")
    fills = {shape.find(f"{SVG}title").text.split(":")[0]: shape.get("fill") for shape in shapes}
    assert fills["Timrå"].startswith("url(#")
    assert fills["Kramfors"] == "#ffffff"
    assert fills["Sundsvall"] in SHADES
    assert fills["Sollefteå"] == SHADES[0]


def test_the_sentence_names_the_highest_and_those_without_number():
    assert all_maps()["shaded"].conclusion == (
        "Högst är Sundsvall med 88\u00a0% och lägst av de visade Sollefteå med 45\u00a0%. "
        "För Timrå och Kramfors visas inget tal."
    )


def test_every_municipality_of_a_crowded_county_is_named_or_numbered():
    places = [Place(code, f"Kommun {code}") for code in SKANE]
    chart = region_map(places, title="Skåne")
    words = [text.text for text in drawn(chart).iter(f"{SVG}text")]
    beside = {place.name for _, place in chart.aside}
    assert {place.name for place in places} == beside | {word for word in words if word.startswith("Kommun")}
    assert [n for n, _ in chart.aside] == list(range(1, len(chart.aside) + 1))
    assert all(str(n) in words for n, _ in chart.aside)


def test_names_on_a_crowded_map_do_not_cover_each_other():
    places = [Place(code, f"Kommun {code}") for code in SKANE]
    sheet = Sheet([outlines()["municipalities"][code] for code in SKANE], 440)
    _, aside = named(places, sheet, "")
    boxes = sheet.taken[: len(places) - len(aside)]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart


def test_maps_are_the_same_bytes_every_time():
    assert {name: chart.svg for name, chart in all_maps().items()} == {
        name: chart.svg for name, chart in all_maps().items()
    }


# --- where things lie -----------------------------------------------------------------------------------------------
def spots(*codes):
    return [Spot(code, f"Hem {n}", code, f"{n} km", f"/hvb/{n}/") for n, code in enumerate(codes, 1)]


def test_spots_are_numbered_in_order_and_said_in_words_and_table():
    chart = spot_map(spots("2281", "2262"), title="Var hemmen ligger", own=["2281"])
    assert chart.svg.count("<circle") == 2
    assert chart.conclusion == "1 Hem 1, 2281 och 2 Hem 2, 2262."
    assert chart.table.rows == (("1", "Hem 1", "2281", "1 km"), ("2", "Hem 2", "2262", "2 km"))
    assert f"<title>Var hemmen ligger. {chart.conclusion}</title>" in chart.svg


def test_the_own_municipality_alone_is_shaded():
    drawn = spot_map(spots("2262"), title="Karta", own=["2281"]).svg
    assert (drawn.count(f'fill="{SHADES[2]}"'), drawn.count(f'fill="{SHADES[0]}"')) == (1, 6)


def test_spots_in_one_municipality_stand_side_by_side():
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', spot_map(spots("2281", "2281"), title="Karta").svg)
    assert len(set(circles)) == 2
    assert circles[0][1] == circles[1][1]


def test_between_two_counties_the_land_is_drawn():
    one, two = (spot_map(spots(*codes), title="Karta").svg.count("<path") for codes in (("2281",), ("2281", "2580")))
    assert one == 7
    assert two > 7 + 14  # Norrbotten's fourteen, and Västerbotten between them


def test_a_spot_that_is_on_no_map_is_in_the_table_alone():
    chart = spot_map([*spots("2281"), Spot("9999", "Borta", "Utomlands")], title="Karta")
    assert chart.svg.count("<circle") == 1
    assert chart.table.rows[1] == ("2", "Borta", "Utomlands", "–")
