"""The library's pages in words and numbers: the list, one piece, and what waits for a reader's answer."""

from django.core.paginator import Paginator
from django.db.models import Avg, Count, F, Q
from django.utils.functional import cached_property

from bou_portal.access import Permission
from bou_portal.formats import count_word, number, starting
from municipalities.forms.knowledge import OLD, SAVED, SORTS, UNANSWERED, LibraryFilter
from municipalities.knowledge import dispatching
from municipalities.models import AgendaItem, Dispatch, Knowledge, Meeting, Receipt, SavedItem
from municipalities.reach import leads

ROWS_ON_A_PAGE = 25
# A mean of fewer says what one person thinks.
FEWEST_MARKS = 5


class KnowledgeList:
    """The region's library, narrowed as the reader asks."""

    def __init__(self, user, region, query):
        self.user, self.region = user, region
        self.filter = LibraryFilter(query)
        self.leads = leads(user, Permission.LEAD_REGION_WORK, region)
        self.page = Paginator(self.found(), ROWS_ON_A_PAGE).get_page(query.get("sida"))

    def found(self):
        chosen = self.filter.chosen
        rows = Knowledge.objects.for_user(self.user, Permission.READ_REGION_WORK).filter(region=self.region)
        rows = rows.told_to(self.user, Permission.READ_REGION_WORK).found(chosen["sok"])
        fields = {"slag": "kind", "omrade": "topic"}
        rows = rows.filter(**{field: chosen[name] for name, field in fields.items() if chosen[name]})
        shown = {SAVED: Q(is_saved=True), UNANSWERED: Q(is_unanswered=True), OLD: Q(withdrawn_on__isnull=False)}
        rows = rows.filter(shown.get(chosen["visa"], Q(withdrawn_on=None)))
        return rows.order_by(order(SORTS.get(chosen["sortera"], SORTS[""])[1]), "sort_key", "pk")

    @cached_property
    def waiting(self):
        """How many pieces wait for the reader's answer, here and elsewhere."""
        return dispatching.unanswered(self.user).count()

    @property
    def sentence(self):
        """`Tre titlar i biblioteket. Två väntar på ditt svar.`"""
        count = self.page.paginator.count
        waits = f" {starting(count_word(self.waiting))} väntar på ditt svar." if self.waiting else ""
        titles = "en titel" if count == 1 else f"{count_word(count) if count else 'inga'} titlar"
        return f"{starting(titles)} {'passar det du söker' if self.filter.is_narrowed else 'i biblioteket'}.{waits}"

    @cached_property
    def dispatches(self):
        """For those who lead: the newest dispatches, each with how many have answered."""
        sent = Dispatch.objects.for_user(self.user, Permission.LEAD_REGION_WORK).filter(knowledge__region=self.region)
        return sent.select_related("knowledge").annotate(**ANSWERS)[:5]


ANSWERS = {"copies": Count("receipts"), "answers": Count("receipts", filter=~Q(receipts__tick=""))}


def order(field):
    """Newest first, and what has no day last."""
    return F(field[1:]).desc(nulls_last=True) if field.startswith("-") else field


class Piece:
    """One piece of the library, as a reader sees it."""

    def __init__(self, knowledge, user):
        self.knowledge, self.user = knowledge, user
        self.leads = leads(user, Permission.LEAD_REGION_WORK, knowledge.region)

    @cached_property
    def receipts(self):
        """The reader's own copies: one for each municipality she works in, and only the newest of each."""
        own = Receipt.objects.for_user(self.user, Permission.READ_REGION_WORK).filter(
            dispatch__knowledge=self.knowledge
        )
        newest = {}
        for receipt in own.select_related("dispatch__sent_by", "municipality").newest_first():
            newest.setdefault(receipt.municipality_id, receipt)
        return list(newest.values())

    @cached_property
    def saved(self):
        """Her own line of the list "Mina sparade", or None."""
        own = SavedItem.objects.for_user(self.user, Permission.READ_REGION_WORK)
        return own.filter(knowledge=self.knowledge).first()

    @cached_property
    def presented(self):
        """The agenda items that present it, of meetings that are not cancelled."""
        items = AgendaItem.objects.filter(knowledge=self.knowledge).exclude(meeting__state=Meeting.State.CANCELLED)
        return items.select_related("meeting__body").order_by("-meeting__starts_at")

    @cached_property
    def dispatches(self):
        return self.knowledge.dispatches.select_related("sent_by").annotate(**ANSWERS)

    @cached_property
    def use(self):
        """`2,4 av 3 i snitt, 6 svar`, or that they are too few."""
        marks = self.knowledge.saved.exclude(usefulness=None).aggregate(mean=Avg("usefulness"), count=Count("pk"))
        if marks["count"] < FEWEST_MARKS:
            return "För få svar än. Nyttan visas när fem har svarat."
        return f"{number(marks['mean'], 1)} av 3 i snitt, {number(marks['count'])} svar."
