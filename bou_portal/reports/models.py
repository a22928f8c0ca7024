"""Reports: what was shown to whom, frozen. A published quarter never changes; a correction is a new version."""

import hashlib
import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.pdf import PdfError, render
from bou_portal.reports import emails
from bou_portal.reports.pages import report_html
from municipalities.models import Municipality, Region, Release

logger = logging.getLogger(__name__)

# A worker that has not finished by then is presumed dead, and the sweep queues its report again.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3


class ReportQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Intern issues of municipalities, or issues for the public of regions, where she holds this permission."""
        if permission == Permission.READ_OWN_FIGURES:
            return self.published().filter(issue=Report.Issue.INTERN, municipality__in=user.municipalities(permission))
        shared = self.exclude(issue=Report.Issue.INTERN).filter(region__in=user.regions(permission))
        return shared if permission == Permission.PUBLISH_RELEASES else shared.published()

    def published(self):
        return self.filter(published_at__isnull=False)

    def readable_by(self, user):
        """Everything this user may open: own Intern issues, and the region's; unpublished ones for its leader."""
        return (
            self.for_user(user, Permission.READ_OWN_FIGURES)
            | self.for_user(user, Permission.READ_RELEASES)
            | self.for_user(user, Permission.PUBLISH_RELEASES)
        )

    def claim(self, pk):
        """Take a queued report for this worker, or None if another worker has it."""
        taken = self.filter(pk=pk, status=Report.Status.QUEUED).update(
            status=Report.Status.BUILDING, lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
        return self.get(pk=pk) if taken else None

    def release_stale(self):
        """Queue again what a worker took and did not finish in time; give up after three tries."""
        stale = self.filter(status=Report.Status.BUILDING, lease_until__lt=timezone.now())
        stale.filter(attempts__gte=MOST_ATTEMPTS).update(
            status=Report.Status.FAILED, lease_until=None, failure="Bygget avbröts tre gånger."
        )
        return stale.filter(attempts__lt=MOST_ATTEMPTS).update(status=Report.Status.QUEUED, lease_until=None)

    def due(self):
        """Ids of reports that wait for a worker, stale ones given back first. Oldest first."""
        self.release_stale()
        return list(self.filter(status=Report.Status.QUEUED).order_by("pk").values_list("pk", flat=True))

    def unannounced(self):
        """Published reports whose readers have not been told; the issue "Intern" comes with its shared one."""
        return self.published().filter(announced_at__isnull=True).exclude(issue=Report.Issue.INTERN)

    def newest_versions(self, among=None):
        """One report per place, quarter and issue: its newest version of all, or of those it is looked for `among`."""
        newer = (
            (Report.objects.all() if among is None else among)
            .filter(
                region=OuterRef("region"),
                quarter=OuterRef("quarter"),
                issue=OuterRef("issue"),
                version__gt=OuterRef("version"),
            )
            .filter(Q(municipality=OuterRef("municipality")) | Q(municipality__isnull=True, issue=Report.Issue.REGION))
        )
        return self.filter(~Exists(newer))

    def newest_published(self):
        """One report per place, quarter and issue: a correction that is not published yet does not hide what is."""
        return self.published().newest_versions(among=Report.objects.published())

    def same_report(self, report):
        """All versions of this report, newest first."""
        return self.filter(
            region=report.region_id, municipality=report.municipality_id, quarter=report.quarter, issue=report.issue
        ).order_by("-version")

    def of_place(self, code):
        """Reports of the municipality with this code, or of the region itself."""
        return self.filter(Q(municipality__code=code) | Q(municipality__isnull=True, region__code=code))

    def light(self):
        """Without the heavy columns, for lists."""
        return self.defer("content", "pdf")


class Report(models.Model):
    """One report: place, quarter, issue and version, with the figures it shows and the PDF made from them."""

    class Issue(models.TextChoices):
        INTERN = "intern", "Intern"
        SHARED = "spridning", "För spridning"
        REGION = "region", "Regionen"

    class Status(models.TextChoices):
        QUEUED = "queued", "I kö"
        BUILDING = "building", "Byggs"
        DONE = "done", "Klar"
        FAILED = "failed", "Misslyckades"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="reports", verbose_name="frysning")
    region = models.ForeignKey(Region, models.PROTECT, related_name="reports", verbose_name="region")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="kommun"
    )
    quarter = models.CharField("kvartal", max_length=7)
    issue = models.CharField("utgåva", max_length=10, choices=Issue)
    version = models.PositiveSmallIntegerField("version", default=1)
    content = models.JSONField("innehåll")
    sha256 = models.CharField("innehållets kontrollsumma", max_length=64)
    comment = models.TextField("utvecklingsledarens kommentar", max_length=600, blank=True)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.QUEUED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("försök", default=0)
    failure = models.CharField("fel", max_length=200, blank=True)
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    built_at = models.DateTimeField("byggd", null=True, blank=True)
    published_at = models.DateTimeField("publicerad", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="publicerad av"
    )

    announced_at = models.DateTimeField("läsarna underrättade", null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport"
        verbose_name_plural = "rapporter"
        ordering = ["-quarter", "region", "municipality__sort_key", "issue", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "quarter", "issue", "version"],
                name="one_report_per_municipality_quarter_issue_and_version",
                violation_error_message="Rapporten finns redan.",
            ),
            models.UniqueConstraint(
                fields=["region", "quarter", "version"],
                condition=Q(municipality__isnull=True),
                name="one_report_per_region_quarter_and_version",
                violation_error_message="Rapporten finns redan.",
            ),
            models.CheckConstraint(
                name="region_reports_have_no_municipality",
                condition=Q(issue="region", municipality__isnull=True)
                | (~Q(issue="region") & Q(municipality__isnull=False)),
                violation_error_message="Regionens rapport gäller ingen enskild kommun.",
            ),
        ]

    def __str__(self):
        return f"{self.municipality or self.region} {self.quarter} {self.get_issue_display()}"

    def get_absolute_url(self):
        return reverse("report_detail", args=[self.uid])

    @property
    def place(self):
        return self.municipality or self.region

    @property
    def place_name(self):
        return self.municipality.official_name if self.municipality else self.region.body

    @property
    def file_name(self):
        """`kvartalsrapport-2281-2026-k3-intern-v1.pdf`."""
        code = self.municipality.code if self.municipality else self.region.code
        return f"kvartalsrapport-{code}-{self.quarter.lower()}-{self.issue}-v{self.version}.pdf"

    def build(self):
        """Make the PDF from the frozen content and keep it; a failure is kept too, with its reason.

        Only a claimed report is built, and only the claim's holder finishes it: if the lease was given to another
        worker meanwhile, that worker's result stands.
        """
        try:
            pdf = render(report_html(self), identifier=bytes.fromhex(self.sha256)[:16])
        except PdfError as error:
            result = {"status": self.Status.FAILED, "failure": str(error)[:200]}
        except Exception as error:
            logger.exception("report %s could not be built", self.pk)
            result = {"status": self.Status.FAILED, "failure": f"Oväntat fel: {type(error).__name__}"}
        else:
            result = {
                "status": self.Status.DONE,
                "failure": "",
                "pdf": pdf,
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
                "built_at": timezone.now(),
            }
        mine = Report.objects.filter(pk=self.pk, status=self.Status.BUILDING, attempts=self.attempts)
        mine.update(lease_until=None, **result)
        self.refresh_from_db()
        return self

    def set_comment(self, comment):
        """Change the leader's comment before publication; the PDF is made anew."""
        Report.objects.filter(pk=self.pk, published_at__isnull=True).update(
            comment=comment, status=self.Status.QUEUED, attempts=0, pdf=None, pdf_sha256="", lease_until=None
        )

    def announce(self):
        """Mail the readers that a place's reports are there, once. A mail server that fails is asked again."""
        mine = Report.objects.filter(pk=self.pk)
        if not mine.unannounced().update(announced_at=timezone.now()):
            return
        try:
            emails.tell_readers(self)
        except OSError:  # smtplib's own errors are OSErrors too
            logger.exception("readers of report %s were not told", self.pk)
            mine.update(announced_at=None)

    def queue_again(self):
        """Another try for a report that failed; the sweep sends it. True if it had failed."""
        return bool(
            Report.objects.filter(pk=self.pk, status=self.Status.FAILED).update(
                status=self.Status.QUEUED, attempts=0, failure=""
            )
        )
