"""The retention plan: retention.toml read, held against the models, shown, and followed every night."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.db.models import Count, Max, ProtectedError, Q
from django.utils import timezone

from bou_portal.accounts.models import Invitation, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Event, Verb
from bou_portal.periods import add_months
from placements.models import Child, Delivery, DeliveryRow, Rating

PLAN = Path(__file__).with_name("retention.toml")
OWN = ("bou_portal", "municipalities", "placements", "bbic", "training")


@dataclass(frozen=True)
class Kept:
    """What the plan says of one model: its rule and its fields."""

    label: str
    rule: str
    text: str
    law: str
    plain: tuple[str, ...]
    personal: tuple[str, ...]

    @property
    def name(self):
        return str(apps.get_model(self.label)._meta.verbose_name_plural)

    @property
    def personal_names(self):
        """The personal fields as a reader knows them."""
        meta = apps.get_model(self.label)._meta
        return [str(meta.get_field(field).verbose_name) for field in self.personal]


def read():
    with PLAN.open("rb") as file:
        return tomllib.load(file)


def plan():
    """Everything that is kept, in the plan's order."""
    told = read()
    for label, model in told["models"].items():
        rule = told["rules"][model["keep"]]
        fields = tuple(model.get("plain", ())), tuple(model.get("personal", ()))
        yield Kept(label, model["keep"], rule["text"], rule.get("law", ""), *fields)


def own_fields(model):
    """Names of a model's fields, its key aside."""
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field.name for field in fields if not field.primary_key]


def faults():
    """What is wrong with the plan: a field nobody has decided about, one decided twice, one that no longer exists."""
    told = {kept.label: [*kept.plain, *kept.personal] for kept in plan()}
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OWN:
            named, real = told.pop(model._meta.label, []), own_fields(model)
            wrong = {field for field in {*named, *real} if named.count(field) != 1 or field not in real}
            yield from (f"{model._meta.label}.{field} ska nämnas en gång" for field in sorted(wrong))
    yield from (f"{label} finns inte" for label in told)


# --- followed every night ---------------------------------------------------------------------------------------------
def due(today):
    """Querysets of what is to be erased today, by rule. Looking changes nothing."""
    rules = read()["rules"]

    def months_ago(rule):
        return add_months(today, -rules[rule]["months"])

    ended = Q(last_end__lte=months_ago("child"), open_placements=0)
    week_ago = timezone.now() - timedelta(days=rules["staged"]["days"])
    no_longer = Q(expires_at__date__lte=months_ago("invitation")) | Q(accepted_at__date__lte=months_ago("invitation"))
    left = Q(memberships=None) | Q(last_end__lte=months_ago("account"))
    return {
        "child": Child.objects.annotate(
            last_end=Max("placements__ended_on"),
            open_placements=Count("placements", filter=Q(placements__ended_on=None)),
        ).filter(ended),
        "staged": Delivery.objects.exclude(state__in=[Delivery.State.CONFIRMED, Delivery.State.UNDONE]).filter(
            uploaded_at__lte=week_ago
        ),
        "log": Event.objects.filter(at__date__lte=months_ago("log")),
        "invitation": Invitation.objects.filter(no_longer),
        "account": User.objects.annotate(last_end=Max("memberships__ended_on"))
        .filter(left, joined_at__date__lte=months_ago("account"), is_staff=False)
        .exclude(memberships__ended_on=None, memberships__isnull=False),
    }


def apply(*, dry_run=False, today=None):
    """Follow the plan in one transaction and log how much. Safe to run twice. Returns [(what, count)]."""
    told, done = read()["rules"], []
    with transaction.atomic():
        for rule, rows in due(today or timezone.localdate()).items():
            if dry_run:
                count = rows.count()
            else:
                count = erase_children(rows) if rule == "child" else erase_rows(rows)
                if count:
                    record(None, Verb.DELETED, "gallring", rule=rule, count=count)
            done.append((told[rule]["name"], count))
    return done


def erase_children(children):
    """The children with all that hangs on them, and the delivered rows that would bring them back."""
    keys = list(children.values_list("pk", "municipality_id", "local_code"))
    for pk, municipality, code in keys:
        DeliveryRow.objects.filter(municipality_id=municipality, child_code=code).delete()
        Rating.objects.filter(placement__child_id=pk).delete()
        Child.objects.filter(pk=pk).delete()
    return len(keys)


def erase_rows(rows):
    """Row by row, so that one that something else still leans on waits until that is gone."""
    count = 0
    for row in rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).iterator():
        try:
            with transaction.atomic():
                count += bool(type(row).objects.filter(pk=row.pk).delete()[0])
        except ProtectedError:
            continue
    return count
