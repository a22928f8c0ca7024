"""What waits, line by line, of dues laid by hand: state, order, words and the form that settles it.

Which day something is due is `placements.duties`' business, and so are its tests.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements import worklist
from placements.codes import FormGroup
from placements.episodes import derive
from placements.models import Child, Due, HealthExam, Investigation, Placement, Restriction
from placements.workload import Part

TODAY = date(2026, 11, 21)
NOW = "2026-11-21T08:00:00+00:00"
K = Due.Kind


def due(child, kind=K.REVIEW, on=TODAY, *, late_after=None, is_law=True, code="R-REV-SOL", lapses_on=None):
    """One thing due, counted from half a year before."""
    return Due.objects.create(
        municipality=child.municipality,
        child=child,
        kind=kind,
        code=code,
        is_law=is_law,
        since=Due.Since.START,
        counted_from_on=on - timedelta(days=180),
        due_on=on,
        late_after_on=late_after or on,
        lapses_on=lapses_on,
    )


def lines(today=TODAY):
    dues = Due.objects.waiting(today).by_urgency(today).select_related(*worklist.READ_WITH)
    return worklist.tasks(dues, today)


def test_late_is_after_the_last_day_and_soon_within_thirty_days_of_the_nominal(child):
    """Saturday 28 February 2026 may wait until Monday 2 March."""
    due(child, on=date(2026, 2, 28), late_after=date(2026, 3, 2))
    assert lines(date(2026, 1, 28)) == []
    [ahead] = lines(date(2026, 1, 29))
    assert (ahead.state, ahead.word) == (worklist.WATCH, "Senast 2026-03-02")
    assert lines(date(2026, 3, 2))[0].word == "Senast i dag"
    assert lines(date(2026, 3, 3))[0].word == "Försenad 1 dag"
    assert lines(date(2026, 3, 4))[0].is_late


def test_the_states_of_the_database_are_those_of_the_words(child):
    for days in range(-3, 34):
        due(child, on=TODAY + timedelta(days=days), late_after=TODAY + timedelta(days=days + 1))
    late = set(Due.objects.late(TODAY))
    soon = set(Due.objects.soon(TODAY))
    for row in Due.objects.all():
        found = worklist.state_of(row.due_on, row.late_after_on, TODAY)
        assert (row in late, row in soon) == (
            found is not None and found[0] == worklist.LATE,
            found is not None and found[0] == worklist.WATCH,
        )
    assert late | soon == set(Due.objects.waiting(TODAY))


def test_what_has_fallen_away_by_itself_waits_no_more(child):
    due(child, on=date(2026, 11, 1), lapses_on=date(2026, 11, 22))
    assert len(lines(TODAY)) == 1
    assert lines(date(2026, 11, 22)) == []


def test_late_comes_before_soon_and_law_before_targets(child):
    due(child, K.PLAN, TODAY + timedelta(days=3), is_law=False, code="R-GP-T")
    due(child, K.REVIEW, TODAY + timedelta(days=9))
    due(child, K.PLAN, TODAY - timedelta(days=90), is_law=False, code="R-GP-T")
    due(child, K.REVIEW, TODAY - timedelta(days=2))
    due(child, K.REVIEW, TODAY - timedelta(days=4))
    found = [(task.kind, (task.due_on - TODAY).days) for task in lines()]
    assert found == [("review", -4), ("review", -2), ("plan", -90), ("review", 9), ("plan", 3)]


@pytest.mark.parametrize(
    ("kind", "code", "way"),
    [
        (K.REVIEW, "R-REV-SOL", "overvagande/ny/?typ=övervägande"),
        (K.REVIEW, "R-REV-3", "overvagande/ny/?typ=omprövning"),
        (K.CUSTODY, "R-CUST", "vardnadsfraga/ny/"),
        (K.RESTRICTION, "R-REST", "begransning/ny/"),
        (K.INVESTIGATION, "R-INV", "utredning/ny/"),
        (K.POST_CARE, "R-POST-SOL", "efter-placering/ny/"),
        (K.CARE_PLAN, "R-VP-T", "plan/ny/?typ=vårdplan"),
        (K.PLAN, "R-GP-T", "plan/ny/?typ=genomförandeplan"),
        (K.TALK, "R-VISIT-T", "uppfoljning/ny/?samtal=true"),
        (K.VISIT, "R-VISIT-T", "uppfoljning/ny/?besok=true"),
        (K.FOLLOW_UP, "", "uppfoljning/ny/"),
        (K.HEALTH_REQUEST, "R-HEALTH-REQ", "undersokning/ny/?typ=läkare"),
        (K.DENTAL, "R-DENTAL-T", "undersokning/ny/?typ=tand"),
        (K.EMERGENCY, "R-JOUR", "flytta/"),
    ],
)
def test_each_line_opens_the_form_that_settles_it(child, kind, code, way):
    due(child, kind, code=code)
    assert lines()[0].url == f"/placeringar/{child.uid}/{way}"


def test_every_kind_that_a_form_settles_has_one():
    assert set(Due.Kind) - set(worklist.FORMS) == {K.EMERGENCY, K.AGE}


@pytest.mark.parametrize(
    ("kind", "model", "row", "slug"),
    [
        (K.RESTRICTION, Restriction, {"kind": "contact", "started_on": date(2026, 8, 1)}, "begransning"),
        (K.MEDICAL, HealthExam, {"kind": "läkare", "requested_on": date(2026, 9, 1)}, "undersokning"),
        (K.INVESTIGATION, Investigation, {"opened_on": date(2026, 8, 1)}, "utredning"),
    ],
)
def test_what_was_begun_in_the_portal_is_filled_in_further(child, social_worker, kind, model, row, slug):
    from django.utils import timezone

    delivered = model.objects.create(municipality=child.municipality, child=child, **row)
    due(child, kind)
    assert lines()[0].url.endswith(f"/{slug}/ny/" + worklist.FORMS[kind][1])
    delivered.entered_at = timezone.now()
    delivered.save()
    [task] = lines()
    assert task.url == f"/placeringar/{child.uid}/{slug}/{delivered.uid}/"
    assert task.verb == "Fyll i"


def test_a_line_says_what_for_whom_since_when_and_by_which_rule(child):
    due(child, on=date(2026, 7, 10))
    [task] = lines()
    assert (task.what, task.child.local_code, task.word) == ("Övervägande", "SVL-7K3Q", "Försenad 134 dagar")
    assert "2026-07-10" in task.why
    assert "SoL (2025:400) 22 kap. 13 §" in task.why


def test_the_child_page_has_its_own_lines_and_the_list_the_worst(child, sundsvall):
    other = Child.objects.create(municipality=sundsvall, local_code="ANNAN")
    due(child, on=TODAY - timedelta(days=1))
    due(child, K.CUSTODY, on=TODAY - timedelta(days=9), code="R-CUST")
    due(other, on=TODAY + timedelta(days=31))
    assert [task.kind for task in worklist.waiting_for(child, TODAY)] == ["custody", "review"]
    assert {pk: task.kind for pk, task in worklist.worst([child.pk, other.pk], TODAY).items()} == {child.pk: "custody"}
    assert list(worklist.late_children(TODAY).order_by().distinct()) == [{"child": child.pk}]


def test_the_same_number_of_queries_for_one_line_and_for_many(child, sundsvall, django_assert_num_queries):
    due(child)
    with django_assert_num_queries(4) as one:  # the lines, who is responsible, and the rules with their targets
        lines()
    for n in range(40):
        due(Child.objects.create(municipality=sundsvall, local_code=f"B{n}"))
    with django_assert_num_queries(len(one)):
        assert len(lines()) == 41


def many_children(municipality, count):
    """Placed since New Year with nothing done for them."""
    children = [Child(municipality=municipality, local_code=f"B{n}", birth_year=2012) for n in range(count)]
    Child.objects.bulk_create(children)
    Placement.objects.bulk_create(
        Placement(
            municipality=municipality,
            child=child,
            form_group=FormGroup.FAMILY,
            home_key="x",
            started_on=date(2026, 1, 1),
        )
        for child in children
    )
    derive(child.pk for child in children)
    return children


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(due=DAYS, grace=st.integers(0, 4), today=DAYS)
def test_state_is_late_exactly_after_the_last_day(due, grace, today):
    last = due + timedelta(days=grace)
    state = worklist.state_of(due, last, today)
    assert (state is not None and state[0] == worklist.LATE) == (today > last)
    assert (state is None) == (today <= last and (due - today).days > 30)


@given(whole=st.integers(1, 500), data=st.data())
def test_share_is_rounded_half_up(whole, data):
    part = data.draw(st.integers(0, whole))
    exact = Decimal(100 * part) / whole
    expected = exact.quantize(Decimal(1), ROUND_HALF_UP)
    # a share with a recurring decimal never lies on the half, so the quotient's own rounding does no harm
    assert Part(part, whole).text == f"{expected}\u00a0%"


@pytest.mark.parametrize(
    ("late", "soon", "said"),
    [
        (3, 4, ["tre saker är försenade", "fyra ska bli klara inom 30 dagar"]),
        (1, 0, ["en sak är försenad"]),
        (0, 1, ["en sak ska bli klar inom 30 dagar"]),
        (13, 1, ["13 saker är försenade", "en ska bli klar inom 30 dagar"]),
        (0, 0, []),
    ],
)
def test_sentence_counts_in_words(late, soon, said):
    assert worklist.counted(late, soon) == said
