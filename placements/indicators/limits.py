"""Times that the law sets for one child's care: the emergency home and the custody question (domain.md 4b S7, 4c L9)."""

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from placements.codes import FormGroup
from placements.deadlines import Wordings
from placements.indicators.counting import counts, indicator, rows, share
from placements.indicators.scope import CUSTODY, INVESTIGATIONS
from placements.indicators.volume import placed_on
from placements.models import CustodyQuestion, Due, Investigation, Placement

EMERGENCY_RULE = "R-JOUR"

indicator(
    "S7",
    "Jourhem längre än tillåtet",
    value=share,
    unit="%",
    numerator="barn som varit i jourhem längre än lagens gräns, räknat från att utredningen avslutades eller, om det var"
    " senare, från att barnet kom till jourhem",
    denominator="barn i jourhem dagen D vars utredning är avslutad",
    source="Indikatorkatalogen, S7",
    note="Gränsen hämtas ur regeltabellen för dagen D. Särskilda skäl att stanna längre"
    " räknas inte bort. Täckningen visar för hur stor andel av barnen i jourhem det finns en utredning inskriven.",
    rests_on=INVESTIGATIONS,
)
indicator(
    "L9",
    "Frågan om överflyttad vårdnad övervägd i tid",
    value=share,
    unit="%",
    numerator="de som gjordes senast sista dagen, flyttad till nästa arbetsdag om den inföll på en helg",
    denominator="frågor om överflyttad vårdnad som skulle övervägas i perioden",
    source="Indikatorkatalogen, L9",
    note="En fråga som inte är övervägd räknas till den period då den skulle ha övervägts, så länge barnet bor kvar.",
    rests_on=CUSTODY,
)


def emergency(window):
    """Children in an emergency home on the day: whether an investigation is open, and when the last one was closed."""
    begun = Investigation.objects.filter(child=OuterRef("child"), opened_on__lte=window.on)
    is_open = begun.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=window.on))
    return (
        placed_on(window.on)
        .filter(form_group=FormGroup.EMERGENCY)
        .annotate(
            is_investigated=Exists(is_open), closed_on=Subquery(begun.order_by("-closed_on").values("closed_on")[:1])
        )
    )


def is_closed(window):
    """Of `emergency()`, those whose every investigation is closed."""
    return Q(is_investigated=False, closed_on__lte=window.on)


def over_limit(window, wordings):
    """Of `is_closed()`, those in emergency homes since before the limit, investigated before it too.

    The time runs from the investigation's end, or from the day the child came to its emergency home if that was later.
    """
    limit = window.oldest_within(wordings.on(EMERGENCY_RULE, window.on).amount)
    elsewhere = Placement.objects.filter(episode=OuterRef("episode"), ended_on__gte=limit)
    elsewhere = elsewhere.exclude(form_group=FormGroup.EMERGENCY)
    return Q(~Exists(elsewhere), closed_on__lt=limit, episode__started_on__lt=limit)


@counts("S7")
def count_emergency(scope, tally):
    wordings = Wordings()
    if not wordings.by_code.get(EMERGENCY_RULE):
        return  # an installation without the rule has no limit to count by

    def query(window):
        closed = is_closed(window)
        state = Case(
            When(closed & over_limit(window, wordings), then=Value("over")),
            When(closed, then=Value("within")),
            When(is_investigated=True, then=Value("open")),
            default=Value(""),
            output_field=CharField(),
        )
        return (
            emergency(window)
            .filter(municipality__in=scope.ids)
            .annotate(state=state)
            .values("municipality", "state")
            .annotate(children=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    for row in rows(scope, query):
        n, state = row["children"], row["state"]
        tally.rest(row, "S7", n, bool(state))
        if state in ("over", "within"):
            tally.add(row, "S7", part=n if state == "over" else 0, whole=n)


@counts("L9")
def count_custody_questions(scope, tally):
    """What was due: questions that were considered, in time or late, and those that still wait."""

    def considered(window):
        due = (window.period.start, window.period.end)
        return (
            CustodyQuestion.objects.filter(due_on__range=due, municipality__in=scope.ids)
            .annotate(in_time=Case(When(done_on__lte=F("due_effective_on"), then=1), default=0))
            .values("municipality", "in_time")
            .annotate(questions=Count("pk"))
        )

    def waiting(window):
        due = (window.period.start, window.period.end)
        return (
            Due.objects.filter(kind=Due.Kind.CUSTODY, due_on__range=due, municipality__in=scope.ids)
            .annotate(in_time=Value(0))
            .values("municipality", "in_time")
            .annotate(questions=Count("pk"))
        )

    for row in rows(scope, considered, waiting):
        tally.add(row, "L9", part=row["questions"] if row["in_time"] else 0, whole=row["questions"])
