"""The retention plan: retention.toml read, held against the models, shown, and followed every night."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone

from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Event, Verb
from bou_portal.mailing.models import Letter
from bou_portal.periods import add_months
from municipalities.models import Comment, Deviation, Dispatch, Holder, KpiImport, Subscriber
from placements.models import (
    CentreThread,
    Child,
    Cover,
    Delivery,
    DeliveryRow,
    EventAnalysis,
    HomeChoice,
    HomeImport,
    HomeNeed,
    ParticipationStatus,
    Placement,
    Rating,
    Rule,
    Sip,
    VoiceRound,
)

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


def by_rule():
    """[(rule, [Kept, ...])] for the page: what is kept equally long stands together."""
    kept = list(plan())
    rules = [(rule, [model for model in kept if model.rule == name]) for name, rule in read()["rules"].items()]
    return sorted(rules, key=lambda pair: not pair[1])


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
def limits(today):
    """{rule: the day before which its rows are due}. Where a law decides, the rule table says how long."""
    days = {}
    for name, rule in read()["rules"].items():
        if "law" in rule:
            act = Rule.objects.in_force(today).filter(code=rule["law"], unit=Rule.Unit.MONTHS).first()
            days[name] = add_months(today, -act.amount) if act and act.amount else date.min
        elif "months" in rule:
            days[name] = add_months(today, -rule["months"])
        elif "days" in rule:
            days[name] = today - timedelta(days=rule["days"])
    return days


def due(today):
    """Querysets of what is to be erased today, by rule. Looking changes nothing."""
    before = limits(today)
    over = Q(expires_at__date__lte=before["invitation"]) | Q(accepted_at__date__lte=before["invitation"])
    return {
        "child": Child.objects.exclude(placements__in=Placement.objects.filter(ended_on=None))
        .annotate(last_end=Max("placements__ended_on"))
        .filter(last_end__lte=before["child"]),
        "staged": Delivery.objects.exclude(state__in=[Delivery.State.CONFIRMED, Delivery.State.UNDONE]).filter(
            uploaded_at__date__lte=before["staged"]
        ),
        "staged: hem": HomeImport.objects.filter(confirmed_at=None, uploaded_at__date__lte=before["staged"]),
        "loose": DeliveryRow.objects.filter(
            Q(fate=DeliveryRow.Fate.REFUSED) | Q(delivery__state=Delivery.State.UNDONE),
            delivery__uploaded_at__date__lte=before["loose"],
        ),
        "log": Event.objects.filter(at__date__lte=before["log"]),
        "invitation": Invitation.objects.filter(over | Q(withdrawn_at__date__lte=before["invitation"])),
        "account": User.objects.exclude(memberships__in=Membership.objects.filter(ended_on=None))
        .annotate(last_end=Max("memberships__ended_on"))
        .filter(Q(last_end=None) | Q(last_end__lte=before["account"]), joined_at__date__lte=before["account"]),
        **learning(before["learning"]),
        "choice": HomeChoice.objects.filter(chosen_on__lte=before["choice"]),
        "letter": Letter.objects.filter(
            Q(sent_at__date__lte=before["letter"]) | Q(refused_at__date__lte=before["letter"])
        ),
        "subscriber": Subscriber.objects.filter(confirmed_at=None, asked_at__date__lte=before["subscriber"]),
        "notice: utskick": Dispatch.objects.filter(sent_at__date__lte=before["notice"]),
        "notice: kommentarer": Comment.objects.filter(at__date__lte=before["notice"]),
        "holder": Holder.objects.filter(ended_on__lte=before["holder"]),
        "staged: nyckeltal": KpiImport.objects.exclude(state=KpiImport.State.DONE).filter(
            started_at__date__lte=before["staged"]
        ),
        "cover": Cover.objects.filter(ended_on__lte=before["cover"]),
        "session": Session.objects.filter(expire_date__lte=timezone.now()),
    }


def learning(limit):
    """What is kept for as long as work is learned from it: each kind of row that the others hang on."""
    return {
        "learning": EventAnalysis.objects.filter(closed_on__lte=limit),
        "learning: intervjuomgångar": VoiceRound.objects.filter(ends_on__lte=limit),
        "learning: delaktighet": ParticipationStatus.objects.filter(answered_at__date__lte=limit),
        "learning: sip": Sip.objects.filter(month_on__lte=limit),
        "learning: behov": HomeNeed.objects.filter(closed_on__lte=limit),
        "learning: avvikelser": Deviation.objects.filter(state=Deviation.State.CLOSED, reported_at__date__lte=limit),
        "learning: frågor": CentreThread.objects.filter(closed_at__date__lte=limit),
    }


def idle(today):
    """Accounts that nobody has used for half a year and that are still open (features.md b, rule 8)."""
    limit = limits(today)["idle"]
    unused = Q(last_login__date__lte=limit) | Q(last_login=None, joined_at__date__lte=limit)
    return User.objects.filter(unused, is_active=True)


def apply(*, dry_run=False, today=None):
    """Follow the plan and log how much, in short transactions. Safe to run twice. Returns [(what, count)]."""
    told, done, today = read()["rules"], [], today or timezone.localdate()
    for rule, rows in (due(today) | {"idle": idle(today)}).items():
        what = told[rule.partition(":")[0]]["name"]
        count = rows.count() if dry_run else ACTIONS.get(rule, erase_rows)(rows)
        if count and not dry_run:
            record(None, Verb.DELETED, "gallring", what=what, count=count)
        done.append((what, count))
    return done


def erase_children(children):
    """Each child with all that hangs on it, and the delivered rows that would bring it back."""
    chosen = list(children)
    for child in chosen:
        with transaction.atomic():
            DeliveryRow.objects.filter(municipality=child.municipality_id, child_code=child.local_code).delete()
            Rating.objects.filter(placement__child=child).delete()
            record(None, Verb.DELETED, child, reason="gallring")
            child.delete()
    return len(chosen)


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


def lock(accounts):
    """Close the accounts, each with a line in its municipality's log; an invitation opens one again."""
    chosen = list(accounts)
    for account in chosen:
        with transaction.atomic():
            User.objects.filter(pk=account.pk).update(is_active=False)
            account.record(Verb.ENDED, actor=None, reason="ett halvår utan inloggning")
    return len(chosen)


ACTIONS = {"child": erase_children, "idle": lock}
