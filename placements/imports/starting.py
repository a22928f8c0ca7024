"""Where a delivery is worked on: in the request when it is small, in a worker when it is big."""

from contextlib import suppress

from django.db import transaction

from placements.imports.staging import work
from placements.models import Delivery
from placements.tasks import work_on_delivery

AT_ONCE = 3_000  # rows; more than these are worked on behind the page, with a progress bar


def start(delivery: Delivery, user=None):
    """Make the preview (or with a user: take the delivery in), here when it is small, in a worker when it is big."""
    delivery.confirmed_by, delivery.problem = user, ""
    if delivery.rows_total <= AT_ONCE:
        work(delivery)
        return
    delivery.state, delivery.rows_done, delivery.lease_until = Delivery.State.WORKING, 0, None
    delivery.save(update_fields=["state", "rows_done", "lease_until", "confirmed_by", "problem"])
    transaction.on_commit(lambda: send(delivery.pk))


def send(delivery_id: int):
    """Hand a delivery to a worker. A broker that does not answer costs nothing: the sweep sends what was not sent."""
    with suppress(work_on_delivery.OperationalError):
        work_on_delivery.delay(delivery_id)
