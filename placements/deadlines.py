"""The rule table as sentences and days: which rules hold today, when something is due by one, and how it is cited."""

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


def add_length(day, rule):
    """`day` plus the rule's length in its own unit."""
    add = add_months if rule.unit == Rule.Unit.MONTHS else add_days
    return add(day, rule.amount)
