"""How far a dispatch has reached: municipality by municipality, with what the municipality has answered."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q
from django.utils import timezone

from bou_portal.formats import count_word, number, starting
from bou_portal.mailing.models import Letter
from municipalities.knowledge.dispatching import matter, to_remind
from municipalities.models import Municipality, Receipt

HEADINGS = (
    "Kommun", "Kommunens svar", "Mottagare", "Svarat", "Läst", "Tar upp på APT", "Berör oss inte", "Utan svar",
    "Dagar sedan utskicket", "Adresser som inte tog emot mailet",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One municipality: how many copies, and what became of them."""

    municipality: Municipality
    kind: str
    word: str
    sent: int = 0
    read: int = 0
    takes_up: int = 0
    not_ours: int = 0
    refused: tuple = ()

    @property
    def answered(self):
        return self.read + self.takes_up + self.not_ours

    @property
    def unanswered(self):
        return self.sent - self.answered


class ReachTable:
    """The dispatch in all its municipalities, by name."""

    def __init__(self, dispatch):
        self.dispatch = dispatch
        self.days = (timezone.localdate() - timezone.localtime(dispatch.sent_at).date()).days

    @cached_property
    def lines(self):
        counted = {
            row["municipality"]: row
            for row in self.dispatch.receipts.order_by().values("municipality").annotate(**COUNTS)
        }
        chosen = Q(pk__in=self.dispatch.municipalities.values("pk")) | Q(pk__in=list(counted))
        return [
            self.line(place, counted.get(place.pk))
            for place in Municipality.objects.filter(chosen).order_by("sort_key")
        ]

    def line(self, place, counts):
        if counts is None:
            return Line(place, *self.gap(place))
        names = ("sent", "read", "takes_up", "not_ours")
        whole = {name: counts[name] for name in names}
        return Line(place, *self.answer(counts), **whole, refused=tuple(self.refused.get(place.pk, ())))

    def gap(self, place):
        if place.pk in self.earlier:
            return "plain", "Fick den i ett tidigare utskick"
        return "late", "Ingen mottagare"

    def answer(self, counts):
        """The municipality's own: its first-line managers' where some got a copy, otherwise everybody's."""
        first = "first_" if counts["first_sent"] else ""
        takes_up, read, not_ours = (counts[f"{first}{name}"] for name in ("takes_up", "read", "not_ours"))
        if takes_up:
            return "good", "Tar upp på APT"
        if read:
            return "good", "Läst"
        if not_ours:
            return "plain", "Berör oss inte"
        return "watch", "Inget svar än" if not self.days else f"Inget svar på {days(self.days)}"

    @cached_property
    def earlier(self):
        """Municipalities that had the piece before this dispatch."""
        before = Receipt.objects.filter(
            dispatch__knowledge=self.dispatch.knowledge_id, dispatch__sent_at__lt=self.dispatch.sent_at
        )
        return set(before.values_list("municipality", flat=True))

    @cached_property
    def refused(self):
        """{municipality: [addresses that would not take the mail]}; known for ninety days, as long as letters are kept."""
        letters = Letter.objects.about(matter(self.dispatch)).refused()
        addresses = {int(letter.key.rpartition(":")[2]): letter for letter in letters}
        found = {}
        if addresses:
            for user, place in self.dispatch.receipts.filter(user__in=addresses).values_list("user", "municipality"):
                found.setdefault(place, []).append(addresses[user])
        return found

    @cached_property
    def waiting(self):
        """How many mails the mail server has not taken yet."""
        return Letter.objects.about(matter(self.dispatch)).unsent().count()

    @cached_property
    def to_remind(self):
        """How many would get the reminder."""
        return len(to_remind(self.dispatch))

    @property
    def sent(self):
        return sum(line.sent for line in self.lines)

    @property
    def answered(self):
        return sum(line.answered for line in self.lines)

    @property
    def refusals(self):
        """The letters refused, each once: somebody may work in two municipalities."""
        return list({letter.pk: letter for line in self.lines for letter in line.refused}.values())

    @property
    def sentence(self):
        """`12 av 34 har svarat. Fyra av sju kommuner tar upp den på APT. Två kommuner har ingen mottagare.`"""
        takes_up = sum(line.word == Receipt.Tick.TAKES_UP.label for line in self.lines)
        gaps = sum(line.kind == "late" for line in self.lines)
        said = [
            f"{number(self.answered)} av {number(self.sent)} har svarat.",
            f"{starting(count_word(takes_up))} av {count_word(len(self.lines))} kommuner tar upp den på APT.",
        ]
        if gaps:
            said.append(f"{starting(count_word(gaps))} {'kommun' if gaps == 1 else 'kommuner'} har ingen mottagare.")
        return " ".join(said)

    def rows(self):
        """For a file, in the order of HEADINGS."""
        for line in self.lines:
            addresses = ", ".join(letter.to for letter in line.refused)
            yield (
                line.municipality, line.word, line.sent, line.answered, line.read, line.takes_up, line.not_ours,
                line.unanswered, self.days, addresses,
            )  # fmt: skip


def days(count):
    return "en dag" if count == 1 else f"{number(count)} dagar"


def counts(prefix, *also):
    """How many copies there are, and of each answer."""
    ticks = {"read": Receipt.Tick.READ, "takes_up": Receipt.Tick.TAKES_UP, "not_ours": Receipt.Tick.NOT_OURS}
    of = {f"{prefix}{name}": Count("pk", filter=Q(*also, tick=tick)) for name, tick in ticks.items()}
    return of | {f"{prefix}sent": Count("pk", filter=Q(*also) if also else None)}


COUNTS = counts("") | counts("first_", Q(is_first_line=True))
