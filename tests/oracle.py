"""Every indicator once more: slow, in plain Python, straight from the rows, written from figures.md 3-4 and domain.md 4.

Imports nothing of the portal, so that it and the portal can only agree by both being right. A `World` is lists of plain
dictionaries; `expected(world, start, end, on)` gives {(id, category): (value, numerator, denominator)} over the whole
world, and `only(world, municipality)` makes a smaller one. `folded()` puts raw delivery rows together (rules 3 and 4).
"""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median

from dateutil.relativedelta import relativedelta

FOSTER = ("familjehem", "natverkshem", "jourhem")
FORMS = (*FOSTER, "hvb", "stodboende", "sis", "skyddat boende", "eget hem", "tillfallig", "adoption", "ovrigt")
LAWS = ("SoL", "LVU", "LSU", "annat", "okänt")
STRICT = {"CHILD_INITIATED", "HOME_INITIATED", "BOARD_DISSATISFIED"}
BROAD = STRICT | {"CONSENT_WITHDRAWN"}
STAGES = ("svar mottaget", "gjord", "erbjuden", "begärd", "obehövlig eller avböjd")  # the furthest first
INITIATORS = ("child", "guardian", "home", "board", "court", "other")
CAUSES = ("conflict", "needs", "child_wish", "home_quality", "home_life", "family", "school", "abuse_crime", "violence",
          "absconded", "matching", "support", "other")  # fmt: skip
FOREVER = date.max


@dataclass
class World:
    """Rows of dictionaries. `child` is (municipality, code) everywhere; `end` None = ongoing."""

    children: list = field(default_factory=list)  # child, sex, born
    stays: list = field(default_factory=list)  # child, form, start, end, planned, reason, next, initiator, causes, host
    laws: list = field(default_factory=list)  # child, law, start, end
    reviews: list = field(default_factory=list)  # child, done
    plans: list = field(default_factory=list)  # child, kind, made, revised, elements, took_part
    follow_ups: list = field(default_factory=list)  # child, done, talk, view, school, told
    exams: list = field(default_factory=list)  # child, kind, requested, offered, done, answered, not_needed, why_not
    workers: list = field(default_factory=list)  # child, worker, start, end
    investigations: list = field(default_factory=list)  # child, opened, closed
    counties: dict = field(default_factory=dict)  # municipality: county
    distances: dict = field(default_factory=dict)  # (municipality, municipality): kilometres
    inhabitants: dict = field(default_factory=dict)  # municipality: residents 0-20
    targets: dict = field(default_factory=dict)  # municipality: (days, "start" or "request")


def only(world, municipality):
    """The part of the world that is this municipality's."""
    parts = {
        each.name: [row for row in getattr(world, each.name) if row["child"][0] == municipality]
        for each in fields(World)
        if isinstance(getattr(world, each.name), list)
    }
    return World(
        **parts,
        counties=world.counties,
        distances=world.distances,
        inhabitants={municipality: world.inhabitants[municipality]} if municipality in world.inhabitants else {},
        targets=world.targets,
    )


def months(day, number):
    return day + relativedelta(months=number)


def last(row):
    return row["end"] or FOREVER


def holds(row, day):
    return row["start"] <= day < last(row)


def nights(row, start, end):
    """How many nights of the row lie in the period, counted one by one by comparing days."""
    first, until = max(row["start"], start), min(last(row), end + timedelta(days=1))
    return max(0, (until - first).days)


def episodes_of(stays):
    """Consecutive stays without a night between (figures.md 2, rule 7)."""
    found = []
    for stay in sorted(stays, key=lambda stay: (stay["start"], last(stay))):
        if found and last(found[-1]) >= stay["start"]:
            if last(stay) > last(found[-1]):
                found[-1]["end"] = stay["end"]
            found[-1]["stays"].append(stay)
        elif stay["start"] != stay["end"]:
            found.append({"start": stay["start"], "end": stay["end"], "child": stay["child"], "stays": [stay]})
    return found


def by_child(rows):
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["child"]].append(row)
    return grouped


class Oracle:
    """One world, one period, one day."""

    def __init__(self, world, start, end, on):
        self.world, self.start, self.end, self.on = world, start, end, on
        self.result = {}
        self.stays = by_child(world.stays)
        self.child = {row["child"]: row for row in world.children}
        self.episodes = [episode for stays in self.stays.values() for episode in episodes_of(stays)]
        self.placed = {
            child: max((stay for stay in stays if holds(stay, on)), key=lambda stay: stay["start"])
            for child, stays in self.stays.items()
            if any(holds(stay, on) for stay in stays)
        }
        self.in_care = {episode["child"]: episode for episode in self.episodes if holds(episode, on)}

    def count(self, code, number, category=None, of=None):
        self.result[code, category] = (number, number, of)

    def rate(self, code, part, whole, category=None, units=100):
        self.result[code, category] = (units * part / whole if whole else None, part, whole)

    def within(self, day, start=None, end=None):
        return day is not None and (start or self.start) <= day <= (end or self.end)

    def year(self, number=12):
        """The first day of the whole months that end with `on`."""
        return months(self.on + timedelta(days=1), -number)

    def everything(self):
        for part in (
            self.volume, self.children, self.flows, self.endings, self.returns, self.emergency, self.reviews, self.plans,
            self.talks, self.health, self.workers,
        ):  # fmt: skip
            part()
        return self.result

    def volume(self):
        placed, on = self.placed, self.on
        self.count("placed_on", len(placed))
        for form in FORMS:
            here = sum(stay["form"] == form for stay in placed.values())
            self.count("placed_on_by_form", here, form)
            self.rate("V9", here, len(placed), form)
        laws = [self.law(child) for child in placed]
        for law in LAWS:
            self.count("placed_on_by_law", laws.count(law), law)
        ages = [self.age_group(child) for child in placed]
        for group in ("0-6", "7-12", "13-17", "18-20", "21+", "okänd"):
            self.count("placed_on_by_age", ages.count(group), group)
        sexes = [self.child[child]["sex"] for child in placed]
        for sex in ("flicka", "pojke", "okänt"):
            self.count("placed_on_by_sex", sexes.count(sex), sex)
        self.rate("V6", len(placed), sum(self.world.inhabitants.values()), units=1000)
        foster = [stay for stay in placed.values() if stay["form"] in FOSTER]
        self.rate("V10", sum(stay["form"] == "natverkshem" for stay in foster), len(foster))
        known = [(child[0], stay["host"]) for child, stay in placed.items() if stay["host"]]
        counties = self.world.counties
        self.rate("S9", sum(own != host for own, host in known), len(known))
        self.rate("S9_county", sum(counties[own] != counties[host] for own, host in known), len(known))
        away = [self.world.distances[pair] for pair in known] if self.world.distances else [0] * len(known)
        self.result["S9_distance", None] = (median(away) if away else None, None, len(away))
        self.rate("S9_far", sum(km > 100 for km in away), len(away))
        for form in FORMS:
            lengths = [(on - stay["start"]).days for stay in placed.values() if stay["form"] == form]
            self.result["S10_current", form] = (median(lengths) if lengths else None, None, len(lengths))

    def law(self, child):
        current = [law for law in self.world.laws if law["child"] == child and holds(law, self.on)]
        return max(current, key=lambda law: law["start"])["law"] if current else "okänt"

    def age_group(self, child):
        born = self.child[child]["born"]
        if born is None:
            return "okänd"
        age = self.on.year - born
        return next(
            (f"{low}-{high}" for low, high in ((0, 6), (7, 12), (13, 17), (18, 20)) if low <= age <= high), "21+"
        )

    def children(self):
        seen = {
            child: sum(nights(stay, self.start, self.end) > 0 for stay in stays) for child, stays in self.stays.items()
        }
        any_time = [child for child, number in seen.items() if number]
        self.count("placed_any_time", len(any_time))
        lvu = {law["child"] for law in self.world.laws if law["law"] == "LVU" and nights(law, self.start, self.end)}
        self.rate("V4", len(lvu & set(any_time)), len(any_time))
        at_end = [seen[child] for child in any_time if any(holds(stay, self.end) for stay in self.stays[child])]
        for word, fits in (("1", [1]), ("2", [2]), ("3+", range(3, 999))):
            self.count("placements_per_child", sum(number in fits for number in at_end), word, len(at_end))
        self.rate("share_three_or_more", sum(number >= 3 for number in at_end), len(at_end))
        two_years = [
            sum(nights(stay, self.year(24), self.on) > 0 for stay in self.stays[child]) for child in self.placed
        ]
        self.rate("S4", sum(two_years), len(two_years), units=1)
        self.rate("S4_three_or_more", sum(number >= 3 for number in two_years), len(two_years))

    def flows(self):
        stays = self.world.stays
        days = {form: sum(nights(s, self.start, self.end) for s in stays if s["form"] == form) for form in FORMS}
        self.count("care_days", sum(days.values()))
        for form in FORMS:
            self.count("V8", days[form], form)
        self.count("placements_started", sum(self.within(stay["start"]) for stay in stays))
        moves = sum(
            self.within(stay["start"]) and stay["start"] > episode["start"]
            for episode in self.episodes
            for stay in episode["stays"]
        )
        self.rate("S5", moves, sum(days.values()), units=1000)
        started = [episode for episode in self.episodes if self.within(episode["start"])]
        self.count("episodes_started", len(started))
        self.count("episodes_ended", sum(self.within(episode["end"]) for episode in self.episodes))
        new = 0
        for episode in started:
            before = [
                e["end"] for e in self.episodes if e["child"] == episode["child"] and e["start"] < episode["start"]
            ]
            new += not before or max(before) + relativedelta(years=5) <= episode["start"]
        self.rate("V7", new, len(started))

    def endings(self):
        ended = [stay for stay in self.world.stays if self.within(stay["end"])]
        lengths = [(stay["end"] - stay["start"]).days for stay in ended]
        self.count("placements_ended", len(ended))
        self.result["ended_length_mean", None] = (mean(lengths) if lengths else None, sum(lengths), len(lengths))
        self.result["ended_length_median", None] = (median(lengths) if lengths else None, None, len(lengths))
        for form in FORMS:
            some = [(stay["end"] - stay["start"]).days for stay in ended if stay["form"] == form]
            self.result["S10", form] = (median(some) if some else None, None, len(some))
        planned = [stay["planned"] for stay in ended]
        self.count("unplanned_endings", planned.count("nej"))
        self.rate("S1", planned.count("ja"), planned.count("ja") + planned.count("nej"))
        broken = sum(stay["planned"] == "nej" and stay["reason"] in STRICT for stay in ended)
        days = sum(nights(stay, self.start, self.end) for stay in self.world.stays)
        self.rate("S3", broken, days, units=36525)
        for term, days in ((6, 182), (12, 365), (24, 730)):
            cohort = [stay for stay in self.world.stays if self.followed(stay["start"], term, days)]
            for word, reasons in (("S2", STRICT), ("S2_broad", BROAD)):
                broke = sum(
                    stay["planned"] == "nej"
                    and stay["reason"] in reasons
                    and stay["end"] is not None
                    and stay["end"] <= stay["start"] + timedelta(days=days)
                    for stay in cohort
                )
                self.rate(word if term == 12 else f"{word}_{term}", broke, len(cohort))
        for initiator in (*INITIATORS, ""):
            some = [stay["planned"] for stay in ended if stay.get("initiator", "") == initiator]
            self.count("endings_by_initiator", len(some), initiator or "okänt")
            self.count("unplanned_by_initiator", some.count("nej"), initiator or "okänt")
        causes = [
            {stay.get("cause", ""), stay.get("second_cause", "")} - {""} or {"okänt"}
            for stay in ended
            if stay["planned"] == "nej"
        ]
        for cause in (*CAUSES, "okänt"):
            self.count("unplanned_by_cause", sum(cause in each for each in causes), cause)

    def followed(self, day, term, days):
        """Whether what happened on the day belongs to the cohort of so many months earlier, watched for so many days."""
        first, until = months(self.start, -term), months(self.end + timedelta(days=1), -term)
        return day is not None and first <= day < until and day + timedelta(days=days) <= self.on

    def returns(self):
        for code, term, days in (("S6", 12, 365), ("S6_24", 24, 730)):
            home = [e for e in self.episodes if self.followed(e["end"], term, days) and went_home(e)]
            again = sum(
                any(
                    e["child"] == h["child"] and h["end"] < e["start"] <= h["end"] + timedelta(days=days)
                    for e in self.episodes
                )
                for h in home
            )
            self.rate(code, again, len(home))

    def emergency(self):
        """The limit is two calendar months, from the investigation's end or from the first of the emergency homes."""
        late, closed = 0, 0
        for child, stay in self.placed.items():
            begun = [r for r in self.world.investigations if r["child"] == child and r["opened"] <= self.on]
            is_closed = begun and all(row["closed"] and row["closed"] <= self.on for row in begun)
            if stay["form"] != "jourhem" or not is_closed:
                continue
            since = None
            for each in self.in_care[child]["stays"]:
                since = (since or each["start"]) if each["form"] == "jourhem" else None
                if each is stay:
                    break
            closed += 1
            late += months(max(since, *(row["closed"] for row in begun)), 2) < self.on
        self.rate("S7", late, closed)

    def reviews(self):
        reviews = by_child(row for row in self.world.reviews if row["done"] <= self.on)
        base = [child for child, episode in self.in_care.items() if months(episode["start"], 6) <= self.on]
        latest = {child: max((row["done"] for row in reviews[child]), default=None) for child in base}
        in_time = sum(day is not None and months(day, 6) >= self.on for day in latest.values())
        never = sum(day is None for day in latest.values())
        self.count("reviews_in_time", in_time, of=len(base))
        self.count("reviews_late", len(base) - in_time - never, of=len(base))
        self.count("reviews_never", never, of=len(base))

    def plans(self):
        plans = by_child(self.world.plans)

        def current(plan):
            days = [day for day in (plan["made"], plan["revised"]) if day and day <= self.on]
            return plan["kind"] == "genomförandeplan" and any(months(day, 6) >= self.on for day in days)

        care = [
            child
            for child in self.in_care
            if any(p["kind"] == "vårdplan" and p["made"] <= self.on for p in plans[child])
        ]
        self.rate("L5", len(care), len(self.in_care))
        settled = [child for child, episode in self.in_care.items() if (self.on - episode["start"]).days >= 30]
        self.rate("L6", sum(any(map(current, plans[child])) for child in settled), len(settled))
        valid = [plan for child in self.in_care for plan in plans[child] if current(plan)]
        elements = [plan["elements"] for plan in valid if plan["elements"] is not None]
        self.rate("L7", sum(elements), 7 * len(elements))
        took_part = [plan["took_part"] for plan in valid if plan["took_part"] is not None]
        self.rate("P6", sum(took_part), len(took_part))

    def talks(self):
        follow_ups = by_child(self.world.follow_ups)
        held = [
            row
            for row in self.world.follow_ups
            if row["talk"] and self.within(row["done"], self.year(), self.on)
            if any(e["child"] == row["child"] and e["start"] <= row["done"] <= last(e) for e in self.episodes)
        ]
        days = sum(nights(stay, self.year(), self.on) for stay in self.world.stays)
        self.rate("L10", len(held), days, units=365.25)
        talked = [
            child
            for child in self.in_care
            if any(row["talk"] and self.within(row["done"]) for row in follow_ups[child])
        ]
        self.rate("L10_share", len(talked), len(self.in_care))
        latest = {}
        for row in sorted(self.world.follow_ups, key=lambda row: row["done"]):
            if self.within(row["done"]):
                latest[row["child"]] = row
        self.rate("P5", sum(bool(row["talk"] or row["view"]) for row in latest.values()), len(latest))
        told = sum(
            any(row["told"] and episode["start"] <= row["done"] <= self.on for row in follow_ups[child])
            for child, episode in self.in_care.items()
        )
        self.rate("P8", told, len(self.in_care))
        marks = []
        for child in self.in_care:
            born = self.child[child]["born"]
            rated = [r for r in follow_ups[child] if r["school"] and self.within(r["done"], self.year(), self.on)]
            if rated and born and 6 <= self.on.year - born <= 15:
                marks.append(max(rated, key=lambda row: row["done"])["school"])
        self.rate("H7", sum(mark >= 4 for mark in marks), len(marks))

    def health(self):
        exams = by_child(self.world.exams)
        year_in_care = [child for child, episode in self.in_care.items() if months(episode["start"], 12) <= self.on]
        for code, kind in (("health_examined", "läkare"), ("dental_examined", "tand")):
            examined = sum(
                any(row["kind"] == kind and self.within(row["done"], self.year(), self.on) for row in exams[child])
                for child in year_in_care
            )
            self.rate(code, examined, len(year_in_care))
        for code, kind in (("placed_on_by_health", "läkare"), ("placed_on_by_dental", "tand")):
            come = [
                self.come(episode, [r for r in exams[child] if r["kind"] == kind])
                for child, episode in self.in_care.items()
            ]
            for stage in (*STAGES, "ej begärd"):
                self.count(code, come.count(stage), stage)
        started = [episode for episode in self.episodes if self.within(episode["start"])]
        self.rate(
            "H1", sum(any(asked(row, episode) for row in exams[episode["child"]]) for episode in started), len(started)
        )
        for code, kind in (("H2", "läkare"), ("H3", "tand")):
            cases = [case for child in self.stays | exams for case in self.cases(child, kind, exams[child])]
            self.rate(code, sum(cases), len(cases))

    def come(self, episode, exams):
        """How far the examination has come on the day, furthest of those of the episode."""
        reached = {"ej begärd"}
        for row in exams:
            happened = {
                word for word, name in (("begärd", "requested"), ("erbjuden", "offered"), ("gjord", "done"), ("svar mottaget", "answered"))
                if row[name] and episode["start"] <= row[name] <= self.on
            }  # fmt: skip
            gave_up = row["not_needed"] or row["why_not"] in ("declined", "not_needed")
            if gave_up and not happened & {"gjord", "svar mottaget"}:
                undated = not row["requested"] and not row["offered"]
                happened = {"obehövlig eller avböjd"} if happened or undated else set()
            reached |= happened
        return next((stage for stage in STAGES if stage in reached), "ej begärd")

    def cases(self, child, kind, exams):
        """Of each case whose target has passed: was the examination made in time?"""
        days, counted_from = self.world.targets[child[0]]
        target, newest = timedelta(days=days), self.on - timedelta(days=days)
        oldest = newest - timedelta(days=90)
        exams = [row for row in exams if row["kind"] == kind]
        if counted_from == "request":
            for row in exams:
                if not row["not_needed"] and self.within(row["requested"], oldest, newest):
                    yield row["done"] is not None and row["requested"] <= row["done"] <= row["requested"] + target
            return
        for episode in self.episodes:
            mine = episode["child"] == child and self.within(episode["start"], oldest, newest)
            if mine and not any(needless(row, episode) for row in exams):
                yield any(row["done"] and episode["start"] <= row["done"] <= episode["start"] + target for row in exams)

    def workers(self):
        assigned, changed = 0, 0
        for child in self.in_care:
            theirs = [row for row in self.world.workers if row["child"] == child and row["worker"]]
            assigned += any(holds(row, self.on) for row in theirs)
            changed += len({row["worker"] for row in theirs if nights(row, self.year(), self.on)}) > 1
        self.rate("L11", assigned, len(self.in_care))
        self.rate("L11_changed", changed, len(self.in_care))


def went_home(episode):
    """The last stay says where the child went; its reason does where nothing else is said."""
    stay = max(episode["stays"], key=lambda stay: stay["start"])
    if stay.get("next", "") in ("", "unknown"):
        return stay["reason"] == "GOAL_REACHED_HOME"
    return stay["next"] == "home"


def needless(row, episode):
    return row["not_needed"] and (row["requested"] is None or row["requested"] >= episode["start"])


def asked(row, episode):
    if row["kind"] != "läkare":
        return False
    in_episode = row["requested"] is not None and episode["start"] <= row["requested"] <= last(episode)
    return in_episode or needless(row, episode)


def expected(world, start, end, on):
    """{(id, category): (value, numerator, denominator)} for the whole world."""
    return Oracle(world, start, end, on).everything()


def folded(rows):
    """Stays of one child from one delivery's rows, by rules 3 and 4 of figures.md 2.

    A row is a dictionary with number, form, home, start, end, planned and reason. Homes are known here.
    """
    merged = []
    for row in sorted(rows, key=lambda row: (row["start"], row["number"])):
        for stay in merged:
            same = (stay["form"], stay["home"]) == (row["form"], row["home"])
            newest = max(part["start"] for part in stay["rows"])
            between = any(newest < other["start"] < row["start"] for other in rows)
            if same and (newest == row["start"] or (not between and last(stay) >= row["start"])):
                stay["rows"].append(row)
                settle(stay)
                break
        else:
            merged.append(settle(dict(row, rows=[row], first=row["start"])))
    return repaired(merged)


def settle(stay):
    """The first start stands; the end is the newest one given, unless it only ended a legal ground."""
    ends = [row for row in stay["rows"] if row["end"]]
    newest = max(ends, key=lambda row: (row["start"], row["number"]), default=None)
    if newest and any(row["end"] is None and row["start"] == newest["end"] for row in stay["rows"]):
        newest = None
    for name in ("end", "planned", "reason"):
        stay[name] = newest[name] if newest else (None if name == "end" else "")
    stay["start"] = stay["first"]
    return stay


def repaired(stays):
    kept = {}
    for stay in stays:
        rival = kept.get(stay["start"])
        strength = (stay["end"] is not None, stay["end"] or date.min, max(row["number"] for row in stay["rows"]))
        if rival is None or strength > rival[0]:
            kept[stay["start"]] = (strength, stay)
    in_order = [stay for _, (_, stay) in sorted(kept.items())]
    for stay, following in pairwise(in_order):
        if stay["end"] is None:
            stay["end"], stay["planned"], stay["reason"] = following["start"], "okänt", ""
        elif stay["end"] > following["start"]:
            stay["end"] = following["start"]
    return in_order
