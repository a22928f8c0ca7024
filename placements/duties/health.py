"""Health and dental examinations, asked for, done and acted on (rules R-HEALTH*, R-DENTAL-T)."""

from placements.duties.draft import counted
from placements.models.dues import Due
from placements.models.followups import HealthExam

Kind, Since = Due.Kind, Due.Since
EXAMS = ((HealthExam.Kind.MEDICAL, Kind.MEDICAL, "R-HEALTH-T"), (HealthExam.Kind.DENTAL, Kind.DENTAL, "R-DENTAL-T"))


def is_settled(exam, start):
    return bool(exam.done and exam.done >= start) or exam.not_needed or exam.reason in HealthExam.GIVEN_UP


def request(case, rules):
    """The region is told when care starts; no day in law, so a target says when."""
    start = case.episode.started_on
    medical = [exam for exam in case.exams if exam.kind == HealthExam.Kind.MEDICAL]
    asked = any(is_settled(exam, start) or case.newest((exam.requested, exam.offered), start) for exam in medical)
    if not asked:
        yield from counted(Kind.HEALTH_REQUEST, "R-HEALTH-REQ", rules, Since.START, start)


def exams(case, rules):
    """Done within the region's target, from the start or from the request as the region has agreed."""
    start = case.episode.started_on
    for exam_kind, kind, code in EXAMS:
        rows = [exam for exam in case.exams if exam.kind == exam_kind]
        if any(is_settled(exam, start) for exam in rows):
            continue
        asked = min((exam.requested for exam in rows if exam.requested and exam.requested >= start), default=None)
        if rules.health.by_request and asked:
            yield from counted(kind, code, rules, Since.REQUEST, asked)
        else:
            yield from counted(kind, code, rules, Since.START, start)


def actions(case, rules):
    """What an examination said is needed, from the day its answer came."""
    for exam in case.exams:
        known = exam.result or exam.done
        if exam.actions_needed and not exam.actions_done and known:
            yield from counted(Kind.HEALTH_ACTION, "R-HEALTH-ACT", rules, Since.LAST, known)
