"""The figures that an activity may want to move: the portal's own indicators and the chosen published ones."""

from dataclasses import dataclass

from django.urls import reverse

from bou_portal.figures import DEFINITIONS
from municipalities.models import Kpi, Plan

# The only indicators of the portal that count all investigations and not only placed children.
ABOUT_ALL = {"L1", "L2", "L3"}
# What a published indicator about placed children says in its name.
PLACED_WORDS = ("placer", "hvb", "familjehem", "jourhem", "stödboende", "vårddygn")


@dataclass(frozen=True)
class MovableFigure:
    """A figure by its name, where it is explained, and whether it is about placed children or about all."""

    id: str
    name: str
    url: str
    scope: str


def of_definition(definition):
    scope = Plan.Scope.ALL if definition.id in ABOUT_ALL else Plan.Scope.PLACED
    return MovableFigure(definition.id, definition.name, f"{reverse('definitions')}#{definition.id}", scope)


def of_kpi(kpi):
    is_placed = any(word in kpi.title.casefold() for word in PLACED_WORDS)
    scope = Plan.Scope.PLACED if is_placed else Plan.Scope.ALL
    return MovableFigure(kpi.code, kpi.title, reverse("kpi_detail", args=[kpi.code]), scope)


def figures_of(ids):
    """{id: figure} of these ids, in one query. An id that has gone out of use has no figure."""
    found = {id: of_definition(DEFINITIONS[id]) for id in ids if id in DEFINITIONS}
    if others := {id for id in ids if id and id not in found}:
        found |= {kpi.code: of_kpi(kpi) for kpi in Kpi.objects.filter(code__in=others)}
    return found


def figure_choices(kept=""):
    """Choices by source, each as its name. `kept` is an id that stays choosable although it is no longer in the selection."""
    own = sorted((definition.name, definition.id) for definition in DEFINITIONS.values())
    published = Kpi.objects.filter(is_core=True).order_by("title").values_list("title", "code")
    choices = [
        ("", "Ingen siffra"),
        ("Portalens siffror", [(id, name) for name, id in own]),
        ("Nyckeltal ur öppna jämförelser", [(code, title) for title, code in published]),
    ]
    if kept and kept not in {id for _, id in own} | {code for _, code in published}:
        found = figures_of([kept]).get(kept)
        choices.append((kept, found.name if found else f"{kept} (finns inte längre)"))
    return choices
