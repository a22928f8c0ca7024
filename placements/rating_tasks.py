"""Asking for ratings: which stays, whose task each is, who is due a mail, and how much comes of it.

The database knows what must be done (ADR 5): a task says when it was asked and last mailed about, a person when she last
had a mail. What was not done in time is done once, whenever the next run comes.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.models import Placement, RatingForm, RatingTask
from placements.workload import Part, Whose, covers_of

REMINDED_AFTER_DAYS = (7, 21, 35)
LEADING_ROLES = roles_with(Permission.RELEASE_TEXTS)


# --- asking -----------------------------------------------------------------------------------------------------------
def ask(today=None):
    """Ask about every stay that ended yesterday or before, and every long one; how many are new. Safe to repeat."""
    today = today or timezone.localdate()
    ended = Placement.objects.awaiting_rating().ended_lately(today).filter(ended_on__lt=today)
    during = Placement.objects.awaiting_short_rating(today)
    new = [*tasks_of(ended, RatingForm.FULL, today), *tasks_of(during, RatingForm.SHORT, today)]
    RatingTask.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    for municipality, count in Counter(task.municipality_id for task in new).items():
        record(None, Verb.CREATED, "placements.ratingtask", municipality_id=municipality, count=count)
    ask_anew(today)
    return len(new)


def tasks_of(placements, form, today):
    """A task for each of these stays that has none of this form."""
    asked = RatingTask.objects.filter(placement=OuterRef("pk"), form=form)
    rows = placements.filter(~Exists(asked)).order_by("pk").values_list("pk", "municipality")
    return [
        RatingTask(placement_id=placement, municipality_id=municipality, form=form, asked_on=today)
        for placement, municipality in rows
    ]


def ask_anew(today):
    """A stay that was taken up again and ended once more is asked about as if for the first time."""
    early = RatingTask.objects.filter(form=RatingForm.FULL, asked_on__lte=F("placement__ended_on"))
    early = early.filter(placement__ended_on__lt=today).values_list("pk", flat=True)
    RatingTask.objects.filter(pk__in=list(early)).update(asked_on=today, reminders=0, reminded_on=None)


# --- mails ------------------------------------------------------------------------------------------------------------
@dataclass
class Asked:
    """What one person is asked: her own tasks, and as a manager those that nobody has."""

    own: list = field(default_factory=list)
    nobodys: list = field(default_factory=list)

    def due(self, today):
        """Those whose invitation or reminder is to go out today."""
        return [task for task in (*self.own, *self.nobodys) if is_due(task, today)]


def is_due(task, today):
    """Not mailed about yet, mailed about today to somebody (each manager has her own mail), or a reminder is behind."""
    return task.reminded_on in (None, today) or task.reminders < reminders_by(task, today)


def reminders_by(task, today):
    """How many reminders should have gone out by this day."""
    return sum((today - task.asked_on).days >= days for days in REMINDED_AFTER_DAYS)


def asked(today, municipalities=None):
    """{user id: what she is asked}, everywhere or in some municipalities. Three queries."""
    waiting = RatingTask.objects.waiting(today).with_holder()
    if municipalities is not None:
        waiting = waiting.filter(municipality__in=municipalities)
    found, leaders = defaultdict(Asked), managers()
    for task in waiting:
        if task.held_by:
            found[task.held_by].own.append(task)
            continue
        units = leaders[task.municipality_id]
        of_unit = units.get(task.unit) if task.unit else None
        for user in of_unit or set().union(*units.values()):
            found[user].nobodys.append(task)
    return found


def managers():
    """{municipality: {unit, None for who has none: {user ids}}} of those who lead."""
    found = defaultdict(lambda: defaultdict(set))
    held = Membership.objects.in_force().filter(role__in=LEADING_ROLES, user__is_active=True)
    for municipality, unit, user in held.values_list("municipality", "unit", "user"):
        found[municipality][unit].add(user)
    return found


def unmailed(today):
    """Those who want mails and have not had today's."""
    not_today = Q(rating_mail_on__isnull=True) | Q(rating_mail_on__lt=today)
    return User.objects.filter(not_today, is_active=True, wants_weekly_mail=True)


def whom_to_mail(today=None):
    """Ids of those who are due a mail about ratings now."""
    today = today or timezone.localdate()
    due = [user for user, told in asked(today).items() if told.due(today)]
    return unmailed(today).filter(pk__in=due).order_by("pk").values_list("pk", flat=True)


def mailed(tasks, today):
    """A mail about these has gone out: one, however many were missed."""
    by_count = defaultdict(list)
    for task in tasks:
        by_count[reminders_by(task, today)].append(task.pk)
    for count, pks in by_count.items():
        RatingTask.objects.filter(pk__in=pks).update(reminders=count, reminded_on=today)


# --- whose ------------------------------------------------------------------------------------------------------------
def taken_by(user):
    """The tasks she took over herself, or that somebody took whose work she does today."""
    mine = Q(taken_by=user)
    for cover in covers_of(user):
        mine |= Q(taken_by=cover.absent_id, municipality=cover.municipality_id)
    return RatingTask.objects.filter(mine, municipality__in=user.municipalities(Permission.RATE_HOMES))


def rateable(user, *forms):
    """The stays she may rate: those she reaches, and those whose task she took over, whichever child it is."""
    taken = taken_by(user).filter(form__in=forms or RatingForm.values, placement=OuterRef("pk"))
    hers = Placement.objects.for_user(user, Permission.RATE_HOMES).values("pk")
    return Placement.objects.filter(Q(pk__in=hers) | Exists(taken))


def asked_of(whose, form):
    """The stays whose rating is asked of these people: of their children unless a colleague took the task, and taken ones."""
    rows = whose.rows(Placement, Permission.RATE_HOMES)
    if whose.responsible is None and not whose.nobodys:
        return rows
    taken = RatingTask.objects.taken().filter(form=form)
    rows = rows.filter(~Exists(taken.filter(placement=OuterRef("pk"))))
    # Few, and asked for by themselves so that the question about everybody's children stays as quick as without them.
    theirs = list(taken.filter(whose.takers).values_list("placement", flat=True)) if whose.takers else []
    return rows | Placement.objects.filter(pk__in=reached(whose.user, form, theirs)) if theirs else rows


def reached(user, form, placements):
    """Those of these stays that she may rate."""
    return list(rateable(user, form).filter(pk__in=placements).values_list("pk", flat=True))


def asked_by(stays, form):
    """Of these stays those that the form is about: ended ones, and for the short form from half a year on."""
    if form == RatingForm.FULL:
        return stays.with_rated_home()
    return stays.in_rated_home().begun_long_before(timezone.localdate())


def manageable(user, form):
    """The stays whose task she may hand over or leave: her own tasks, and as a manager all in her municipality.

    Never ahead of the asking: a rating that is left before the stay has ended would never be asked for.
    """
    led = Placement.objects.for_user(user, Permission.RELEASE_TEXTS).values("pk")
    own = asked_of(Whose.own(user), form).values("pk")
    return asked_by(Placement.objects.filter(Q(pk__in=led) | Q(pk__in=own)), form)


# --- how much comes of it ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rate:
    """Stays that ended: how many were asked about, how many rated, and how many left without a rating for a reason."""

    asked: int = 0
    sent: int = 0
    left: int = 0

    @property
    def share(self):
        """Sent of asked, as `Part`: `.text` is whole per cent or a dash, `.base` like "3 av 4"."""
        return Part(self.sent, self.asked)


def rates(municipalities, period):
    """{municipality id: Rate} of the stays in rated homes that ended in the period, before today. One query.

    Exact: only for the own municipality's readers. The same stays as indicator B3 counts.
    """
    left = RatingTask.objects.filter(placement=OuterRef("pk"), form=RatingForm.FULL).exclude(left_reason="")
    ended = Placement.objects.with_rated_home().ended_in(period).filter(ended_on__lt=timezone.localdate())
    rows = (
        ended.filter(municipality__in=municipalities)
        .with_is_rated()
        .annotate(is_left=Exists(left))
        .order_by()
        .values("municipality")
        .annotate(
            asked=Count("pk"),
            sent=Count("pk", filter=Q(is_rated=True)),
            left=Count("pk", filter=Q(is_rated=False, is_left=True)),
        )
    )
    found = {row["municipality"]: Rate(row["asked"], row["sent"], row["left"]) for row in rows}
    return {getattr(place, "pk", place): found.get(getattr(place, "pk", place), Rate()) for place in municipalities}
