"""Celery carries ids; the row knows how far a fetch has come. Every task may run twice, or be lost, without harm."""

from celery import shared_task

from municipalities.kolada import fetching
from municipalities.models import KpiImport


@shared_task
def fetch_from_kolada(import_id):
    """Go on with one fetch, unless another worker has it or it is over."""
    if (fetch := KpiImport.objects.claim(import_id)) and not fetching.work(fetch):
        fetch_from_kolada.delay(import_id)


@shared_task
def sweep_fetches():
    """Every minute: go on with what a dead worker held, or what was never begun."""
    for import_id in KpiImport.objects.due():
        fetch_from_kolada.delay(import_id)


@shared_task
def fetch_weekly():
    """Every week: what has changed at Kolada."""
    fetching.begin_weekly()
