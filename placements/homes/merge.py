"""Making one home a name of another: everything that hangs on it follows, in one transaction, and nothing is lost.

What already stands about the remaining home holds; what it lacks is filled in. What therefore falls away is shown before
and logged after. `MOVED` names every relation to a home; a test holds it against the model.
"""

from dataclasses import dataclass

from django.db import transaction

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import starting
from placements.homes.facts import FIELDS, METHODS, NOTHING, PARTS_OF, words
from placements.models import Agreement, CareHome

# (relation, one, several): in the order of the preview.
MOVED = (
    ("placements", "placering", "placeringar"),
    ("ratings", "omdöme", "omdömen"),
    ("agreements", "plats i avtal", "platser i avtal"),
    ("checks", "kontroll", "kontroller"),
    ("choices", "val av hemmet", "val av hemmet"),
    ("not_chosen", "val där hemmet övervägdes", "val där hemmet övervägdes"),
    ("replies", "svar från hemmet", "svar från hemmet"),
    ("changes", "byte av ägare eller föreståndare", "byten av ägare eller föreståndare"),
    ("ways", "arbetssätt", "arbetssätt"),
    ("facts", "uppgift med källa", "uppgifter med källa"),
    ("aliases", "annat namn", "andra namn"),
)
# What rests on a municipality's children: how many there are is nobody else's business (security.md, Decisions 1 and 5).
UNTOLD = frozenset({"placements", "ratings", "choices", "not_chosen", "aliases"})
# A fact's companions are moved with it.
COMPANIONS = {main: [part for part, of in PARTS_OF.items() if of == main] for main in set(PARTS_OF.values())}


@dataclass(frozen=True)
class Difference:
    """A fact of both homes: what stands, and what falls away."""

    label: str
    stands: str
    falls: str


@dataclass(frozen=True)
class Moving:
    """What a merge would do, for the preview: no numbers of what rests on children."""

    counts: list[tuple[int, str]]
    filled: list[tuple[str, str]]
    differences: list[Difference]


def moving(home, target, user):
    """What follows `home` into `target`, which of the target's empty facts are filled, and what falls away."""
    # Facts are told one by one below. Of agreements the leader learns only what she may read anyhow.
    readable = Agreement.objects.for_user(user, Permission.KEEP_HOMES)
    rows = {name: getattr(home, name).all() for name, *_ in MOVED if name not in UNTOLD | {"facts"}}
    rows |= {name: rows[name].filter(agreement__in=readable) for name in ("agreements", "checks")}
    counts = [(rows[name].count(), one, several) for name, one, several in MOVED if name in rows]
    ours, theirs = spoken(home), spoken(target)
    differences = [
        Difference(label_of(field), theirs[field] or NOTHING, ours[field]) for field in fallen(home, target, user)
    ]
    for doubled, kept in doubled_agreements(home, target):
        if kept.agreement in readable and (terms := in_words(doubled)) != in_words(kept):
            differences.append(Difference(f"Avtalet {kept.agreement}", in_words(kept), terms))
    return Moving(
        [(count, one if count == 1 else several) for count, one, several in counts if count],
        [(label_of(field), ours[field]) for field in fillable(home, target, user)],
        differences,
    )


def merge(home, target, user):
    """Make `home` a name of `target`: all that hangs on it follows, and it leaves the register."""
    with transaction.atomic():
        locked = {row.pk: row for row in CareHome.objects.select_for_update().filter(pk__in=[home.pk, target.pk])}
        home, target = locked[home.pk], locked[target.pk]
        lost = {field: spoken(home)[field] for field in fallen(home, target, user)}
        home.aliases.update(home=target)
        home.remember_names(home.name, home.uid.hex, home=target)
        moved = {
            "placements": home.placements.update(home=target, home_key=str(target.pk)),
            "ratings": home.ratings.update(home=target),
            "checks": home.checks.update(home=target),
            "choices": home.choices.update(home=target),
            "replies": home.replies.update(home=target),
            "agreements": move_agreements(home, target),
            "not_chosen": move_alternatives(home, target),
            "facts": fill_facts(home, target, user),
            "changes": move_new(home.changes, target, ("kind", "changed_on")),
            "ways": move_new(home.ways, target, ("method",)),
        }
        record(user, Verb.CHANGED, target, merged=home.pk, lost=lost, **moved)
        record(user, Verb.DELETED, home)
        home.delete()
    return target


def move_new(rows, target, key):
    """Let the rows follow that the target has no like of. Number of rows moved."""
    there = set(getattr(target, rows.field.remote_field.related_name).values_list(*key))
    fresh = [row.pk for row in rows.all() if tuple(getattr(row, name) for name in key) not in there]
    return rows.filter(pk__in=fresh).update(home=target)


def doubled_agreements(home, target):
    """[(the home's place, the target's place)] in agreements that both are in."""
    kept = {row.agreement_id: row for row in target.agreements.select_related("agreement")}
    return [(row, kept[row.agreement_id]) for row in home.agreements.all() if row.agreement_id in kept]


def move_agreements(home, target):
    """An agreement names a home once: where both are in it the target's rank and price hold, filled in from the other's."""
    doubled = doubled_agreements(home, target)
    for row, kept in doubled:
        kept.rank = row.rank if kept.rank is None else kept.rank
        kept.price_per_day = row.price_per_day if kept.price_per_day is None else kept.price_per_day
        kept.save(update_fields=["rank", "price_per_day"])
        row.delete()
    return home.agreements.update(home=target) + len(doubled)


def in_words(row):
    """`rang 2, 4 500 kr per dygn`, as far as it is agreed."""
    parts = (row.rank and f"rang {row.rank}", row.price_per_day and f"{row.price_per_day} kr per dygn")
    return ", ".join(part for part in parts if part) or "utan rang och pris"


def move_alternatives(home, target):
    """Choices in which the home was weighed now name the target, unless that is the very home that was chosen."""
    weighed = list(home.not_chosen.all())
    for choice in weighed:
        choice.alternatives.remove(home)
        if choice.home_id != target.pk:
            choice.alternatives.add(target)
    return len(weighed)


def fill_facts(home, target, user):
    """Let the target have the facts that it lacks, each with its source and day. Number of facts filled in."""
    filled = fillable(home, target, user)
    for field in filled:
        for name in (field, *COMPANIONS.get(field, ())):
            if name != METHODS:  # they follow as rows
                setattr(target, name, getattr(home, name))
    target.save()
    target.facts.filter(field__in=filled).delete()
    home.facts.filter(field__in=filled).update(home=target)
    return len(filled)


def fillable(home, target, user):
    """The facts that the target lacks and may take over: its ages must stay in order, and its facts be hers to keep."""
    if not CareHome.objects.kept_by(user).filter(pk=target.pk).exists():
        return []
    ours, theirs = spoken(home), spoken(target)
    fields = [field for field in FIELDS if ours[field] and not theirs[field]]
    ages = [getattr(home if name in fields else target, name) for name in ("age_from", "age_to")]
    in_order = None in ages or ages[0] <= ages[1]
    return fields if in_order else [field for field in fields if field not in ("age_from", "age_to")]


def fallen(home, target, user):
    """The facts of `home` that the target has another word for, or cannot take over."""
    ours, theirs, filled = spoken(home), spoken(target), fillable(home, target, user)
    return [f for f in FIELDS if f != METHODS and ours[f] and ours[f] != theirs[f] and f not in filled]


def spoken(home):
    """{field: the fact in words, empty when it is not known}; the two ages each by itself."""
    ages = {"age_from": home.age_from, "age_to": home.age_to}
    return {
        field: ("" if ages[field] is None else f"{ages[field]} år") if field in ages else words(home, field)
        for field in FIELDS
    }


def label_of(field):
    """What the field is called on the form."""
    return "Arbetssätt" if field == METHODS else starting(CareHome._meta.get_field(field).verbose_name)
