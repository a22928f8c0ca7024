"""What the board must consider or decide (rules R-REV-*, R-CUST*, R-REST, R-NOREM, R-JOUR, R-INV, R-POST-*, R-AGE-*)."""

from datetime import date, timedelta
from typing import NamedTuple

from placements.codes import EndReason, FormGroup, LawCode, LawGroup
from placements.duties.care import review_code
from placements.duties.case import GROWN_AT
from placements.duties.draft import Draft, counted
from placements.models.decisions import Restriction
from placements.models.dues import Due

Kind, Since = Due.Kind, Due.Since
ONE_NIGHT = timedelta(days=1)
FOSTER_HOMES = frozenset({FormGroup.FAMILY, FormGroup.NETWORK})
LIMIT_RULES = {
    Restriction.Kind.CONTACT: "R-REST",
    Restriction.Kind.SECRET: "R-REST",
    Restriction.Kind.NO_REMOVAL: "R-NOREM",
}
# The age at which care by this paragraph ends at the latest.
AGE_GATES = {
    LawCode.LVU_2: "R-AGE-LVU2",
    LawCode.LVU_3: "R-AGE-LVU3",
    LawCode.LVU_2_3: "R-AGE-LVU3",
    LawCode.LVU_3_2: "R-AGE-LVU3",
}
# After these endings the board has nobody to follow up.
NOBODY_TO_FOLLOW = frozenset({EndReason.DECEASED, EndReason.TRANSFERRED, EndReason.MOVED_ABROAD})


def review(case, rules):
    """Counted by the law of the day it is counted from; what it is called follows the law now.

    An adult in care by consent is no longer reviewed; one re-examined is.
    """
    start = case.episode.started_on
    last = case.newest(case.reviews, start)
    day = last or start
    code = review_code(case.newest_basis)
    if due := rules.due(review_code(case.basis(day)), day):
        lapses = None if code == "R-REV-3" else case.grown_on
        yield Draft(Kind.REVIEW, code, Since.LAST if last else Since.START, day, due, lapses)


class Run(NamedTuple):
    """Unbroken time in one foster home, with the days the question was considered and was due."""

    start: date
    end: date | None
    asked: list  # (considered on, was due on)
    last: date | None
    due: date | None


def foster_stays(case):
    """`[start, end, home]` of each unbroken time in one foster home. A move ends it; a short stay away does not."""
    found = []
    for episode in case.episodes:
        current = None
        for stay in case.stays_in(episode):
            if stay.form == FormGroup.TEMPORARY:
                continue
            if stay.form not in FOSTER_HOMES:
                current = None
            elif current and stay.home and stay.home == current[2]:
                current[1] = stay.end
            else:
                current = [stay.start, stay.end, stay.home]
                found.append(current)
    return found


def custody_runs(case, rules):
    """Two years in the same foster home, then every year. Considered early, the first does not come sooner for it."""
    for start, end, _ in foster_stays(case):
        due, asked, last = rules.due("R-CUST", start), [], None
        for day in sorted(case.custody_questions):
            if start <= day and (end is None or day < end):
                asked.append((day, due))
                later = rules.due("R-CUST-NEXT", day)
                due, last = max((found for found in (due, later) if found), default=None), day
        yield Run(start, end, asked, last, due)


def custody_days(case, rules):
    """When each question that was considered was to be considered at the latest, by its day."""
    return {day: due for run in custody_runs(case, rules) for day, due in run.asked}


def custody(case, rules):
    """The question whether custody should be transferred, for as long as the child lives in that foster home."""
    for run in custody_runs(case, rules):
        if run.due is None or run.start < case.episode.started_on:
            continue
        if run.last and run.due != rules.due("R-CUST", run.start):
            yield Draft(Kind.CUSTODY, "R-CUST-NEXT", Since.LAST, run.last, run.due).until(run.end).until(case.grown_on)
        else:
            yield Draft(Kind.CUSTODY, "R-CUST", Since.HOME, run.start, run.due).until(run.end).until(case.grown_on)


def restrictions(case, rules):
    """Considered again every third month for as long as it lasts."""
    for limit in sorted(case.limits, key=lambda limit: (limit.start, limit.considered or limit.start, limit.kind)):
        last = limit.considered
        lapses = min((day for day in (limit.end, case.grown_on) if day), default=None)
        since = (Since.LAST, last) if last else (Since.DECIDED, limit.start)
        yield from counted(Kind.RESTRICTION, LIMIT_RULES[limit.kind], rules, *since, lapses_on=lapses)


def emergency(case, rules):
    """No more than two months in an emergency home after the investigation is closed."""
    start = None
    for stay in case.stays_in(case.episode):
        start = (start or stay.start) if stay.form == FormGroup.EMERGENCY else None
    if start is None or not case.inquiries or any(inquiry.closed is None for inquiry in case.inquiries):
        return
    closed = max(inquiry.closed for inquiry in case.inquiries)
    since = (Since.CLOSED, closed) if closed >= start else (Since.HOME, start)
    yield from counted(Kind.EMERGENCY, "R-JOUR", rules, *since)


def investigations(case, rules):
    """An open investigation, until the rule's day or the day it is extended to."""
    for inquiry in case.inquiries:
        if inquiry.closed:
            continue
        if inquiry.extended_until:
            yield Draft(Kind.INVESTIGATION, "R-INV", Since.EXTENDED, inquiry.opened, inquiry.extended_until)
        else:
            yield from counted(Kind.INVESTIGATION, "R-INV", rules, Since.OPENED, inquiry.opened)


def after_care(case, rules):
    """Compulsory care of a child is followed up when it ends; a follow-up ends within six months."""
    open_ones = [row for row in case.afters if row.end is None]
    for row in open_ones:
        ended = [episode.ended_on for episode in case.episodes if episode.ended_on and episode.ended_on <= row.start]
        by_law = case.basis(ended[-1] - ONE_NIGHT if ended else row.start)[0] == LawGroup.LVU
        day = row.start if by_law or not ended else ended[-1]
        since = Since.OPENED if day == row.start else Since.ENDED
        yield from counted(Kind.POST_CARE, "R-POST-LVU" if by_law else "R-POST-SOL", rules, since, day)
    episode = case.episode
    if episode and episode.ended_on and not any(row.start > episode.started_on for row in case.afters):
        yield from _to_be_followed_up(case, rules, episode)


def _to_be_followed_up(case, rules, episode):
    """At once when compulsory care ends; had it begun in time it would be over when the rule's months are."""
    ended = episode.ended_on
    group, _ = case.basis(ended - ONE_NIGHT)
    is_child = case.birth_year is None or ended.year - case.birth_year < GROWN_AT
    if group != LawGroup.LVU or not is_child or case.stays_in(episode)[-1].end_reason in NOBODY_TO_FOLLOW:
        return
    if over := rules.due("R-POST-LVU", ended):
        yield Draft(Kind.POST_CARE, "R-POST-LVU", Since.ENDED, ended, ended, over)


def ages(case, rules):
    """Before compulsory care ends by age. Only the year of birth is known: warned from the first day it may be, and
    wrong from the last."""
    _, code = case.newest_basis
    if not (gate := AGE_GATES.get(code)) or not case.birth_year:
        return
    first, last = (rules.due(gate, date(case.birth_year, *day)) for day in ((1, 1), (12, 31)))
    if first and (warned := rules.before("R-AGE-LEAD", first)):
        yield Draft(Kind.AGE, gate, Since.BIRTH, None, warned, None, last)
