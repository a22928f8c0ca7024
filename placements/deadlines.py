"""The rule table as sentences and days: which rule holds on a day, when something is due by it, and how it is cited."""

from collections import defaultdict
from datetime import date

from bou_portal.formats import number
from bou_portal.periods import add_days, add_months
from placements.models import Rule


class RuleBook:
    """The rules in force on a day, by code. One query."""

    def __init__(self, day):
        self.rules = {rule.code: rule for rule in Rule.objects.in_force(day)}

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
        return f"{number(rule.amount)} {rule.get_unit_display()}" if rule and rule.amount else ""


class Wordings:
    """Every rule in all its wordings, for days that lie far apart, as in a delivery. One query."""

    def __init__(self):
        self.by_code = defaultdict(list)
        for rule in sorted(Rule.objects.all(), key=lambda rule: rule.valid_from or date.min):
            self.by_code[rule.code].append(rule)

    def on(self, code, day):
        """The wording in force on the day; before the oldest one, the oldest. LookupError where there is none."""
        if not (wordings := self.by_code[code]):
            raise LookupError(f"Regeln {code} finns inte. Kör: python manage.py load_register")
        begun = [rule for rule in wordings if rule.valid_from is None or rule.valid_from <= day]
        return begun[-1] if begun else wordings[0]

    def due(self, code, day):
        """The last day, counted from `day` by the wording of that day."""
        return add_length(day, self.on(code, day))


def add_length(day, rule):
    """`day` plus the rule's length in its own unit."""
    add = add_months if rule.unit == Rule.Unit.MONTHS else add_days
    return add(day, rule.amount)
