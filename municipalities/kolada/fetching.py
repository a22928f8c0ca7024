"""A fetch from Kolada: a list of parts, done one after the other by whichever worker lives (docs/adr/0028).

The row knows how many parts are done. Every page is written in a transaction of its own and may be written again, so
that a worker killed anywhere loses at most the pages of one part, and nothing is half of anything.
"""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.kolada.client import IDS_AT_ONCE, UNREADABLE, Kolada, KoladaError
from municipalities.kolada.store import COUNTRY, FATES, Comparison, Malformed, about, understood
from municipalities.models import Kpi, KpiImport, Municipality, Region, SimilarMunicipality
from municipalities.models.kpis import LEASE, MOST_TRIES

SLICE = 120  # seconds that one task works before it lets others in: a task may take 300
WEARY = "Hämtningen avbröts flera gånger på samma ställe. Försök igen, och hör av dig till driften om det fortsätter."


@dataclass(frozen=True)
class Part:
    """At most 25 indicators: what they are (no places), or their values for at most 25 places."""

    ids: tuple[str, ...]
    places: tuple[str, ...] = ()


class Plan:
    """Everything that is asked for: the followed indicators, for the regions' municipalities, those like them, and sums."""

    @cached_property
    def ids(self):
        return tuple(
            Kpi.objects.filter(is_core=True, source=Kpi.Source.KOLADA).order_by("code").values_list("code", flat=True)
        )

    @cached_property
    def places(self):
        members = Municipality.objects.filter(region__is_member=True)
        alike = SimilarMunicipality.objects.filter(municipality__in=members).values_list("other__code", flat=True)
        counties = {f"00{code}" for code in Region.objects.members().values_list("code", flat=True)}
        return tuple(sorted({COUNTRY, *counties, *members.values_list("code", flat=True), *alike}))

    @cached_property
    def parts(self):
        described = [Part(ids) for ids in chunks(self.ids)]
        return described + [Part(ids, places) for ids in chunks(self.ids) for places in chunks(self.places)]

    @property
    def digest(self):
        """Of what is asked for: another list, and a fetch begins anew."""
        return hashlib.sha256(repr((self.ids, self.places)).encode()).hexdigest()[:16]


def chunks(ids):
    return [ids[first : first + IDS_AT_ONCE] for first in range(0, len(ids), IDS_AT_ONCE)]


# --- beginning --------------------------------------------------------------------------------------------------------
def begin(region, user):
    """Ask for a fetch. None when one is under way already."""
    try:
        with transaction.atomic():
            fetch = KpiImport.objects.create(region=region, source=Kpi.Source.KOLADA, started_by=user)
            record(user, Verb.CREATED, fetch, region=region.code)
            transaction.on_commit(lambda: hand_over(fetch.pk))
    except IntegrityError:
        return None
    return fetch


def begin_weekly():
    """What has changed since last time, for the region that last fetched. Nobody has: nothing is asked of anybody."""
    last = KpiImport.objects.fetches().filter(state=KpiImport.State.DONE).order_by("-started_at").first()
    if last and last.started_at < timezone.now() - timedelta(days=1):
        return begin(last.region, None)
    return None


def again(fetch, user):
    """Go on with a fetch that failed, from the part where it did. False when that cannot be."""
    try:
        with transaction.atomic():
            failed = KpiImport.objects.fetches().filter(pk=fetch.pk, state=KpiImport.State.FAILED)
            if not failed.update(state=KpiImport.State.WAITING, tries=0, lease_until=None, ended_at=None):
                return False
            record(user, Verb.CHANGED, fetch, again=True)
            transaction.on_commit(lambda: hand_over(fetch.pk))
    except IntegrityError:
        return False
    return True


def hand_over(fetch_id):
    """A broker that is down loses nothing: the sweep finds what waits."""
    from municipalities.kolada.tasks import fetch_from_kolada

    try:
        fetch_from_kolada.delay(fetch_id)
    except fetch_from_kolada.OperationalError:
        return


# --- working ----------------------------------------------------------------------------------------------------------
def work(fetch, kolada=None):
    """Go on with a claimed fetch for a while. True when it is over, well or ill."""
    plan, until = Plan(), time.monotonic() + SLICE
    try:
        if fetch.tries > MOST_TRIES:
            raise KoladaError(WEARY)
        set_out(fetch, plan)
        kolada = kolada or Kolada()
        while fetch.done < fetch.total:
            if not do_part(fetch, plan.parts[fetch.done], kolada):
                return True
            if time.monotonic() >= until and fetch.done < fetch.total:
                KpiImport.objects.filter(pk=fetch.pk).update(lease_until=None)
                return False
    except KoladaError as error:
        end(fetch, KpiImport.State.FAILED, problem=str(error))
    else:
        end(fetch, KpiImport.State.DONE)
    return True


def set_out(fetch, plan):
    """From the beginning, or where the last worker stopped if the same is asked for still."""
    if fetch.told.get("plan") == plan.digest:
        return
    since = changed_since(plan.digest)
    fetch.done, fetch.total = 0, len(plan.parts)
    fetch.told = {"plan": plan.digest, "since": since and since.isoformat(), "counts": dict.fromkeys(FATES, 0)}
    fetch.save(update_fields=["done", "total", "told"])


def changed_since(digest):
    """The day before the last whole fetch of the same began; None when there is none, and everything is asked for."""
    done = KpiImport.objects.fetches().filter(state=KpiImport.State.DONE, told__plan=digest)
    last = done.order_by("-started_at").first()
    return last and timezone.localdate(last.started_at) - timedelta(days=1)


def do_part(fetch, part, kolada):
    """One part, page by page. False when the row is no longer ours to work on."""
    since = fetch.told.get("since")
    counts = Counter(fetch.told["counts"])
    try:
        if part.places:
            for page in kolada.values(part.ids, part.places, since and date.fromisoformat(since)):
                counts.update(keep_values(page, part))
                if not hold(fetch):
                    return False
        else:
            describe(part.ids, [row for page in kolada.kpis(part.ids) for row in page])
    except Malformed:
        raise KoladaError(UNREADABLE) from None
    fetch.done, fetch.tries = fetch.done + 1, 0
    fetch.told = {**fetch.told, "counts": dict(counts)}
    return hold(fetch, done=fetch.done, tries=0, told=fetch.told)


def hold(fetch, **fields):
    """Keep the lease, and write what is done. False when the fetch was ended meanwhile."""
    held = KpiImport.objects.filter(pk=fetch.pk, state=KpiImport.State.RUNNING)
    return bool(held.update(lease_until=timezone.now() + LEASE, **fields))


@transaction.atomic
def keep_values(page, part):
    """Write one page. Groups, and whatever else was not asked for, are passed over."""
    told = [value for row in page for value in understood(row)]
    wanted = Comparison(value for value in told if value.code in part.ids and value.place in part.places)
    wanted.write()
    return wanted.counts


@transaction.atomic
def describe(ids, rows):
    """What Kolada says of these indicators. One that it no longer knows is kept, and marked."""
    try:
        told = {row["id"]: about(row) for row in rows if row["id"] in ids}
    except (KeyError, TypeError) as error:
        raise Malformed from error
    now = timezone.now()
    for kpi in Kpi.objects.filter(code__in=ids):
        if kpi.code in told:
            Kpi.objects.filter(pk=kpi.pk).update(**told[kpi.code], fetched_at=now, gone_on=None)
        elif not kpi.gone_on:
            Kpi.objects.filter(pk=kpi.pk).update(gone_on=timezone.localdate())


@transaction.atomic
def end(fetch, state, problem=""):
    """Say how it went. The row's own person did it, or nobody for the weekly one."""
    fetch.state, fetch.ended_at, fetch.lease_until = state, timezone.now(), None
    fetch.told = {**fetch.told, "problem": problem}
    fetch.save(update_fields=["state", "ended_at", "lease_until", "told"])
    if state == KpiImport.State.DONE:
        record(fetch.started_by, Verb.IMPORTED, fetch, region=fetch.region.code, **fetch.told["counts"])
