"""A plan as it reads on a day: what a version freezes, what two versions differ in, what is printed.

`PlanVersion.content` is a plain dict of this shape, written once and never again. Whoever reads it asks for `schema`
first; a later shape gets a higher number, and old versions keep theirs.

    {"schema": 1, "plan": uid, "kind": "ar" | "starkt-skydd", "kind_name", "title", "year", "introduction",
     "scope": "placerade" | "alla", "scope_name", "phase", "region": {"code", "name"}, "made_on": "2026-11-22",
     "focuses": [{"uid", "title",
       "goals": [{"uid", "title",
         "activities": [{"uid", "title", "description", "owner", "first_quarter", "last_quarter", "when", "measure",
           "figure": {"id", "name"} | None, "aim", "state": "planerad" | "pagar" | "klar" | "stoppad", "state_name",
           "needs": [{"uid", "title", "from"}], "proposals": [{"number", "title"}]}]}]}]}

All values are text, numbers or None; quarters are "2027-K2" or "". `owner` may be somebody's name and `needs[].from` is a
municipality ("" for the county): a page open to the public leaves both out.
"""

from dataclasses import dataclass, field

from bou_portal.formats import date as iso
from bou_portal.periods import Quarter
from municipalities.models import Activity
from municipalities.plans.figures import figures_of

SCHEMA = 1
STATES = dict(Activity.State.choices)
# What an activity promises. How far it has come is no change of the plan, except that it was stopped.
PROMISED = {
    "title": "aktivitet",
    "description": "beskrivning",
    "owner": "ansvarig",
    "when": "när",
    "measure": "så vet vi att det är gjort",
    "figure": "siffra",
    "aim": "åt vilket håll",
    "needs": "behov",
    "proposals": "förslag",
    "focus": "fokusområde",
    "goal": "mål",
    "stopped": "läge",
}
HEADING = {"title": "planens namn", "introduction": "inledning", "scope_name": "gäller", "phase": "skede i satsningen"}


def content_of(plan, made_on):
    """The plan's content as it is now. The number of queries does not grow with the plan."""
    focuses = plan.focuses.prefetch_related(
        "goals__activities__owner", "goals__activities__needs__municipality", "goals__activities__proposals"
    )
    activities = [activity for focus in focuses for goal in focus.goals.all() for activity in goal.activities.all()]
    figures = figures_of({activity.figure_id for activity in activities if activity.figure_id})
    return {
        "schema": SCHEMA,
        "plan": str(plan.uid),
        "kind": plan.kind,
        "kind_name": plan.get_kind_display(),
        "title": plan.title,
        "year": plan.year,
        "introduction": plan.introduction,
        "scope": plan.scope,
        "scope_name": plan.get_scope_display(),
        "phase": plan.phase,
        "region": {"code": plan.region.code, "name": str(plan.region)},
        "made_on": iso(made_on),
        "focuses": [
            part(focus, goals=[part(goal, activities=written(goal, figures)) for goal in focus.goals.all()])
            for focus in focuses
        ],
    }


def part(row, **inside):
    return {"uid": str(row.uid), "title": row.title, **inside}


def written(goal, figures):
    """The activities of a goal, in order."""
    return [activity_content(activity, figures) for activity in goal.activities.all()]


def activity_content(activity, figures):
    figure = figures.get(activity.figure_id)
    return {
        "uid": str(activity.uid),
        "title": activity.title,
        "description": activity.description,
        "owner": str(activity.owner or activity.owner_name),
        "first_quarter": activity.first_quarter,
        "last_quarter": activity.last_quarter,
        "when": when(activity.first_quarter, activity.last_quarter),
        "measure": activity.measure,
        "figure": {"id": figure.id, "name": figure.name} if figure else None,
        "aim": activity.aim,
        "state": activity.state,
        "state_name": activity.get_state_display(),
        "needs": [
            {"uid": str(need.uid), "title": need.title, "from": str(need.municipality or "")}
            for need in activity.needs.all()
        ],
        "proposals": [{"number": row.number, "title": row.title} for row in activity.proposals.all()],
    }


def when(first, last):
    """`kvartal 1–3 2027`, `kvartal 4 2026–kvartal 1 2027`, `klar kvartal 2 2027`; nothing for none."""
    begins, ends = Quarter.parse(first) if first else None, Quarter.parse(last) if last else None
    if begins and ends and begins != ends:
        if begins.year == ends.year:
            return f"kvartal {begins.number}–{ends.number} {ends.year}"
        return f"{begins.text}–{ends.text}"
    if begins and ends:
        return ends.text
    if begins:
        return f"från {begins.text}"
    return f"klar {ends.text}" if ends else ""


def activities_of(content):
    """Every activity of a content, with its focus and goal."""
    return [
        {**activity, "focus": focus["title"], "goal": goal["title"]}
        for focus in content["focuses"]
        for goal in focus["goals"]
        for activity in goal["activities"]
    ]


@dataclass(frozen=True)
class Change:
    """An activity that says something else: [(what, before, now)]."""

    activity: dict
    fields: list


@dataclass
class Difference:
    """What a later content has that an earlier one has not, the other way round, and what reads differently."""

    added: list = field(default_factory=list)
    removed: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    heading: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.added or self.removed or self.changed or self.heading)

    @property
    def words(self):
        """`2 nya aktiviteter, 1 borttagen, 1 ändrad, planens inledning är ändrad`; nothing when nothing differs."""
        counts = [
            (len(self.added), "ny", "nya"),
            (len(self.removed), "borttagen", "borttagna"),
            (len(self.changed), "ändrad", "ändrade"),
        ]
        said = [f"{count} {one if count == 1 else several}" for count, one, several in counts if count]
        if said:
            said[0] += " aktivitet" if said[0].startswith("1 ") else " aktiviteter"
        said += ["planens inledning är ändrad"] if self.heading else []
        return ", ".join(said)


def difference(before, now):
    """What the content `now` differs in from `before`; all is new when there was nothing before."""
    earlier = {activity["uid"]: activity for activity in activities_of(before)} if before else {}
    later = {activity["uid"]: activity for activity in activities_of(now)}
    changes = (
        Change(activity, moved(PROMISED, said(earlier[uid]), said(activity)))
        for uid, activity in later.items()
        if uid in earlier
    )
    return Difference(
        added=[activity for uid, activity in later.items() if uid not in earlier],
        removed=[activity for uid, activity in earlier.items() if uid not in later],
        changed=[change for change in changes if change.fields],
        heading=moved(HEADING, before, now) if before else [],
    )


def moved(names, before, now):
    """[(what, before, now)] of the named values that differ."""
    return [(word, before[name], now[name]) for name, word in names.items() if before[name] != now[name]]


def said(activity):
    """An activity's promises as text, so that two can be compared and shown."""
    return activity | {
        "figure": activity["figure"]["name"] if activity["figure"] else "",
        "needs": ", ".join(need["title"] for need in activity["needs"]),
        "proposals": ", ".join(f"{row['number']}. {row['title']}" for row in activity["proposals"]),
        "stopped": STATES["stoppad"] if activity["state"] == "stoppad" else "",
    }
