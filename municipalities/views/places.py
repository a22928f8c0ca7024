"""A region and its municipalities, open to everybody who is signed in: public facts only."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bou_portal import maps
from bou_portal.sorting import ordering
from municipalities.models import Region

COLUMNS = {
    "namn": "sort_key",
    "invanare": "population",
    "unga": "population_0_20",
    "grupp": ("skr_group", "sort_key"),
}


@require_safe
def region(request, code):
    place = get_object_or_404(Region, code=code)
    everybody = place.municipalities.select_related("succeeded_by").order_by(*ordering(request.GET, COLUMNS, "namn"))
    rows = [row for row in everybody if not row.has_ended]
    context = {
        "region": place,
        "municipalities": rows,
        "former": [row for row in everybody if row.has_ended],
        "map": region_map(place, everybody),
        "inhabitants": sum(row.population for row in rows),
        "young": sum(row.population_0_20 for row in rows),
        "year": everybody[0].population_year,
        "young_year": everybody[0].population_0_20_year,
        "others": Region.objects.members().exclude(pk=place.pk),
    }
    return render(request, "municipalities/region.html", context)


def region_map(place, rows):
    """The county's outline, each municipality linked to its row in the table; one that has ended keeps its land."""
    places = [maps.Place(row.code, row.short_name, href=f"#k{row.code}") for row in rows]
    count = sum(1 for row in rows if not row.has_ended)
    said = f"{place.name} har {count} {'kommun' if count == 1 else 'kommuner'}."
    return maps.region_map(places, title=f"Karta över {place.name}", conclusion=said)
