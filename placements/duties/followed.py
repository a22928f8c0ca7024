"""Plans, talks, visits and the follow-up agreed on (rules R-VP*, R-GP*, R-VISIT*)."""

from datetime import date

from placements.duties.draft import Draft, counted
from placements.models.dues import Due
from placements.models.followups import FollowUp

Kind, Since = Due.Kind, Due.Since
# Why no talk was held, where holding none is right: nothing waits then.
NO_TALK_POSSIBLE = frozenset({FollowUp.NoTalk.REFUSED, FollowUp.NoTalk.TOO_YOUNG})


def talk(case, rules):
    """An individual talk within the benchmark's time of the last one, or of the start."""
    held = [row.on for row in case.follow_ups if row.talk or row.no_talk in NO_TALK_POSSIBLE]
    yield from _since_last(Kind.TALK, case, rules, held)


def visit(case, rules):
    """A visit in the home within the benchmark's time of the last one, or of the start."""
    yield from _since_last(Kind.VISIT, case, rules, [row.on for row in case.follow_ups if row.visit])


def _since_last(kind, case, rules, days):
    start = case.episode.started_on
    last = case.newest(days, start)
    yield from counted(kind, "R-VISIT-T", rules, Since.LAST if last else Since.START, last or start)


def agreed(case, rules):
    """The next follow-up, where the newest one says a day. Whatever follows after it settles it."""
    newest = max(case.follow_ups, key=lambda row: (row.on, row.next_on or date.min), default=None)
    if newest and newest.next_on and newest.next_on >= case.episode.started_on:
        yield Draft(Kind.FOLLOW_UP, "", Since.AGREED, newest.on, newest.next_on)


def plan(case, rules):
    """An implementation plan: the first by the target from the start, then seen to by the target from the last time."""
    start, seen_to = case.episode.started_on, case.newest(row.seen_to for row in case.plans)
    first, again = rules.due("R-GP-T", start), rules.due("R-GP-CUR", seen_to) if seen_to else None
    if again and again >= (first or start):
        yield Draft(Kind.PLAN, "R-GP-CUR", Since.LAST, seen_to, again)
    elif first:
        yield Draft(Kind.PLAN, "R-GP-T", Since.START, start, first)


def care_plans_now(case):
    """The care plans that belong to this time in care: made since the last time ended, as before an application."""
    earlier = case.episodes[-2].ended_on if len(case.episodes) > 1 else date.min
    return [row for row in case.care_plans if row.made >= earlier]


def care_plan(case, rules):
    """A care plan must exist (R-VP gives no number); how soon it is missed is a target."""
    if not care_plans_now(case):
        yield from counted(Kind.CARE_PLAN, "R-VP-T", rules, Since.START, case.episode.started_on)


def care_plan_revision(case, rules):
    """A child's care plan is revised for the first time after two years at the latest."""
    start, plans = case.episode.started_on, care_plans_now(case)
    first = min((row.made for row in plans), default=start)
    seen_to = [row.revised for row in plans if row.revised] + [row.made for row in plans if row.made > first]
    if not case.newest(seen_to, start):
        yield from counted(Kind.CARE_PLAN_REVISION, "R-VP2", rules, Since.START, start, lapses_on=case.grown_on)
