"""The page of a year's mandates: who is to do what for the region, and how far it has come."""

from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from bou_portal.sorting import sort_key


@dataclass(frozen=True)
class Person:
    """Somebody's mandates of the year."""

    user: object
    mandates: list

    @property
    def name(self):
        return str(self.user)

    @property
    def done(self):
        return sum(mandate.done_on is not None for mandate in self.mandates)

    @property
    def note(self):
        return f"{self.done} av {len(self.mandates)} klara"


class MandatePage:
    """Of these mandates one year's, by person, and which years there are. An unknown year is this one."""

    def __init__(self, mandates, wish, user):
        self.this_year = timezone.localdate().year
        years = set(mandates.order_by().values_list("year", flat=True).distinct())
        asked = int(wish) if wish.isascii() and wish.isdigit() and len(wish) == 4 else self.this_year
        self.year = asked
        self.years = sorted({*years, self.this_year, asked}, reverse=True)
        rows = list(mandates.filter(year=asked).select_related("user", "region"))
        before = mandates.filter(year=asked - 1).values_list("user", "title")
        self.may_copy = not set(before) <= {(row.user_id, row.title) for row in rows}
        self.told = set(mandates.told_by(user).filter(year=asked).values_list("pk", flat=True))
        for row in rows:
            row.may_tell = row.pk in self.told
        rows.sort(key=lambda row: (sort_key(str(row.user)), row.user_id, row.pk))
        self.people = [Person(one, list(group)) for one, group in groupby(rows, key=lambda row: row.user)]

    @property
    def sentence(self):
        total = sum(len(person.mandates) for person in self.people)
        if not total:
            return f"Inga uppdrag är inskrivna för {self.year}."
        done = sum(person.done for person in self.people)
        return f"{done} av {total} uppdrag för {self.year} är klara."
