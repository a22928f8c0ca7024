"""The pages of needs: what the county's municipalities need in a year, who has answered, and what is done about it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django import forms
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import count_word, date, starting
from bou_portal.sorting import sort_key
from municipalities.models import Activity, InventoryAnswer, Municipality, Need, NeedInventory, Topic
from municipalities.needs.inventory_letters import ASKED
from municipalities.reach import leads

ACTIVITIES = Prefetch("activities", Activity.objects.select_related("goal__focus__plan").order_by("title", "pk"))


class NeedFilter(forms.Form):
    """Narrows the needs of a year. What is not a choice narrows nothing."""

    ar = forms.ChoiceField(label="Inför år", required=False)
    omrade = forms.ChoiceField(label="Område", required=False, choices=[("", "Alla"), *Topic.choices])
    kommun = forms.ChoiceField(label="Vems", required=False)
    lage = forms.ChoiceField(
        label="Vad som görs",
        required=False,
        choices=[("", "Alla"), ("utan", "Utan aktivitet"), ("med", "Med aktivitet")],
    )
    ordna = forms.ChoiceField(
        label="Ordna efter", required=False, choices=[("", "Område"), ("rang", "Regionens ordning")]
    )

    def __init__(self, query, years, municipalities):
        super().__init__(query, label_suffix="")
        self.fields["ar"].choices = [(str(year), str(year)) for year in years]
        whose = [(place.code, str(place)) for place in municipalities]
        self.fields["kommun"].choices = [("", "Alla"), ("lan", "Länet gemensamt"), *whose]
        self.is_valid()

    def chosen(self, name):
        return self.cleaned_data.get(name, "")

    @property
    def is_narrowed(self):
        return any(self.chosen(name) for name in ("omrade", "kommun", "lage"))

    def apply(self, needs):
        if topic := self.chosen("omrade"):
            needs = needs.filter(topic=topic)
        if code := self.chosen("kommun"):
            needs = needs.filter(municipality=None) if code == "lan" else needs.filter(municipality__code=code)
        if state := self.chosen("lage"):
            needs = needs.filter(activities__isnull=state == "utan").distinct()
        return needs


@dataclass(frozen=True)
class Group:
    """The needs of one topic, or all in the region's order."""

    heading: str
    needs: list

    @property
    def note(self):
        """`4 behov från 3 kommuner`."""
        places = len({need.municipality_id for need in self.needs if need.municipality_id})
        said = f"{len(self.needs)} behov"
        return f"{said} från {places} {'kommun' if places == 1 else 'kommuner'}" if places else said


class NeedPage:
    """The needs of a region and a year, as this user may work with them."""

    def __init__(self, region, user, query):
        self.region, self.user = region, user
        self.leads = leads(user, Permission.LEAD_REGION_WORK, region)
        self.needs = Need.objects.for_user(user, Permission.READ_REGION_WORK).filter(region=region)
        inventories = NeedInventory.objects.filter(region=region)
        self.inventories = {each.year: each for each in (inventories if self.leads else inventories.sent())}
        self.years = sorted({*self.needs.values_list("year", flat=True), *self.inventories}, reverse=True)
        wish = query.get("ar", "")
        self.year = int(wish) if wish in map(str, self.years) else self.newest
        shown = {**query.dict(), "ar": str(self.year)}
        self.filter = NeedFilter(shown, self.years, region.municipalities.all())
        self.inventory = self.inventories.get(self.year)
        self.of_year = self.needs.filter(year=self.year)

    @property
    def newest(self):
        """The newest year that something has been asked or told about; a draft of the leader's comes after that."""
        told = [year for year in self.years if not self.inventories.get(year) or self.inventories[year].sent_at]
        return next(iter(told or self.years), timezone.localdate().year + 1)

    @cached_property
    def found(self):
        needs = self.filter.apply(self.of_year).select_related("municipality").prefetch_related(ACTIVITIES)
        return list(needs)

    @property
    def groups(self):
        """By topic in alphabetical order, or one group in the region's order."""
        if self.filter.chosen("ordna") == "rang":
            return [Group("I regionens ordning", self.found)] if self.found else []
        topics = sorted(self.found, key=lambda need: sort_key(need.get_topic_display()))
        return [Group(label, list(rows)) for label, rows in groupby(topics, key=lambda need: need.get_topic_display())]

    @cached_property
    def unmet(self):
        """How many needs of the year nothing is done about."""
        return self.of_year.unmet().count()

    @cached_property
    def standing(self):
        """Who has answered the year's inventory, if it has been sent."""
        return Standing(self.inventory) if self.inventory and self.inventory.sent_at else None

    @cached_property
    def own(self):
        """[(municipality, its answer or None)] of those that this user speaks for, while the answer is open."""
        if not (self.inventory and self.inventory.is_open):
            return []
        places = speaking_for(self.user, self.region)
        answers = {row.municipality_id: row for row in self.inventory.answers.filter(municipality__in=places)}
        return [(place, answers.get(place.pk)) for place in places]

    @property
    def sentence(self):
        total = self.of_year.count()
        if not total:
            return f"Inga behov är framförda inför {self.year} ännu."
        if not self.unmet:
            return f"Alla {count_word(total)} behov inför {self.year} möts av en aktivitet i planen."
        if self.unmet == total:
            return f"Inget av {count_word(total)} behov inför {self.year} möts av en aktivitet ännu."
        of_them = f"{starting(count_word(self.unmet))} av {count_word(total)} behov inför {self.year}"
        return f"{of_them} möts inte av någon aktivitet."


def speaking_for(user, region):
    """The municipalities of today in the region that this user may answer for."""
    own = Municipality.objects.for_user(user, Permission.SPEAK_FOR_MUNICIPALITY)
    return list(own.active().filter(region=region))


@dataclass(frozen=True)
class Answered:
    """A municipality, what it has said, and whether anybody there was asked."""

    municipality: Municipality
    answer: InventoryAnswer | None
    needs: int
    asked: int
    has_ended: bool


class Standing:
    """Who has answered an inventory. Municipalities that have left are not asked; what they said before stays."""

    def __init__(self, inventory):
        self.inventory = inventory
        answers = inventory.answers.annotate(told=Count("needs")).select_related("answered_by")
        said = {row.municipality_id: row for row in answers}
        active = set(inventory.region.municipalities.active().values_list("pk", flat=True))
        held = {"memberships__role__in": ASKED, "memberships__user__is_active": True}
        today = timezone.localdate()
        not_ended = Q(memberships__ended_on=None) | Q(memberships__ended_on__gt=today)
        in_force = Q(not_ended, memberships__started_on__lte=today, **held)
        asked = Count("memberships__user", filter=in_force, distinct=True)
        places = inventory.region.municipalities.annotate(asked=asked).order_by("sort_key")
        self.rows = [
            Answered(place, answer, answer.told if answer else 0, place.asked, place.pk not in active)
            for place in places
            if (answer := said.get(place.pk)) or place.pk in active
        ]

    @property
    def total(self):
        return sum(not row.has_ended for row in self.rows)

    @property
    def came(self):
        return sum(row.answer is not None for row in self.rows if not row.has_ended)

    @property
    def sentence(self):
        said = f"{starting(count_word(self.came))} av {count_word(self.total)} kommuner har svarat"
        if self.came == self.total:
            return f"Alla {count_word(self.total)} kommuner har svarat."
        if not self.inventory.is_open:
            return f"{said}. Inventeringen stängde {date(self.inventory.closes_on)}."
        return f"{said}. Sista dagen är {date(self.inventory.closes_on)}."

    @property
    def may_remind(self):
        return self.inventory.is_open and not self.inventory.reminded_at and self.came < self.total
