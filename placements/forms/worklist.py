"""Narrowing the worklist."""

from django import forms

from bou_portal.access import Permission
from municipalities.models import Unit
from placements.forms.children import workers_of
from placements.models import Due
from placements.workload import Whose

OWN, UNIT, ALL = "mina", "enhet", "alla"
LATE, SOON, WAITS = "sent", "snart", "vantar"
STATES = {LATE: "Försenat", SOON: "Inom 30 dagar", WAITS: "Väntar på mig"}
SORTS = {
    "": ("Mest bråttom", None),
    "datum": ("Datum", ("due_on", "child__local_code", "pk")),
    "barn": ("Barn", ("child__local_code", "due_on", "pk")),
    "vad": ("Vad som ska göras", ("kind", "due_on", "child__local_code", "pk")),
}


class WorkFilter(forms.Form):
    """Whose work, in which state, of which kind. An unknown choice is ignored: the address may be old."""

    vems = forms.ChoiceField(label="Vems", required=False)
    ansvarig = forms.ChoiceField(label="Ansvarig", required=False)
    lage = forms.ChoiceField(
        label="Läge",
        required=False,
        choices=[("", "Försenat och inom 30 dagar"), *STATES.items()],
    )
    vad = forms.ChoiceField(label="Vad", required=False, choices=[("", "Allt"), *Due.Kind.choices])
    krav = forms.ChoiceField(
        label="Krav",
        required=False,
        choices=[("", "Lag och målnivåer"), ("lag", "Bara lagkrav"), ("mal", "Bara målnivåer")],
    )
    sortera = forms.ChoiceField(
        label="Ordning", required=False, choices=[(key, name) for key, (name, _) in SORTS.items()]
    )

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        held = user.granting(Permission.READ_CASES)
        self.units = {membership.unit_id: membership.unit for membership in held if membership.unit_id}
        whose = {OWN: "Mina barn"} if user.can(Permission.FOLLOW_UP) else {}
        whose |= {UNIT: "Min enhet"} if self.units else {}
        whose |= {ALL: "Alla jag når"}
        # What nobody chose comes first and needs no word in the address.
        self.fields["vems"].choices = [("", whose[self.usual]), *(it for it in whose.items() if it[0] != self.usual)]
        self.fields["enhet"] = forms.ModelChoiceField(
            Unit.objects.filter(municipality__in=user.municipalities(Permission.READ_CASES)),
            label="Enhet",
            required=False,
            empty_label="Alla enheter",
        )
        workers = workers_of(user.municipalities(Permission.READ_CASES))
        self.fields["ansvarig"].choices = [
            ("", "Alla"),
            ("ingen", "Ingen ansvarig"),
            *((str(worker.pk), str(worker)) for worker in workers),
        ]
        self.order_fields(["vems", "enhet", "ansvarig", "lage", "vad", "krav", "sortera"])
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def usual(self):
        """Whose work the page opens with: the leader's unit or all, everybody else's own."""
        if self.user.can(Permission.ARRANGE_COVER) or not self.user.can(Permission.FOLLOW_UP):
            return UNIT if self.units else ALL
        return OWN

    @property
    def is_narrowed(self):
        return any(self.chosen.get(name) for name in self.fields if name not in ("lage", "sortera"))

    @property
    def is_own(self):
        named = self.chosen.get("ansvarig") or self.chosen.get("enhet")
        return not named and (self.chosen.get("vems") or self.usual) == OWN

    def address(self, **changes):
        """The same choice with something changed, from its first page."""
        query = self.data.copy()
        query.pop("sida", None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def whose(self, covers):
        chosen, user = self.chosen, self.user
        if chosen.get("ansvarig") == "ingen":
            return Whose(user, nobodys=True)
        if chosen.get("ansvarig"):
            return Whose.of_worker(user, chosen["ansvarig"])
        if chosen.get("enhet"):
            return Whose.of_unit(user, chosen["enhet"])
        wish = chosen.get("vems") or self.usual
        if wish == OWN:
            return Whose.own(user, covers)
        return Whose.of_unit(user, *self.units.values()) if wish == UNIT and len(self.units) == 1 else Whose(user)

    def narrow(self, dues):
        """The dues that fit what was chosen, whatever their state."""
        chosen = self.chosen
        if chosen.get("vad"):
            dues = dues.filter(kind=chosen["vad"])
        if chosen.get("krav"):
            dues = dues.filter(is_law=chosen["krav"] == "lag")
        return dues

    def order(self, dues, today):
        _, fields = SORTS[self.chosen.get("sortera") or ""]
        return dues.order_by(*fields) if fields else dues.by_urgency(today)
