"""The rule table as sentences and days: which rule holds on a day, whose target it is, and how it is cited."""

from collections import defaultdict
from datetime import date

from bou_portal.formats import number
from bou_portal.periods import add_days, add_months
from placements.duties.rules import DAYS, EXAM_TARGETS, HealthTarget, Rules, Wording, first_due
from placements.models import LocalTarget, Rule

# One of anything is said otherwise than several.
SINGULAR = {Rule.Unit.MONTHS: "månad", Rule.Unit.DAYS: "dag"}


class RuleBook:
    """The rules in force on a day, by code, with the targets of a municipality where one is given. Two queries."""

    def __init__(self, day, municipality=None):
        self.day, self.municipality, self.set_by = day, municipality, {}
        # The newest wording last, so that it holds where an older one was never ended. Databases differ on where NULL sorts.
        self.rules = {rule.code: rule for rule in sorted(Rule.objects.in_force(day), key=first_day)}
        if municipality:
            self.overlay(municipality)

    def overlay(self, municipality):
        """The region's targets over the table's, the municipality's over both. What the law says stands."""
        region = municipality.region
        for code in EXAM_TARGETS:
            self.replace(code, region.health_target_days, DAYS, region=region)
        for target in targets_of([municipality]):
            self.replace(target.code, target.amount, target.unit, target.municipality_id and municipality, region)

    def replace(self, code, amount, unit, municipality=None, region=None):
        rule = self.get(code)
        if rule and rule.kind != Rule.Kind.STATUTE:
            rule.amount, rule.unit = amount, unit
            self.set_by[code] = f"lokal målnivå, {municipality}" if municipality else f"regional målnivå, {region.name}"

    def get(self, code):
        """The rule, or None where this installation has none of that code."""
        return self.rules.get(code)

    def due(self, code, day):
        """The last day, counted from `day`; None without such a rule."""
        rule = self.get(code)
        return add_length(day, rule) if rule else None

    def cite(self, code):
        """`SoL (2025:400) 22 kap. 13 §`, or nothing."""
        rule = self.get(code)
        return str(rule).strip() if rule else ""

    def length(self, code):
        """`30 dagar`, or nothing."""
        rule = self.get(code)
        return length_text(rule.amount, rule.unit) if rule and rule.amount else ""

    def whose(self, code):
        """Whose number it is: `Lagkrav`, `Riktmärke`, `regional målnivå, Västernorrland`, `lokal målnivå, Sundsvall`."""
        rule = self.get(code)
        if rule is None:
            return ""
        default = "förvald målnivå" if rule.kind == Rule.Kind.LOCAL_TARGET else rule.get_kind_display()
        return self.set_by.get(code, default)


def length_text(amount, unit):
    """`30 dagar`, `1 månad`."""
    return f"{number(amount)} {SINGULAR[unit] if amount == 1 else Rule.Unit(unit).label}"


def first_day(rule):
    return rule.valid_from or date.min


class Wordings:
    """Every rule in all its wordings, for days that lie far apart, as in a delivery. One query."""

    def __init__(self):
        self.by_code = defaultdict(list)
        for rule in sorted(Rule.objects.confirmed(), key=first_day):
            self.by_code[rule.code].append(rule)

    def on(self, code, day):
        """The wording in force on the day; before the oldest one, the oldest. LookupError where there is none."""
        if not (wordings := self.by_code[code]):
            raise LookupError(f"Regeln {code} finns inte. Kör: python manage.py load_register")
        begun = [rule for rule in wordings if rule.valid_from is None or rule.valid_from <= day]
        return begun[-1] if begun else wordings[0]

    def due(self, code, day):
        """The last day, counted from `day`: the first on which a wording then in force makes it due."""
        return first_due(self.by_code[code], day) or add_length(day, self.on(code, day))


def add_length(day, rule):
    """`day` plus the rule's length in its own unit."""
    add = add_months if rule.unit == Rule.Unit.MONTHS else add_days
    return add(day, rule.amount)


def targets_of(municipalities):
    """The targets that apply in these municipalities, each region's before its municipalities'. One query."""
    targets = LocalTarget.objects.filter(municipality__in=municipalities) | LocalTarget.objects.filter(
        region__in=[municipality.region_id for municipality in municipalities]
    )
    return sorted(targets, key=lambda target: (target.municipality_id is not None, target.code))


def rules_by_place(municipalities):
    """The pure rule book of each municipality, by its id. Two queries; `municipalities` with their regions."""
    wordings = [
        Wording(rule.code, rule.kind, rule.amount, rule.unit, rule.valid_from, rule.valid_to)
        for rule in Rule.objects.confirmed()
    ]
    targets = targets_of(municipalities)
    return {place.pk: _rules_of(place, wordings, targets) for place in municipalities}


def _rules_of(place, wordings, targets):
    region = place.region
    own = {
        target.code: (target.amount, target.unit)
        for target in targets
        if place.pk == target.municipality_id or region.pk == target.region_id
    }
    by_request = region.health_target_from == region.CountsFrom.REQUEST
    return Rules(wordings, own, HealthTarget(region.health_target_days, by_request))
