"""The pages of support requests: the municipality's own or the leader's queue, how many per topic, and one request."""

from datetime import timedelta
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone

from bou_portal import charts
from bou_portal.access import Permission
from bou_portal.formats import count_word, date, starting
from bou_portal.periods import Quarter
from bou_portal.sorting import ordering
from municipalities.forms.requests import RequestFilter, asking_for
from municipalities.models import Municipality, SupportRequest, Topic

State, Urgency = SupportRequest.State, SupportRequest.Urgency
PER_PAGE = 30
COUNTED = timedelta(days=365)
COLUMNS = {
    "begard": "asked_at",
    "kommun": "municipality__sort_key",
    "omrade": "topic_order",
    "snart": "urgency_order",
    "lage": "state_order",
}
HEADINGS = ("område", "begäranden", "varav öppna", "kommuner")


def place_in(field, values):
    """The order of the code list, which is neither that of the codes nor that of their words."""
    cases = [When(**{field: value, "then": Value(place)}) for place, value in enumerate(values)]
    return Case(*cases, default=Value(99), output_field=IntegerField())


class RequestList:
    """What this user reads of requests, narrowed and sorted as she asks."""

    def __init__(self, user, query):
        self.user, self.query = user, query
        self.leads = user.can(Permission.LEAD_REGION_WORK)
        self.may_ask = asking_for(user).exists()
        self.readable = SupportRequest.objects.readable_by(user)
        asking = Municipality.objects.filter(pk__in=self.readable.values("municipality"))
        self.filter = RequestFilter(query, list(asking))

    @cached_property
    def page(self):
        found = self.filter.apply(self.readable).select_related("municipality", "activity", "asked_by")
        found = found.annotate(
            topic_order=place_in("topic", sorted(Topic, key=lambda topic: topic.label)),
            urgency_order=place_in("urgency", reversed(Urgency)),
            state_order=place_in("state", State),
        )
        found = found.order_by(*ordering(self.query, COLUMNS, "-begard"))
        return Paginator(found, PER_PAGE).get_page(self.query.get("sida"))

    @cached_property
    def sentence(self):
        numbers = self.readable.aggregate(
            new=Count("pk", filter=Q(state=State.NEW)),
            urgent=Count("pk", filter=Q(state=State.NEW, urgency=Urgency.URGENT)),
            open=Count("pk", filter=~Q(state__in=SupportRequest.OVER)),
        )
        return self.queue(**numbers) if self.leads else self.own(**numbers)

    def queue(self, new, urgent, **numbers):
        """What the leader has not taken a stand on, and how long the oldest has waited."""
        if not new:
            calm = "Ingen ny begäran väntar på dig."
            return f"{calm} {starting(count_word(numbers['open']))} är öppna." if numbers["open"] else calm
        oldest = self.readable.waiting().order_by("asked_at").values_list("asked_at", flat=True).first()
        since = date(timezone.localdate(oldest))
        said = f"{starting(count_word(new))} nya begäranden väntar på dig, den äldsta sedan {since}."
        if new == 1:
            said = f"En ny begäran väntar på dig sedan {since}."
        return f"{said} {starting(count_word(urgent))} behövs inom en månad." if urgent else said

    def own(self, new, **numbers):
        if not numbers["open"]:
            return "Ni har ingen öppen begäran om stöd."
        what = "öppen begäran" if numbers["open"] == 1 else "öppna begäranden"
        said = f"Ni har {count_word(numbers['open'])} {what} om stöd"
        return f"{said}, och {count_word(new)} väntar på svar." if new else f"{said}. Regionen har svarat på alla."

    @cached_property
    def topics(self):
        return topic_counts(self.user)

    @property
    def chart(self):
        points = [charts.Point(row["label"], row["requests"], "") for row in self.topics]
        return charts.bars(points, title="Begäranden per område, senaste året", heading="Område")


def topic_counts(user):
    """Requests of the last year per topic, most first: all of them, those still open, and how many municipalities."""
    counted = SupportRequest.objects.for_user(user, Permission.LEAD_REGION_WORK).exclude(state=State.WITHDRAWN)
    counted = counted.filter(asked_at__gte=timezone.now() - COUNTED).order_by()
    rows = counted.values("topic").annotate(
        requests=Count("pk"),
        open=Count("pk", filter=~Q(state__in=SupportRequest.OVER)),
        municipalities=Count("municipality", distinct=True),
    )
    labelled = [{**row, "label": Topic(row["topic"]).label} for row in rows]
    return sorted(labelled, key=lambda row: (-row["requests"], row["label"]))


class RequestPage:
    """One request, its history, and what it has become."""

    def __init__(self, row, form):
        self.row, self.form, self.is_leading = row, form, form.is_leading
        self.steps = list(row.steps.select_related("by").order_by("-at", "-pk"))
        self.bases = list(row.course_bases.all())

    @property
    def sentence(self):
        row = self.row
        if row.state == State.PLANNED:
            return f"Stödet är planerat till {Quarter.parse(row.planned_quarter).text}."
        return SAID[row.state]


SAID = {
    State.NEW: "Begäran är ny och väntar på regionens svar.",
    State.ACCEPTED: "Regionen har tagit emot begäran och återkommer med när och hur.",
    State.DELIVERED: "Stödet är levererat.",
    State.CLOSED: "Begäran är avslutad.",
    State.DECLINED: "Regionen har avböjt. Skälet står i historiken.",
    State.WITHDRAWN: "Kommunen har tagit tillbaka begäran.",
}
