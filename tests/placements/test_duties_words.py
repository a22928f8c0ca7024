"""Why something is due, in Swedish: whose number it is and where it stands, from the table and never from the code."""

from datetime import date

import pytest

from placements.deadlines import RuleBook
from placements.duties.words import explain
from placements.models import Due, LocalTarget, Rule

TODAY, START = date(2026, 11, 21), date(2026, 1, 10)
S = Due.Since


def said(kind, code, since, counted_from, due_on, book, late_after=None):
    due = Due(
        kind=kind,
        code=code,
        since=since,
        counted_from_on=counted_from,
        due_on=due_on,
        late_after_on=late_after or due_on,
    )
    return explain(due, book)


@pytest.mark.parametrize(
    ("kind", "code", "since", "due_on", "expected"),
    [
        ("review", "R-REV-SOL", S.START, date(2026, 7, 10),
         "Skulle ha gjorts 2026-07-10. Övervägande var sjätte månad (SoL (2025:400) 22 kap. 13 §)."),
        ("review", "R-REV-3", S.LAST, date(2026, 12, 10),
         "Ska göras 2026-12-10. Omprövning var sjätte månad (LVU (1990:52) 13 § andra stycket)."),
        ("custody", "R-CUST", S.HOME, date(2028, 1, 10),
         "I samma familjehem sedan 2026-01-10. Frågan om överflyttad vårdnad övervägs efter två år i samma familjehem "
         "(SoL (2025:400) 22 kap. 14 §)."),
        ("restriction", "R-NOREM", S.LAST, date(2026, 4, 10),
         "Senast övervägd 2026-01-10. Flyttningsförbud övervägs var tredje månad (LVU (1990:52) 26 §)."),
        ("emergency", "R-JOUR", S.CLOSED, date(2026, 3, 10),
         "Utredningen avslutades 2026-01-10. Jourhem högst två månader efter att utredningen avslutats "
         "(SoL (2025:400) 22 kap. 4 §)."),
        ("investigation", "R-INV", S.EXTENDED, date(2026, 6, 1),
         "Inledd 2026-01-10, förlängd till 2026-06-01. Utredning klar inom fyra månader (SoL (2025:400) 20 kap. 3 §)."),
        ("plan", "R-GP-T", S.START, date(2026, 2, 9),
         "Placerad 2026-01-10. Målnivån är 30 dagar; att planen ska finnas står i SoL (2025:400) 9 kap. 12 §."),
        ("plan", "R-GP-CUR", S.LAST, date(2026, 7, 10),
         "Planen gällde till 2026-07-10. Målnivån är att den ses över inom 6 månader; att planen ska finnas står i "
         "SoL (2025:400) 9 kap. 12 §."),
        ("talk", "R-VISIT-T", S.START, date(2026, 4, 10),
         "Inget samtal är registrerat. Riktmärket är ett samtal inom 3 månader; lagen säger regelbundet "
         "(SoL (2025:400) 22 kap. 11 §)."),
        ("visit", "R-VISIT-T", S.LAST, date(2026, 4, 10),
         "Senaste besöket 2026-01-10. Riktmärket är ett besök inom 3 månader; lagen säger regelbundet "
         "(SoL (2025:400) 22 kap. 11 §)."),
        ("follow_up", "", S.AGREED, date(2026, 4, 20), "Vid uppföljningen 2026-01-10 bestämdes nästa till 2026-04-20."),
        ("medical", "R-HEALTH-T", S.START, date(2026, 3, 11),
         "Placerad 2026-01-10. Länets målnivå är 60 dagar från placeringens start; undersökningen erbjuds enligt "
         "Lag (2017:209) 1 §."),
        ("health_request", "R-HEALTH-REQ", S.START, date(2026, 1, 17),
         "Placerad 2026-01-10 och ingen undersökning är begärd. Målnivån är 7 dagar; att regionen ska underrättas står "
         "i SoL (2025:400) 22 kap. 7 §."),
        ("post_care", "R-POST-LVU", S.ENDED, START,
         "Vården upphörde 2026-01-10 och ingen uppföljning är inledd. Uppföljning när vård enligt LVU av ett barn har "
         "upphört, högst sex månader (LVU (1990:52) 21 b–21 c §§)."),
        ("care_plan_rev", "R-VP2", S.START, date(2028, 1, 10),
         "Placerad 2026-01-10 och planen är inte reviderad sedan dess. Vårdplanen revideras senast efter två år och tar "
         "då upp ett långsiktigt boende (SoL (2025:400) 9 kap. 13 §)."),
    ],
)  # fmt: skip
def test_every_kind_says_why(db, sundsvall, kind, code, since, due_on, expected):
    assert said(kind, code, since, START, due_on, RuleBook(TODAY, sundsvall)) == expected


def test_warning_of_an_age_says_the_year_and_the_law(db, sundsvall):
    text = said("age", "R-AGE-LVU2", S.BIRTH, None, date(2027, 7, 1), RuleBook(TODAY, sundsvall), date(2028, 12, 31))
    assert text == (
        "Åldern nås senast 2028-12-31. Planera i god tid vad som följer efter. "
        "Vård på grund av hemförhållanden upphör senast vid 18 år (LVU (1990:52) 21 §)."
    )


def test_target_says_who_set_it_and_is_no_benchmark_any_more(db, sundsvall):
    LocalTarget.objects.create(code="R-VISIT-T", municipality=sundsvall, amount=1, unit="months")
    text = said("talk", "R-VISIT-T", S.LAST, START, date(2026, 2, 10), RuleBook(TODAY, sundsvall))
    assert "Målnivån är ett samtal inom 1 månad (lokal målnivå, Sundsvall)" in text


@pytest.mark.parametrize("kind", Due.Kind.values)
def test_table_without_rules_still_gives_a_sentence(db, kind):
    Rule.objects.all().delete()
    text = said(kind, "R-X", S.LAST, START, date(2026, 7, 10), RuleBook(TODAY))
    assert text.endswith(".")
    assert "None" not in text
