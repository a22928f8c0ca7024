"""The figures that an activity may want to move: the portal's own indicators and the chosen published ones."""

from dataclasses import dataclass

from django.urls import reverse

from bou_portal.figures import DEFINITIONS
from municipalities.models import Kpi, Plan

# The only indicators of the portal that count all investigations and not only placed children.
ABOUT_ALL = {"L1", "L2", "L3"}
ABOUT = {Plan.Scope.PLACED: "placerade barn", Plan.Scope.ALL: "hela BoU"}
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


def figure_choices(scope, kept=""):
    """Choices by what they are about, the plan's own scope first. `kept` stays choosable when it is in no selection."""
    own = sorted(map(of_definition, DEFINITIONS.values()), key=lambda figure: figure.name)
    figures = [*own, *map(of_kpi, Kpi.objects.filter(is_core=True).order_by("title"))]
    groups = [
        (f"{source} om {ABOUT[about]}", [(figure.id, figure.name) for figure in found if figure.scope == about])
        for about in sorted(Plan.Scope, key=lambda one: one != scope)
        for source, found in (("Portalens siffror", own), ("Öppna jämförelser", figures[len(own) :]))
    ]
    choices = [("", "Ingen siffra"), *((name, rows) for name, rows in groups if rows)]
    if kept and kept not in {figure.id for figure in figures}:
        found = figures_of([kept]).get(kept)
        choices.append((kept, found.name if found else f"{kept} (finns inte längre)"))
    return choices
