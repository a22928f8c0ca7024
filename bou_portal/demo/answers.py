"""What no delivery tells, written afterwards: answers from examinations, why none was made, why a stay broke off."""

import zlib
from datetime import timedelta

from bou_portal.bulk import update_rows
from placements.codes import EndCause, Initiator, Planned
from placements.models import HealthExam, Placement

NotDone = HealthExam.NotDone
# How long an examination is waited for before somebody writes why it is not made.
WAITED = timedelta(days=60)
REASONS = ((0.2, NotDone.DECLINED), (0.35, NotDone.MISSED), (0.65, NotDone.NOT_OFFERED), (1, ""))
CAUSES = {
    Initiator.CHILD: (EndCause.CHILD_WISH, EndCause.CONFLICT, EndCause.ABSCONDED, EndCause.ABUSE_CRIME),
    Initiator.HOME: (EndCause.NEEDS, EndCause.CONFLICT, EndCause.HOME_LIFE, EndCause.SUPPORT),
    Initiator.GUARDIAN: (EndCause.FAMILY,),
    Initiator.BOARD: (EndCause.HOME_QUALITY, EndCause.MATCHING),
}


def chance(*what):
    """A number 0-1 that is the same each time for the same thing."""
    return zlib.crc32("|".join(map(str, what)).encode()) / 2**32


def make_answers(today):
    """Answers, reasons and causes for what is delivered. Number of rows written."""
    exams = [exam for exam in HealthExam.objects.select_related("child") if answered(exam, today)]
    update_rows(exams, ["result_on", "actions_needed", "actions_done_on", "not_done_reason"])
    ended = Placement.objects.filter(planned=Planned.UNPLANNED, cause="").select_related("child")
    stays = [stay for stay in ended if explained(stay)]
    update_rows(stays, ["cause"])
    return len(exams) + len(stays)


def answered(exam, today):
    """Whether something was written: the answer to an examination made, or why it was not."""
    about = exam.child.local_code, exam.municipality_id, exam.kind, exam.requested_on
    if exam.done_on:
        answer = exam.done_on + timedelta(days=7 + int(30 * chance(*about, "answer")))
        if chance(*about, "answered") > 0.8 or answer > today:
            return False
        exam.result_on, exam.actions_needed = answer, chance(*about, "needed") < 0.36
        acted = answer + timedelta(days=20 + int(90 * chance(*about, "acted")))
        if exam.actions_needed and acted <= today and chance(*about, "acts") < 0.88:
            exam.actions_done_on = acted
        return True
    if exam.requested_on and exam.requested_on + WAITED <= today:
        drawn = chance(*about, "why not")
        exam.not_done_reason = next(reason for limit, reason in REASONS if drawn <= limit)
    return bool(exam.not_done_reason)


def explained(stay):
    """Whether the worker wrote why the stay broke off."""
    causes = CAUSES.get(stay.initiator, ())
    drawn = chance(stay.child.local_code, stay.municipality_id, stay.started_on)
    if causes and drawn < 0.85:
        stay.cause = causes[int(drawn * 997) % len(causes)]
    return bool(stay.cause)
