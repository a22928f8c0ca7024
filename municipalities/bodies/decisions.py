"""Decisions as a list: what is open in a region, and what a reader asks for."""

from datetime import date

from django import forms
from django.db.models import Value
from django.db.models.functions import Coalesce

from bou_portal.exports import csv_bytes
from bou_portal.formats import count_word, starting
from bou_portal.formats import date as iso
from bou_portal.sorting import ordering
from municipalities.models import Body

COLUMNS = {
    "beslutat": ("decided_on", "number"),
    "senast": ("due", "decided_on"),
    "organ": ("body__name", "year", "number"),
}
STATES = [("", "Alla"), ("oppna", "Att genomföra"), ("sena", "Försenade"), ("klara", "Genomförda")]


def by_due(decisions):
    """In the order in which they fall due, those without a day last; ready to be shown as lines."""
    dated = decisions.annotate(due=Coalesce("due_on", Value(date.max)))
    return dated.select_related("body", "owner").order_by("due", "decided_on", "pk")


class DecisionFilter(forms.Form):
    """Narrows the list of decisions; every choice is kept in the address."""

    sok = forms.CharField(label="Sök", required=False, max_length=100)
    organ = forms.ModelChoiceField(
        Body.objects.none(), label="Organ", required=False, empty_label="Alla", to_field_name="uid"
    )
    lage = forms.ChoiceField(label="Läge", choices=STATES, required=False)
    mina = forms.BooleanField(label="Mina att genomföra", required=False)
    prio = forms.BooleanField(label="Prioriteringar", required=False)

    def __init__(self, data, decisions, user):
        super().__init__(data, label_suffix="")
        self.decisions, self.user = decisions, user
        self.fields["organ"].queryset = Body.objects.filter(pk__in=decisions.values("body")).order_by("name")

    @property
    def is_narrowed(self):
        return self.is_valid() and any(self.cleaned_data.values())

    def chosen(self):
        """The decisions asked for, in the order asked for. A wish that cannot be understood is left out."""
        self.is_valid()
        asked, found = self.cleaned_data, self.decisions
        found = {"oppna": found.open, "sena": found.late, "klara": found.done}.get(asked.get("lage"), found.all)()
        if body := asked.get("organ"):
            found = found.filter(body=body)
        if asked.get("mina"):
            found = found.owned_by(self.user)
        if asked.get("prio"):
            found = found.filter(is_priority=True)
        if words := asked.get("sok"):
            found = found.filter(pk__in=said(found, words))
        return by_due(found).order_by(*ordering(self.data, COLUMNS, "-beslutat"))


def said(decisions, words):
    """Ids of those whose number, text or owner holds all the words. Not every engine knows that Ö is a large ö."""
    fields = ("title", "text", "outcome", "owner_name", "owner__name", "body__name")
    for pk, year, number, *texts in decisions.values_list("pk", "year", "number", *fields):
        whole = " ".join([f"{year}:{number}", *(text or "" for text in texts)]).casefold()
        if all(word in whole for word in words.casefold().split()):
            yield pk


def sentence(decisions):
    """`Två beslut är försenade. Åtta återstår att genomföra.` of all decisions the reader reaches."""
    if not decisions.exists():
        return "Här samlas besluten från regionens organ, med vem som genomför dem och till när."
    late, left = decisions.late().count(), decisions.open().count()
    if not left:
        return "Inget beslut väntar på att genomföras."
    waits = f"{counted(left, 'beslut')} återstår att genomföra."
    if not late:
        return starting(waits)
    return f"{starting(counted(late, 'beslut'))} är {'försenat' if late == 1 else 'försenade'}. {starting(waits)}"


def counted(count, word):
    """`ett beslut`, `tre beslut`: for words that are neuter and the same in the plural."""
    return f"{'ett' if count == 1 else count_word(count)} {word}"


HEADINGS = (
    "Nummer", "Organ", "Beslut", "Beslutsdatum", "Ansvarig", "Klart senast", "Läge", "Genomfört", "Hur det gick",
    "Prioritering",
)  # fmt: skip


def csv_of(decisions):
    """The list as a file."""
    return csv_bytes(HEADINGS, map(cells, decisions))


def cells(decision):
    return (
        decision.mark,
        decision.body.name,
        decision.title,
        iso(decision.decided_on),
        decision.owner_text,
        iso(decision.due_on),
        decision.state[1],
        iso(decision.done_on),
        decision.outcome,
        "ja" if decision.is_priority else "nej",
    )
