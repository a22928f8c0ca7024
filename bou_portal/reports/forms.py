"""What the development leader does with a quarter: freeze it, comment, publish, try again."""

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.identity_numbers import has_identity_number
from bou_portal.imports import visible
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze, send, tell
from bou_portal.reports.models import Report


class FreezeForm(forms.Form):
    """Freeze a quarter for a region, or correct a frozen one with a reason."""

    quarter = forms.ChoiceField(label="Kvartal")
    reason = forms.CharField(
        label="Orsak till rättning",
        max_length=200,
        required=False,
        help_text="Bara när kvartalet redan är fryst. Orsaken står på rapportens första sida.",
    )

    def __init__(self, *args, region, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.region, self.by = region, by
        last = Quarter.of(timezone.localdate()).previous()
        self.fields["quarter"].choices = [(str(quarter), quarter.text) for quarter in reversed(last.last(8))]

    def clean_reason(self):
        reason = visible(self.cleaned_data["reason"]).strip()
        if has_identity_number(reason):
            raise forms.ValidationError("Orsaken ser ut att innehålla ett personnummer. Skriv om den.")
        return reason

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        frozen = self.region.releases.filter(quarter=data["quarter"]).exists()
        if frozen and not data["reason"]:
            self.add_error("reason", "Kvartalet är redan fryst. Skriv varför det ska rättas, så görs en ny version.")
        if not frozen and data["reason"]:
            self.add_error("reason", "Kvartalet är inte fryst än. Lämna orsaken tom.")
        return data

    def save(self):
        """The new release. FreezeError if somebody else froze it meanwhile."""
        quarter = Quarter.parse(self.cleaned_data["quarter"])
        return freeze(self.region, quarter, by=self.by, reason=self.cleaned_data["reason"])


class ReportsForm(forms.Form):
    """Something done by somebody to some reports."""

    def __init__(self, *args, reports, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.reports, self.by = reports, by


class CommentForm(ReportsForm):
    """One comment for all issues of one place, before they are published. The reports are built again with it."""

    comment = forms.CharField(label="Kommentar", max_length=600, required=False, widget=forms.Textarea({"rows": 3}))

    def clean_comment(self):
        comment = visible(self.cleaned_data["comment"]).strip()
        if has_identity_number(comment):
            raise forms.ValidationError("Kommentaren ser ut att innehålla ett personnummer. Skriv om den.")
        return comment

    @transaction.atomic
    def save(self):
        for report in self.reports.filter(published_at__isnull=True).exclude(comment=self.cleaned_data["comment"]):
            report.set_comment(self.cleaned_data["comment"])
            record(self.by, Verb.CHANGED, report, what="comment")
            transaction.on_commit(lambda pk=report.pk: send(pk))


class PublishForm(ReportsForm):
    """Release reports to their readers. Only built ones are released; the others wait."""

    @transaction.atomic
    def save(self):
        """Number of reports released now."""
        ready = self.reports.filter(status=Report.Status.DONE, published_at__isnull=True)
        published = 0
        for report in ready.light():
            done = Report.objects.filter(pk=report.pk, published_at__isnull=True).update(
                published_at=timezone.now(), published_by=self.by
            )
            if done:
                record(self.by, Verb.PUBLISHED, report, quarter=report.quarter, issue=report.issue)
                transaction.on_commit(lambda pk=report.pk: tell(pk))
            published += done
        return published


class RetryForm(ReportsForm):
    """Queue failed reports again."""

    @transaction.atomic
    def save(self):
        retried = 0
        for report in self.reports.filter(status=Report.Status.FAILED).light():
            if report.queue_again():
                retried += 1
                transaction.on_commit(lambda pk=report.pk: send(pk))
        return retried
