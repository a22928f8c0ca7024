"""Log lines with names: who it was, what it concerned, in words. The log itself keeps only numbers."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import BinaryField, JSONField
from django.urls import resolve

from bou_portal.access import Role
from bou_portal.audit.models import Verb

PORTAL = "Portalen"
# The log's own keys as a reader's words; a key not named here is shown as it is.
WORDS = {
    "reason": "skäl",
    "field": "uppgift",
    "change": "ändring",
    "role": "roll",
    "page": "sida",
    "rows": "rader",
    "what": "gällde",
    "kind": "slag",
    "quarter": "kvartal",
    "issue": "utgåva",
    "version": "version",
    "worker": "ny ansvarig",
    "was_worker": "tidigare ansvarig",
    "unit": "enhet",
    "opens_all_to_workers": "insyn i hela kommunen",
}

PEOPLE = ("worker", "was_worker")  # keys whose value is the number of an account


@dataclass(frozen=True)
class Line:
    """One event as it is read. `url` leads to what it concerned, where that has a page for the reader; empty otherwise."""

    event: object
    who: str
    what: str
    url: str
    detail: str


def lines(events, reader):
    """Events as lines, with one query for the names and one per kind of target, however many there are."""
    events = list(events)
    mentioned = {event.detail.get(key) for event in events for key in PEOPLE} | {event.actor_id for event in events}
    people = get_user_model().objects.in_bulk(mentioned - {None})
    targets = found_targets(events)
    return [line(event, people, targets, reader) for event in events]


def line(event, people, targets, reader):
    who = str(people.get(event.actor_id, f"borttaget konto {event.actor_id}")) if event.actor_id else nobody(event)
    model, target = model_of(event.target), targets.get((event.target, event.target_id))
    what = str(model._meta.verbose_name) if model else event.target
    if model is get_user_model():
        what = "eget konto" if event.target_id == str(event.actor_id) else f"konto: {target or 'borttaget'}"
    url = target.get_absolute_url() if hasattr(target, "get_absolute_url") else ""
    return Line(event, who, what, url if url and may_open(reader, url) else "", words(event.detail, people))


def may_open(reader, url):
    """Whether the page there asks for a permission she holds: reading the log opens no other doors."""
    permission = getattr(resolve(url).func, "permission", None)
    return permission is None or reader.can(permission)


def nobody(event):
    """Whose doing it is when nobody was signed in: the portal's own, or that of somebody it refused to let in."""
    return "Någon utan inloggning" if event.verb == Verb.REFUSED else PORTAL


def words(detail, people):
    """`{"rows": 12, "reason": "tillsyn"}` as `rader: 12, skäl: tillsyn`; accounts by name, as the actor is."""
    shown = {
        name: value for name, value in detail.items() if value not in (None, "") and not isinstance(value, dict | list)
    }
    if shown.get("role") in Role.values:
        shown["role"] = Role(shown["role"]).label
    for name, value in shown.items():
        if name in PEOPLE:
            shown[name] = people.get(value, f"borttaget konto {value}")
        if isinstance(value, bool):
            shown[name] = "ja" if value else "nej"
    return ", ".join(f"{WORDS.get(name, name)}: {value}" for name, value in shown.items())


def model_of(label):
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def found_targets(events):
    """{(label, id): row} of what is still there. A child is a word with a link, never its code."""
    wanted = defaultdict(set)
    for event in events:
        if event.target_id.isdigit() and model_of(event.target):
            wanted[event.target].add(int(event.target_id))
    rows = {}
    for label, ids in wanted.items():
        for pk, row in with_addresses(model_of(label)).in_bulk(ids).items():
            rows[label, str(pk)] = row
    return rows


def with_addresses(model):
    """The model's rows with what their addresses need (`address_through`), and without files and other bulk."""
    bulky = [field.name for field in model._meta.fields if isinstance(field, BinaryField | JSONField)]
    return model._default_manager.select_related(*getattr(model, "address_through", [None])).defer(*bulky)
