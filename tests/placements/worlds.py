"""Small worlds of placed children, drawn at random and written to the database, for the tests of the indicators."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from bou_portal.access import Role
from municipalities.models import Municipality
from placements.codes import BROAD_BREAKDOWN_REASONS
from placements.episodes import derive
from placements.models import (
    Assignment,
    Child,
    FollowUp,
    HealthExam,
    Investigation,
    LegalBasis,
    Placement,
    Plan,
    Review,
)
from tests.conftest import make_user
from tests.oracle import World

PLACES = ("2281", "2280", "1280")  # two of one region, and one of Skåne, which counts from the request
FIRST, LAST = date(2016, 2, 1), date(2018, 6, 30)
# Month ends and the days around them are where mistakes live.
EDGES = [
    date(year, month, day) + timedelta(days=shift)
    for year, month, day in ((2017, 3, 31), (2017, 8, 31), (2017, 9, 30), (2017, 12, 31), (2018, 3, 31), (2018, 2, 28))
    for shift in (-1, 0, 1)
]
days = st.one_of(st.sampled_from(EDGES), st.dates(FIRST, LAST))
maybe = st.sampled_from([True, False, None])
REASONS = sorted(map(str, BROAD_BREAKDOWN_REASONS))
ONE_NIGHT = timedelta(days=1)
# As the crow flies between Sundsvall, Härnösand and Malmö.
APART = {frozenset(("2281", "2280")): 48, frozenset(("2281", "1280")): 808, frozenset(("2280", "1280")): 838}
KILOMETRES = {(one, other): APART.get(frozenset((one, other)), 0) for one in PLACES for other in PLACES}


@st.composite
def stays(draw, child):
    """Placements of one child in time order, never two at once; the last may be open."""
    cuts = sorted(draw(st.lists(days, max_size=7)))
    found = []
    for start, end in pairwise(cuts):
        if draw(st.integers(0, 4)) and not (found and found[-1]["start"] == start):
            found.append(stay(draw, child, start, end))
    if cuts and draw(st.booleans()) and not (found and found[-1]["start"] == cuts[-1]):
        found.append(stay(draw, child, cuts[-1], None))
    return found


def stay(draw, child, start, end):
    return {
        "child": child,
        "start": start,
        "end": end,
        "form": draw(st.sampled_from(["familjehem", "natverkshem", "jourhem", "hvb", "sis"])),
        "host": draw(st.sampled_from([*PLACES, None])),
        "planned": draw(st.sampled_from(["ja", "nej", "okänt", ""])) if end else "",
        "reason": draw(st.sampled_from([*REASONS, "GOAL_REACHED_HOME", "MOVED_PLANNED", ""])) if end else "",
        "next": draw(st.sampled_from(["home", "placement", "unknown", ""])) if end else "",
        "initiator": draw(st.sampled_from(["child", "home", "board", ""])) if end else "",
        "cause": draw(st.sampled_from(["conflict", "school", ""])) if end else "",
        "second_cause": draw(st.sampled_from(["conflict", "needs", ""])) if end else "",
    }


@st.composite
def worlds(draw):
    world = World(
        counties={code: code[:2] for code in PLACES},
        distances=KILOMETRES,
        targets={code: (28, "request") if code == "1280" else (60, "start") for code in PLACES},
    )
    for number in range(draw(st.integers(1, 6))):
        child = (draw(st.sampled_from(PLACES)), f"barn-{number}")
        born = draw(st.one_of(st.none(), st.integers(1996, 2016)))
        world.children.append(
            {"child": child, "sex": draw(st.sampled_from(["flicka", "pojke", "okänt"])), "born": born}
        )
        theirs = draw(stays(child))
        world.stays += theirs
        for each in theirs:
            law = draw(st.sampled_from(["SoL", "LVU", None]))
            if law:
                world.laws.append({"child": child, "law": law, "start": each["start"], "end": each["end"]})
        world.reviews += [{"child": child, "done": day} for day in draw(st.sets(days, max_size=3))]
        for kind in draw(st.lists(st.sampled_from(["vårdplan", "genomförandeplan"]), max_size=3)):
            made, revised = draw(days), draw(st.one_of(st.none(), days))
            world.plans.append(
                {
                    "child": child,
                    "kind": kind,
                    "made": made,
                    "revised": max(made, revised) if revised else None,
                    "elements": draw(st.one_of(st.none(), st.integers(0, 7))),
                    "took_part": draw(maybe),
                }
            )
        for day in draw(st.sets(days, max_size=3)):
            school = draw(st.one_of(st.none(), st.integers(1, 5)))
            world.follow_ups.append(
                {
                    "child": child,
                    "done": day,
                    "talk": draw(maybe),
                    "view": draw(maybe),
                    "school": school,
                    "told": draw(maybe),
                }
            )
        for kind in draw(st.lists(st.sampled_from(["läkare", "tand"]), max_size=3)):
            requested, wait = draw(days), draw(st.sampled_from([0, 27, 28, 29, 60, 61, None]))
            done = None if wait is None else requested + timedelta(days=wait)
            needless = draw(st.booleans()) and done is None
            world.exams.append(
                {
                    "child": child,
                    "kind": kind,
                    "requested": requested,
                    "offered": draw(st.sampled_from([None, requested + timedelta(days=20)])),
                    "done": done,
                    "answered": draw(st.sampled_from([None, done + timedelta(days=10)])) if done else None,
                    "not_needed": needless,
                    "why_not": "" if done else draw(st.sampled_from(["", "declined", "missed"])),
                }
            )
        for day in draw(st.sets(days, max_size=2)):
            closed = draw(st.sampled_from([None, day + timedelta(days=30), date(2018, 1, 31), date(2017, 12, 31)]))
            closed = None if closed and closed < day else closed
            world.investigations.append({"child": child, "opened": day, "closed": closed})
        starts = sorted(draw(st.sets(days, max_size=3)))
        for start, end in zip(starts, [*starts[1:], None], strict=False):
            worker = draw(st.sampled_from(["maja", "karin"]))
            world.workers.append({"child": child, "worker": worker, "start": start, "end": end})
    return world


def store(world):
    """Write the world to the database, as an import would have left it."""
    places = {place.code: place for place in Municipality.objects.filter(code__in=PLACES)}
    world.inhabitants = {code: place.population_0_20 for code, place in places.items()}
    people = {
        name: make_user(f"{name}@x.example", Role.SOCIAL_WORKER, municipality=places["2281"])
        for name in sorted({row["worker"] for row in world.workers})
    }
    children = {}
    for row in world.children:
        code, local_code = row["child"]
        children[row["child"]] = Child.objects.create(
            municipality=places[code], local_code=local_code, sex=row["sex"], birth_year=row["born"]
        )

    def rows(model, found, **columns):
        model.objects.bulk_create(
            model(
                child=children[row["child"]],
                municipality=children[row["child"]].municipality,
                **{column: value(row) if callable(value) else row[value] for column, value in columns.items()},
            )
            for row in found
        )

    span = {"started_on": "start", "ended_on": "end"}
    rows(
        Placement,
        world.stays,
        **span,
        form_group="form",
        host_municipality=lambda row: places.get(row["host"]),
        planned="planned",
        end_reason="reason",
        next_stop="next",
        initiator="initiator",
        cause="cause",
        second_cause="second_cause",
    )
    rows(LegalBasis, {(row["child"], row["start"]): row for row in world.laws}.values(), **span, group="law")
    soon = {"next_due_on": "done", "next_due_effective_on": "done"}
    rows(Review, world.reviews, kind=lambda row: Review.Kind.CONSIDERATION, done_on="done", **soon)
    rows(
        Plan,
        world.plans,
        kind="kind",
        made_on="made",
        revised_on="revised",
        in_force_until="made",
        elements="elements",
        child_took_part="took_part",
    )
    rows(
        FollowUp,
        world.follow_ups,
        done_on="done",
        individual_talk="talk",
        child_view_recorded="view",
        school="school",
        rights_info_given="told",
    )
    rows(Investigation, world.investigations, opened_on="opened", closed_on="closed")
    rows(
        HealthExam,
        world.exams,
        kind="kind",
        requested_on="requested",
        offered_on="offered",
        done_on="done",
        result_on="answered",
        not_needed="not_needed",
        not_done_reason="why_not",
    )
    rows(Assignment, world.workers, **span, worker=lambda row: people[row["worker"]])
    derive([child.pk for child in children.values()])
