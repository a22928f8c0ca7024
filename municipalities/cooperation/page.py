"""The page of one cooperation model: its papers, and which municipalities have a local network."""

from dataclasses import dataclass

from bou_portal import maps
from bou_portal.sorting import sort_key
from municipalities.models import LocalNetwork, Municipality

HAS, LACKS = "finns", "saknas"


@dataclass(frozen=True)
class Place:
    """A municipality that takes part, and its network if it has one."""

    municipality: Municipality
    network: LocalNetwork | None

    @property
    def has_one(self):
        return self.network is not None

    @property
    def contact(self):
        return self.network.contact if self.network else ""

    @property
    def since(self):
        return self.network.started_on if self.network else None


class ModelPage:
    """What the page of a model says. A network counts while it is in force and its municipality takes part."""

    def __init__(self, model):
        self.model = model
        networks = list(model.networks.select_related("municipality"))
        in_force = set(model.networks.in_force().values_list("pk", flat=True))
        current = {row.municipality_id: row for row in networks if row.pk in in_force}
        active = model.region.municipalities.active()
        self.places = [Place(municipality, current.get(municipality.pk)) for municipality in active]
        # Ended, or not begun, or in a municipality that no longer takes part.
        self.other_networks = [row for row in networks if row.pk not in in_force]
        papers = sorted(model.papers.all(), key=lambda paper: (sort_key(paper.title), paper.pk))
        self.papers = [
            (label, [paper for paper in papers if paper.holds and paper.kind == kind])
            for kind, label in (("rutin", "Rutiner"), ("blankett", "Blanketter"), ("material", "Stödmaterial"))
        ]
        self.papers = [(label, found) for label, found in self.papers if found]
        self.earlier_papers = [paper for paper in papers if not paper.holds]

    @property
    def sentence(self):
        """`5 av 8 kommuner har ett lokalt nätverk.`"""
        return coverage(sum(place.has_one for place in self.places), len(self.places))

    @property
    def map(self):
        """The county; municipalities with a network are shaded and say so in words."""
        drawn = [
            maps.Place(
                place.municipality.code,
                str(place.municipality),
                1 if place.has_one else None,
                HAS if place.has_one else LACKS,
                f"#k{place.municipality.code}",
            )
            for place in self.places
        ]
        if not drawn:
            return None
        return maps.region_map(drawn, title=f"Lokala nätverk i {self.model}", conclusion=self.sentence)


def coverage(count, total):
    return f"{count} av {total} kommuner har ett lokalt nätverk."


@dataclass(frozen=True)
class Listed:
    """A model in the list: how many of the region's municipalities have a network, and who steers it."""

    model: object
    networks: int
    municipalities: int

    @property
    def sentence(self):
        return coverage(self.networks, self.municipalities)


def listed(models, region):
    """Each of these models of a region with its coverage. Three queries, however many they are."""
    total = region.municipalities.active().count()
    networks = LocalNetwork.objects.in_force().filter(model__in=models)
    places = {}
    for model_id, municipality_id in networks.values_list("model", "municipality"):
        places.setdefault(model_id, set()).add(municipality_id)
    rows = models.select_related("group").prefetch_related("steered_by")
    return [Listed(model, len(places.get(model.pk, ())), total) for model in rows]
