"""Up to four homes side by side: one set of lines for the page and for the ground that is printed."""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Count, Q, prefetch_related_objects

from bou_portal.access import Permission
from bou_portal.formats import number, starting
from bou_portal.maps import Spot, spot_map
from placements.homes.facts import told
from placements.homes.listing import chosen_homes, own_rating_counts, series_begun, trend
from placements.lights import SEVERITY, lights, worst
from placements.models import Agreement, AgreementHome, Placement
from placements.questionnaire import questionnaire

MOST = 4
TOO_FEW = "För få omdömen"
NOT_TOLD = "För få för att visas"
# What the home's own page tells, and a comparison does not need.
NOT_COMPARED = {"Organisationsnummer", "Telefon", "Webbplats", "Ligger i"}


@dataclass(frozen=True)
class Cell:
    """What one line says of one home. `value` is drawn as a bar on 1-5, `kind` as the colour and sign of a state."""

    text: str
    note: str = ""
    value: float | None = None
    kind: str = ""
    is_known: bool = True
    home: str = ""


@dataclass(frozen=True)
class Line:
    heading: str
    cells: list


class Comparison:
    """The homes somebody chose, as she may see them. `search` holds her choices and what her region has released.

    `own=False` leaves out what rests on the own municipality's ratings, in the lights too: for what is taken along.
    """

    def __init__(self, search, *, own=True):
        self.search, self.released, self.user, self.own = search, search.released, search.user, own
        self.homes = chosen_homes(search.user, search.ticked)
        prefetch_related_objects(self.homes, "facts", "ways")

    @property
    def is_too_many(self):
        return len(self.homes) > MOST

    @cached_property
    def parts(self):
        """[(heading, lines)] of the page."""
        own = [("Vår egen erfarenhet", self.experience)] if self.search.choices.own else []
        return [*self.shown_parts, *own]

    @cached_property
    def shown_parts(self):
        """What may be taken along: with `own=False` nothing here rests on the own municipality's children."""
        return [
            ("Omdömen i länet", self.results),
            ("Åtta områden", self.domains),
            ("Avtal och kriterier", self.promised),
            ("Om hemmen", self.facts),
        ]

    def line(self, heading, cell):
        return self.named(heading, [cell(home) for home in self.homes])

    def named(self, heading, cells):
        return Line(heading, [replace(cell, home=str(home)) for home, cell in zip(self.homes, cells, strict=True)])

    # --- what others think --------------------------------------------------------------------------------------------
    @property
    def results(self):
        return [
            self.line("Omdöme 1–5", lambda home: score_cell(self.released.of(home))),
            self.line("Sedan förra halvåret", self.trend),
            self.line("Skulle användas igen", lambda home: coarse_cell(self.released.use_again(home))),
            self.line("Avslutades som planerat", lambda home: coarse_cell(self.released.planned(home))),
            self.line("Vistelsens längd, median", lambda home: coarse_cell(self.released.length(home))),
        ]

    def trend(self, home):
        found = trend(self.released, home, self.begun.get(home.pk))
        return Cell(found.words.capitalize()) if found else Cell("Går inte att säga", is_known=False)

    @cached_property
    def begun(self):
        return series_begun([home.pk for home in self.homes])

    @property
    def domains(self):
        return [
            self.line(domain.name, lambda home, code=domain.code: score_cell(self.released.domain(home, code)))
            for domain in questionnaire().domains
        ]

    # --- what was promised --------------------------------------------------------------------------------------------
    @property
    def promised(self):
        lit = lights(self.homes, self.user, self.released, own=self.own)
        return [self.line("Avtal", self.agreements), self.line("Kriterier", lambda home: light_cell(lit[home.pk]))]

    def agreements(self, home):
        found = self.in_agreements[home.pk]
        if not found:
            return Cell("Inget avtal", is_known=False)
        return Cell(terms(found[0]), "; ".join([found[0].agreement.title, *map(whole_terms, found[1:])]))

    @cached_property
    def in_agreements(self):
        """{home: its places in the agreements in force that this reader may read, the best rank first}."""
        readable = Agreement.objects.for_user(self.user, Permission.READ_HOMES).in_force()
        found = defaultdict(list)
        covers = AgreementHome.objects.filter(agreement__in=readable, home__in=self.homes)
        for cover in covers.select_related("agreement").order_by("rank", "agreement__title"):
            found[cover.home_id].append(cover)
        return found

    # --- what is known ------------------------------------------------------------------------------------------------
    @property
    def facts(self):
        known = [{fact.label: fact for fact in told(home)} for home in self.homes]
        labels = [label for label in (known[0] if known else ()) if label not in NOT_COMPARED]
        lines = [self.named(label, [fact_cell(facts[label]) for facts in known]) for label in labels]
        return [self.line("Ligger i", self.place), *lines]

    def place(self, home):
        if not home.location:
            return Cell("Okänt", is_known=False)
        km = self.search.choices.km_to(home.location.code)
        return Cell(str(home.location), "" if km is None else f"{number(km)} km fågelvägen")

    @property
    def experience(self):
        """The own municipality's, as counts. They stay on the page: each rests on a child."""
        places = self.user.municipalities(Permission.READ_HOMES)
        own = Placement.objects.filter(municipality__in=places, home__in=self.homes).order_by()
        counts = own.values_list("home").annotate(n=Count("pk"), now=Count("pk", filter=Q(ended_on__isnull=True)))
        stays = {home: (count, ongoing) for home, count, ongoing in counts}
        ratings = own_rating_counts(self.user, [home.pk for home in self.homes])
        return [
            self.line("Våra placeringar här", lambda home: stays_cell(*stays.get(home.pk, (0, 0)))),
            self.line("Våra omdömen", lambda home: Cell(number(ratings.get(home.pk, 0)))),
        ]

    # --- the whole ----------------------------------------------------------------------------------------------------
    def map(self, **size):
        """Where the homes lie, or None when that is not known of any."""
        spots = [spot(self, home) for home in self.homes if home.location]
        own = [place.code for place in self.search.choices.own]
        return spot_map(spots, own=own, title="Var hemmen ligger", **size) if spots else None

    def without(self, home):
        """The address of the comparison without this home."""
        return self.search.choices.address_with(str(other.uid) for other in self.homes if other != home)

    @property
    def about(self):
        """Which homes, for counting and for the log: their keys."""
        return " ".join(str(pk) for pk in sorted(home.pk for home in self.homes))

    @property
    def columns(self):
        """[(home, the address without it)]."""
        return [(home, self.without(home)) for home in self.homes]


def score_cell(score):
    if not score.is_shown:
        return Cell(TOO_FEW, is_known=False)
    note = f"{score.band} omdömen"
    return Cell(score.text, f"{note}, ojämnt underlag" if score.is_uneven else note, value=score.value)


def coarse_cell(coarse):
    return Cell(coarse.text) if coarse.is_shown else Cell(NOT_TOLD, is_known=False)


def light_cell(lit):
    """The worst light, and how many there are of each."""
    if not lit:
        return Cell("Inga kriterier", is_known=False)
    found = worst(lit)
    counts = [(light, sum(each.light is light for each in lit)) for light in SEVERITY]
    return Cell(found.word, ", ".join(f"{count} {light.value}" for light, count in counts if count), kind=found.kind)


def fact_cell(fact):
    return Cell(
        fact.value,
        ". ".join(filter(None, [starting(fact.source.removeprefix("Uppgiften ")), fact.age])),
        is_known=fact.is_known,
    )


def stays_cell(count, ongoing):
    return Cell(number(count), f"{number(ongoing)} pågår nu" if ongoing else "")


def terms(cover):
    """`Rang 2, 6 400 kr per dygn`, as far as it is known."""
    rank = f"Rang {cover.rank}" if cover.rank else "Utan rangordning"
    return f"{rank}, {number(cover.price_per_day)} kr per dygn" if cover.price_per_day else rank


def whole_terms(cover):
    return f"{cover.agreement.title}: {terms(cover).lower()}"


def spot(comparison, home):
    km = comparison.search.choices.km_to(home.location.code)
    text = "" if km is None else f"{number(km)} km"
    return Spot(home.location.code, str(home), str(home.location), text, home.get_absolute_url())
