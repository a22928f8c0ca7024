"""Files of homes give the same register in whatever order they are taken in."""

import csv
import io
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placements.models import CareHome, HomeFact
from tests.placements.test_home_import import take, took

__all__ = ["take", "took"]  # fixtures

NAMES = ("Granen", "Aspen", "Björken")
DAYS = [date(2026, 1, day) for day in range(1, 9)]
facts = st.fixed_dictionaries(
    {},
    optional={
        "Målgrupp": st.sampled_from(["NPF", "eget beteende", "missbruk"]),
        "Regi": st.sampled_from(["egen regi", "stiftelse"]),
        "Från år": st.integers(10, 13).map(str),
        "Till år": st.integers(14, 20).map(str),
        "Platser": st.integers(5, 9).map(str),
        "Lediga platser": st.integers(0, 4).map(str),
        "Kommun": st.sampled_from(["2281", "Timrå"]),
    },
)
files = st.lists(st.dictionaries(st.sampled_from(NAMES), facts, min_size=1), min_size=2, max_size=4)


def as_file(homes):
    columns = ["Namn", "Form", *sorted({column for told in homes.values() for column in told})]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";")
    writer.writeheader()
    writer.writerows({"Namn": name, "Form": "HVB"} | told for name, told in homes.items())
    return text.getvalue()


def state():
    """What the register says, and who said so when; how it came there does not matter."""
    skip = ("id", "uid")
    homes = [{key: row[key] for key in row if key not in skip} for row in CareHome.objects.order_by("name").values()]
    return homes, sorted(HomeFact.objects.values_list("home__name", "field", "source", "told_on"))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=files, data=st.data())
def test_files_of_different_days_give_the_same_register_in_any_order(took, files, data):
    dated = list(zip(files, DAYS, strict=False))
    shuffled = data.draw(st.permutations(dated))

    def taken(order):
        CareHome.objects.all().delete()
        for homes, day in order:
            took(as_file(homes), told_on=day)
        return state()

    assert taken(dated) == taken(shuffled)
    assert [set(took(as_file(homes), told_on=day)) - {"same"} for homes, day in shuffled] == [set()] * len(shuffled)
