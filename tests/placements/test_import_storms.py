"""Deliveries nobody would write: random rows, right and wrong, must come in, change nothing twice, and go out again."""

from random import Random

import pytest

from placements.codes import EndReason, FormCode, FormGroup, LawCode, LawGroup
from placements.imports.columns import COLUMNS, Kind, Wrong, read_date
from placements.imports.delivering import import_delivery, undo
from placements.models import Child, Delivery, FollowUp, HealthExam, Placement, Plan, Review

pytestmark = pytest.mark.django_db
DAYS = [f"2025-{month:02}-{day:02}" for month in (1, 2, 3) for day in (1, 2, 10, 28)] + ["20250401", "2025-02-30", ""]
WORDS = {
    "kommunkod": ["2281", "2480", "114", "Umeå", "9999", ""],
    "barn": ["A1", "A2", "A3", "Å-4", "200303032395", "x" * 21, ""],
    "kon": ["flicka", "M", "okänt", "?", ""],
    "fodelsear": ["2010", "2012", "1901", "2030", "tolv", ""],
    "ensamkommande": ["ja", "nej", "kanske", ""],
    "placeringsform": [*FormGroup.values, *FormCode.labels, "slott", ""],
    "enhet": ["Ek", "ek ", "Björkbacken", "x" * 120, "=1+1", "030303-2395", ""],
    "regi": ["egen regi", "privat", "?", ""],
    "vistelsekommun": ["2281", "Umeå", "?", ""],
    "avslutsorsak": [*EndReason.values, "Sammanbrott", "?", ""],
    "planerat": ["ja", "nej", "okänt", "?", ""],
    "initiativ": ["barnet", "hemmet", "?", ""],
    "nasta": ["hem", "eget boende", "?", ""],
    "lagrum": [*LawGroup.values, *LawCode.values, "?", ""],
    "dygnskostnad": ["4850,50", "999999", "1e9", "-5", ""],
    "ansvarig": ["x@y.example", ""],
    "enhetsnamn": ["Norr", ""],
    "typ": ["3-månaders", "vårdplan", "genomförandeplan", "övervägande", "omprövning", "läkare", "tand", "?", ""],
    "obehovlig": ["ja", "nej", ""],
    "orsak": ["avböjt", "obehövlig", "?", ""],
    "delar": ["0", "4", "7", "8", ""],
}
MODELS = {
    Kind.PLACEMENTS: Placement,
    Kind.FOLLOW_UPS: FollowUp,
    Kind.PLANS: Plan,
    Kind.REVIEWS: Review,
    Kind.HEALTH: HealthExam,
}


def storm(kind, random, rows):
    """A file of random cells, nine of ten of them such as can be read."""
    columns = [(column, words_of(column)) for column in COLUMNS[kind]]
    lines = [[column.name for column, _ in columns]]
    for _ in range(rows):
        lines.append([random.choice(right if random.random() < 0.93 else words) for _, (words, right) in columns])
    return "\n".join(";".join(line) for line in lines).encode()


def words_of(column):
    """All words tried in this column, and those of them that can be read."""
    words = WORDS.get(column.name) or (DAYS if column.read is read_date else ["1", "5", "6", "ja", "nej", ""])
    right = [word for word in words if (readable(column, word) if word else not column.required)]
    return words, [word for word in right if word not in ("114", "9999", "?", "030303-2395")]


def readable(column, word):
    try:
        column.read(word)
    except Wrong:
        return False
    return True


def picture(kind):
    rows = MODELS[kind].objects.order_by("municipality", "child__local_code", "pk")
    left_out = {"id", "uid", "child_id", "episode_id", "confirmed_on", "home_id", "home_key"}
    return sorted(
        repr((row["child__local_code"], sorted((k, str(v)) for k, v in row.items() if k not in left_out)))
        for row in rows.values(*[field.attname for field in MODELS[kind]._meta.local_fields], "child__local_code")
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("seed", range(3))
def test_a_storm_comes_in_changes_nothing_twice_and_goes_out_again(kind, seed):
    random = Random(seed)
    pictures, files = [picture(kind)], []
    for _ in range(3):
        files.append(storm(kind, random, 60))
        result = import_delivery("storm.csv", files[-1], kind=kind)
        assert result.read == 60
        assert 0 < result.counts["refused"] < 60
        pictures.append(picture(kind))
        again = import_delivery("storm.csv", files[-1], kind=kind, dry_run=True)
        assert again.counts["unchanged"] == 60 - again.counts["refused"]
    for delivery in Delivery.objects.filter(kind=kind):
        assert picture(kind) == pictures.pop()
        undo(delivery, None)
    assert picture(kind) == pictures.pop() == []
    assert not Child.objects.exists()
