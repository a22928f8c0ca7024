"""Celery carries ids; the database knows what must be done. Every task may run twice, or be lost, without harm."""

from celery import shared_task

from bou_portal.reports.models import Report


@shared_task
def build_report(report_id):
    """Build one report's PDF, unless another worker has it or it is done."""
    if report := Report.objects.claim(report_id):
        report.build()


@shared_task
def announce_report(report_id):
    """Tell a published report's readers, unless that is done."""
    if report := Report.objects.unannounced().light().filter(pk=report_id).first():
        report.announce()


@shared_task
def sweep():
    """Every minute: give back what a dead worker held, and send again what was never sent."""
    for report_id in Report.objects.due():
        build_report.delay(report_id)
    for report_id in Report.objects.unannounced().order_by("pk").values_list("pk", flat=True):
        announce_report.delay(report_id)
