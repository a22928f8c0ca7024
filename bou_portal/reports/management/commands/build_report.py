"""Write one report's PDF to a file. Freezes the quarter first where nothing is frozen yet."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from bou_portal.periods import Quarter
from bou_portal.reports.freeze import FreezeError, freeze
from bou_portal.reports.models import Report
from municipalities.models import Municipality, Region


class Command(BaseCommand):
    help = "Bygger en kvartalsrapport som pdf: en kommuns (--municipality) eller en regions (--region)."

    def add_arguments(self, parser):
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--municipality", metavar="KOD", help="kommunkod, fyra siffror")
        place.add_argument("--region", metavar="KOD", help="länskod, två siffror")
        parser.add_argument("--quarter", required=True, help="till exempel 2026-K3")
        parser.add_argument("--issue", choices=["intern", "spridning"], default="intern", help="bara för en kommun")
        parser.add_argument("--output", required=True, type=Path, metavar="FIL")

    def handle(self, *, municipality, region, quarter, issue, output, **options):
        try:
            quarter = Quarter.parse(quarter)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if municipality:
            place = Municipality.objects.filter(code=municipality).select_related("region").first()
            region = place and place.region
        else:
            place = None
            region = Region.objects.filter(code=region).first()
        if region is None:
            raise CommandError(
                "Platsen finns inte i registret. Ange kommunkod eller länskod, till exempel 2281 eller 22."
            )
        self.freeze_missing(region, quarter)
        report = self.built(region, place, quarter, issue if place else Report.Issue.REGION)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(report.pdf)
        self.stdout.write(f"{output}: {report}, version {report.version}, sha256 {report.pdf_sha256}")

    def freeze_missing(self, region, quarter):
        """The quarter, and before it the three that its rolling figures are added up from."""
        try:
            for each in quarter.rolling_four():
                if not region.releases.filter(quarter=str(each)).exists():
                    freeze(region, each, with_reports=each == quarter)
            if not Report.objects.filter(region=region, quarter=str(quarter)).exists():
                freeze(region, quarter, reason="Kvartalet frystes först utan rapporter.")
        except FreezeError as error:
            raise CommandError(str(error)) from None

    def built(self, region, place, quarter, issue):
        """The newest version of the report, built here unless a worker has done it."""
        report = (
            Report.objects.filter(region=region, municipality=place, quarter=str(quarter), issue=issue)
            .order_by("-version")
            .first()
        )
        if claimed := Report.objects.claim(report.pk):
            report = claimed.build()
        if report.status == Report.Status.FAILED:
            raise CommandError(f"Rapporten kunde inte byggas: {report.failure}")
        if not report.pdf:
            raise CommandError("Rapporten byggs just nu av en annan process. Försök igen om en stund.")
        return report
