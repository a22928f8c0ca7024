"""What the partner organisation writes about its region's released health funnel."""

from django import forms
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.guarded import GuardedForm
from placements.models import HealthComment


class HealthCommentForm(GuardedForm, forms.ModelForm):
    """One comment for a region and a released quarter; writing again changes it."""

    guarded = ("text",)

    class Meta:
        model = HealthComment
        fields = ("text",)
        labels = {"text": "Din kommentar"}
        help_texts = {
            "text": "Högst 600 tecken. Läses av kommunerna och i regionens rapport. Skriv inget om enskilda barn."
        }
        widgets = {"text": forms.Textarea({"rows": 5})}

    def __init__(self, *args, region, quarter, by, **kwargs):
        self.about = {"region": region, "quarter": str(quarter)}
        written = HealthComment.objects.filter(**self.about).first()
        super().__init__(*args, instance=written or HealthComment(**self.about), **kwargs)
        self.by = by

    @transaction.atomic
    def save(self):
        said = {"text": self.cleaned_data["text"], "written_by": self.by}
        comment, is_new = HealthComment.objects.update_or_create(**self.about, defaults=said)
        record(self.by, Verb.CREATED if is_new else Verb.CHANGED, comment, quarter=comment.quarter)
        return comment
