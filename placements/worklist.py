"""What waits: reviews, plans, talks, examinations and ratings that are late or fall due soon, and by which rule.

Every day and paragraph comes from the rule table, every health target from the region. What the law demands is told
from what is a target ("målnivå") or a benchmark ("riktmärke"). A fixed number of queries however many children.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import count_word, number, percent
from bou_portal.formats import date as iso
from bou_portal.periods import add_months
from municipalities.models import Region
from placements.codes import FormGroup
from placements.deadlines import RuleBook
from placements.episodes import ReviewClock
from placements.models import FollowUp, HealthExam, Plan

SOON = timedelta(days=30)
# A stay that ended longer ago than this is no longer asked about: nobody remembers it well enough to rate it.
RATED_WITHIN_MONTHS = 6

LATE, WATCH = "late", "watch"
# The order of a list: what the law demands before what is a target, then the oldest first.
URGENCY = ("review", "plan", "talk", "medical", "dental", "rating")
# Why no talk was held, where holding none is right: nothing waits then.
NO_TALK_POSSIBLE = (FollowUp.NoTalk.REFUSED, FollowUp.NoTalk.TOO_YOUNG)


@dataclass(frozen=True)
class Task:
    """One thing that waits for one child: what, until when, why, and the page where it is done."""

    kind: str
    child: object
    what: str
    due_on: date
    state: str
    word: str
    why: str
    verb: str
    url: str

    @property
    def is_late(self):
        return self.state == LATE

    @property
    def order(self):
        return (not self.is_late, URGENCY.index(self.kind), self.due_on, self.child.local_code)


@dataclass(frozen=True)
class Part:
    """`part` of `whole` children of one worker, unit or municipality; nothing when nobody can be asked about."""

    part: int = 0
    whole: int = 0

    @classmethod
    def of(cls, answers):
        """Counts the yes among the known; None answers nothing."""
        known = [answer for answer in answers if answer is not None]
        return cls(sum(known), len(known))

    @property
    def text(self):
        """Whole per cent, half up, or a dash."""
        return percent((200 * self.part + self.whole) // (2 * self.whole)) if self.whole else "–"

    @property
    def base(self):
        return f"{number(self.part)} av {number(self.whole)}" if self.whole else "ingen att räkna än"


@dataclass
class Overview:
    """The placed children asked about, one stay each, and everything that waits for them."""

    stays: list
    tasks: list = field(default_factory=list)
    planned: Part = Part()
    talked: Part = Part()
    examined: Part = Part()

    @property
    def late(self):
        return [task for task in self.tasks if task.is_late]

    @property
    def soon(self):
        return [task for task in self.tasks if not task.is_late]

    @property
    def late_children(self):
        return {task.child.pk for task in self.late}

    @property
    def waiting_children(self):
        return {task.child.pk for task in self.tasks}

    @property
    def forms(self):
        """`[("Familjehem", 9), ("HVB", 3)]`, the most common first."""
        return [(FormGroup(form).label, n) for form, n in Counter(stay.form_group for stay in self.stays).most_common()]

    @property
    def forms_text(self):
        """`9 familjehem, 3 HVB`, at most three of them."""
        return ", ".join(f"{number(n)} {form if form.isupper() else form.lower()}" for form, n in self.forms[:3])

    def worst(self):
        """The most urgent task of each child, by child id."""
        return {task.child.pk: task for task in reversed(self.tasks)}


def counted(late, soon):
    """`["tre saker är försenade", "fyra ska bli klara inom 30 dagar"]`, without what there is none of."""
    parts = []
    if late:
        parts.append(f"{things(late)} är {'försenad' if late == 1 else 'försenade'}")
    if soon:
        subject = count_word(soon) if late else things(soon)
        parts.append(f"{subject} ska bli {'klar' if soon == 1 else 'klara'} inom {SOON.days} dagar")
    return parts


def things(count):
    return f"{count_word(count)} {'sak' if count == 1 else 'saker'}"


def state_of(due_on, late_after, today):
    """`(state, word)` of something due on a day, or None when it is not yet time. `late_after` is the last day."""
    if today > late_after:
        days = (today - late_after).days
        return LATE, f"Försenad {number(days)} {'dag' if days == 1 else 'dagar'}"
    if due_on - today > SOON:
        return None
    return WATCH, "Senast i dag" if late_after == today else f"Senast {iso(late_after)}"


def with_what_is_done(placements, today):
    """The stays with the newest plan, talk and examination of each child as columns."""

    def rows(model, **conditions):
        return model.objects.filter(child=OuterRef("child"), **conditions)

    plans = rows(Plan, kind=Plan.Kind.IMPLEMENTATION, made_on__lte=today)
    held = rows(FollowUp, done_on__lte=today)
    talks = held.filter(Q(individual_talk=True) | Q(no_talk_reason__in=NO_TALK_POSSIBLE))
    settled = Q(done_on__gte=OuterRef("episode__started_on"), done_on__lte=today) | Q(not_needed=True)
    settled |= Q(not_done_reason__in=[HealthExam.NotDone.DECLINED, HealthExam.NotDone.NOT_NEEDED])

    def exams(kind):
        return rows(HealthExam, kind=kind)

    def requested(kind):
        asked = exams(kind).filter(requested_on__gte=OuterRef("episode__started_on"))
        return Subquery(asked.order_by("requested_on").values("requested_on")[:1])

    return placements.with_law().annotate(
        plan_until=Subquery(plans.order_by("-in_force_until").values("in_force_until")[:1]),
        settled_talk_on=Subquery(talks.order_by("-done_on").values("done_on")[:1]),
        talked_on=Subquery(held.filter(individual_talk=True).order_by("-done_on").values("done_on")[:1]),
        medical_settled=Exists(exams(HealthExam.Kind.MEDICAL).filter(settled)),
        dental_settled=Exists(exams(HealthExam.Kind.DENTAL).filter(settled)),
        medical_requested_on=requested(HealthExam.Kind.MEDICAL),
        dental_requested_on=requested(HealthExam.Kind.DENTAL),
    )


def overview(placements, today=None):
    """What waits for the children of these stays who are placed today. Three queries."""
    today = today or timezone.localdate()
    stays = with_what_is_done(placements.on(today).filter(episode__isnull=False), today)
    stays = stays.select_related("child", "home", "episode", "municipality__region").order_by("started_on", "pk")
    by_child = {stay.child_id: stay for stay in stays}  # two rows on one day: the latest start counts
    judge = Judge(today)
    seen = Overview(stays=list(by_child.values()))
    seen.tasks = sorted((task for stay in seen.stays for task in judge.tasks(stay)), key=lambda task: task.order)
    seen.planned = Part.of(judge.has_plan(stay) for stay in seen.stays)
    seen.talked = Part.of(judge.has_talked(stay) for stay in seen.stays)
    seen.examined = Part.of(judge.is_examined(stay) for stay in seen.stays)
    return seen


class Judge:
    """Holds the rules of one day and looks at one stay at a time."""

    def __init__(self, today):
        self.today, self.book, self.clock = today, RuleBook(today), ReviewClock()

    def has_plan(self, stay):
        """Whether a plan is in force; None for who has been placed for less than the target time (L6)."""
        first_due = self.book.due("R-GP-T", stay.episode.started_on)
        if first_due is None or self.today < first_due:
            return None
        return stay.plan_until is not None and stay.plan_until >= self.today

    def has_talked(self, stay):
        """Whether there was a talk within the benchmark's time; None for who was placed later than that."""
        if (rule_due := self.book.due("R-VISIT-T", stay.episode.started_on)) is None:
            return None
        if stay.talked_on is None and self.today <= rule_due:
            return None
        return stay.talked_on is not None and self.book.due("R-VISIT-T", stay.talked_on) >= self.today

    def is_examined(self, stay):
        """Whether the health examination is settled; None before the target day of those not yet examined."""
        if not stay.medical_settled and self.today <= self.exam_due(stay, stay.medical_requested_on)[0]:
            return None
        return stay.medical_settled

    def tasks(self, stay):
        yield from self.review(stay)
        yield from self.plan(stay)
        yield from self.talk(stay)
        if not stay.medical_settled:
            yield from self.exam(stay, "medical", HealthExam.Kind.MEDICAL, stay.medical_requested_on)
        if not stay.dental_settled:
            yield from self.exam(stay, "dental", HealthExam.Kind.DENTAL, stay.dental_requested_on)

    def task(self, stay, kind, what, due_on, late_after, why, verb, slug, query=""):
        if judged := state_of(due_on, late_after, self.today):
            url = reverse("row_new", args=[stay.child.uid, slug]) + query
            yield Task(kind, stay.child, what, due_on, *judged, why, verb, url)

    def review(self, stay):
        """The six-month rule. An adult in care by consent is no longer reviewed; one under LVU 3 § is."""
        basis = (stay.law, stay.law_code)
        code, episode = self.clock.code_for(basis), stay.episode
        grown = stay.child.birth_year and self.today.year - stay.child.birth_year > 18
        if not episode.review_due_on or (grown and code != "R-REV-3"):
            return
        rule = self.clock.rule(basis, self.today)
        kind = self.clock.kind_for(basis)
        past = episode.review_due_effective_on < self.today
        why = f"{'Skulle ha gjorts' if past else 'Ska göras'} {iso(episode.review_due_on)}. {rule.name} ({rule})."
        due = (episode.review_due_on, episode.review_due_effective_on)
        query = f"?typ={kind.value}"
        yield from self.task(stay, "review", kind.label, *due, why, "Registrera", "overvagande", query)

    def plan(self, stay):
        if stay.plan_until:
            due = stay.plan_until
            why = f"Planen {'gällde' if due < self.today else 'gäller'} till {iso(due)}. Målnivån är att den ses över "
            why += f"inom {self.book.length('R-GP-CUR')}"
        elif due := self.book.due("R-GP-T", stay.episode.started_on):
            why = f"Placerad {iso(stay.episode.started_on)}. Målnivån är {self.book.length('R-GP-T')}"
        else:
            return
        why += f"; att planen ska finnas står i {law}." if (law := self.book.cite("R-GP")) else "."
        what = Plan.Kind.IMPLEMENTATION.label
        yield from self.task(stay, "plan", what, due, due, why, "Skriv in", "plan")

    def talk(self, stay):
        since = max(stay.settled_talk_on or date.min, stay.episode.started_on)
        if (due := self.book.due("R-VISIT-T", since)) is None:
            return
        last = f"Senaste samtalet {iso(stay.talked_on)}" if stay.talked_on else "Inget samtal är registrerat"
        why = f"{last}. Riktmärket är ett samtal inom {self.book.length('R-VISIT-T')}"
        why += f"; lagen säger regelbundet ({law})." if (law := self.book.cite("R-VISIT")) else "."
        yield from self.task(stay, "talk", "Enskilt samtal", due, due, why, "Registrera", "uppfoljning", "?samtal=true")

    def exam_due(self, stay, requested_on):
        """The region's target day and what it is counted from; unasked for, it is counted from the start."""
        region = stay.municipality.region
        by_request = region.health_target_from == Region.CountsFrom.REQUEST and requested_on
        since = requested_on if by_request else stay.episode.started_on
        return since + timedelta(days=region.health_target_days), "begäran" if by_request else "placeringens start"

    def exam(self, stay, name, kind, requested_on):
        due, counted_from = self.exam_due(stay, requested_on)
        asked = f"begärd {iso(requested_on)}" if requested_on else "ännu inte begärd"
        days = stay.municipality.region.health_target_days
        why = f"Placerad {iso(stay.episode.started_on)}, {asked}. Länets målnivå är {days} dagar från {counted_from}"
        why += f"; undersökningen erbjuds enligt {law}." if (law := self.book.cite("R-HEALTH")) else "."
        query = f"?typ={kind.value}"
        yield from self.task(stay, name, kind.label, due, due, why, "Registrera", "undersokning", query)


def rating_tasks(placements, today=None):
    """Ended stays in homes that are rated, and not rated yet. One query."""
    today = today or timezone.localdate()
    since = add_months(today, -RATED_WITHIN_MONTHS)
    ended = placements.awaiting_rating().filter(ended_on__range=(since, today)).select_related("child", "home")
    tasks = []
    for placement in ended.order_by("ended_on", "pk"):
        days = (today - placement.ended_on).days
        word = "Avslutad i dag" if not days else f"Avslutad för {days} {'dag' if days == 1 else 'dagar'} sedan"
        what = f"Omdöme om {placement.home} ({placement.get_form_group_display()})"
        why = f"Placeringen slutade {iso(placement.ended_on)}. Fem minuter; du kan pausa och fortsätta senare."
        url = reverse("rate_home", args=[placement.uid])
        tasks.append(Task("rating", placement.child, what, placement.ended_on, WATCH, word, why, "Lämna omdöme", url))
    return tasks


def late_children(placements, today=None):
    """Ids of the children of these stays for whom something is late."""
    return overview(placements, today).late_children
