"""For those who carry cases: their own children."""

from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.start.sections import Section, neuter, said, waiting_sentence
from placements import worklist
from placements.deadlines import RuleBook
from placements.models import Placement


def own_work(user, memberships, everything=False):
    """What waits for the children this worker is responsible for, and who nobody has taken yet."""
    reached = Placement.objects.for_user(user, Permission.FOLLOW_UP)
    seen = worklist.overview(reached.assigned(worker=user))
    rated = Placement.objects.for_user(user, Permission.RATE_HOMES).assigned(worker=user)
    ratings = worklist.rating_tasks(rated)
    untaken = reached.open().unassigned().count()
    sentence = waiting_sentence(seen, ratings, "dina") or "Du har inga placerade barn just nu."
    if untaken:
        children = "placerat barn" if untaken == 1 else "placerade barn"
        sentence = f"{sentence} {said(f'{neuter(untaken)} {children} saknar ansvarig')}"
    context = {
        "seen": seen,
        "tasks": seen.tasks,
        "ratings": ratings,
        "everything": everything,
        "untaken": untaken,
        "worker_law": RuleBook(timezone.localdate()).cite("R-WORKER"),
        "later": later(seen),
    }
    return Section(", ".join(m.place for m in memberships), sentence, "start/own_work.html", context)


def later(seen, most=4):
    """The next reviews that are not yet on the list."""
    listed = {task.child.pk for task in seen.tasks if task.kind == "review"}
    ahead = [stay for stay in seen.stays if stay.child_id not in listed and stay.episode.review_due_on]
    return sorted(ahead, key=lambda stay: stay.episode.review_due_on)[:most]
