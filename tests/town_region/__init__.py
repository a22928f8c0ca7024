"""One of everything in the region's own work, by noun."""

from tests.town_region import accords, bodies, cooperation, directory, knowledge, kpis, needs, news, plans

PARTS = (bodies, needs, plans, accords, knowledge, news, directory, cooperation, kpis)


def build(people, today):
    """{word of the access table: row} of all of it, in the order in which the rows lean on each other."""
    found = {}
    for part in PARTS:
        found |= part.build(people, today)
    return found
