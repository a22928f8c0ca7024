"""The words of case systems: whatever is in the code lists or offered as a translation is also read."""

import pytest

from placements.codes import FORM_GROUP_OF, LAW_GROUP_OF, FormCode, FormGroup, LawCode, LawGroup
from placements.imports.columns import COLUMNS, Kind

OFFERED = [
    (column, word) for columns in COLUMNS.values() for column in columns for word in getattr(column.read, "shown", ())
]
READERS = {column.name: column.read for column in COLUMNS[Kind.PLACEMENTS]}


@pytest.mark.parametrize(("column", "word"), OFFERED, ids=lambda part: getattr(part, "name", part))
def test_a_word_that_is_offered_as_a_translation_is_read(column, word):
    column.read(word)


@pytest.mark.parametrize("code", FormCode)
def test_a_forms_code_and_label_give_its_group(code):
    for word in (code.value, code.label):
        assert READERS["placeringsform"](word)[0] == FORM_GROUP_OF[code]


@pytest.mark.parametrize("code", LawCode)
def test_a_laws_code_and_label_give_its_group(code):
    for word in (code.value, code.label):
        assert READERS["lagrum"](word)[0] == LAW_GROUP_OF[code]


@pytest.mark.parametrize(
    ("column", "word", "value"),
    [
        ("lagrum", "SoL", (LawGroup.SOL, "")),
        ("lagrum", "SoL 11 kap. 1 §", (LawGroup.SOL, LawCode.SOL)),
        ("lagrum", "Placering med samtycke", (LawGroup.SOL, LawCode.SOL)),
        ("lagrum", "Sluten ungdomsvård", (LawGroup.LSU, LawCode.LSU)),
        ("lagrum", "LVU 3 §", (LawGroup.LVU, LawCode.LVU_3)),
        ("placeringsform", "SiS", (FormGroup.SIS, "")),
        ("placeringsform", "Särskilt ungdomshem", (FormGroup.SIS, FormCode.SIS)),
        ("placeringsform", "Nätverks-/släktinghem", (FormGroup.NETWORK, FormCode.FAM_NETWORK)),
    ],
)
def test_a_word_says_as_much_as_it_says(column, word, value):
    assert READERS[column](word) == value
