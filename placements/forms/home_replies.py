"""What a home itself answers to its results, entered by the leader of the region that the results are from."""

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from placements.models import HomeReply


class HomeReplyForm(GuardedForm, forms.ModelForm):
    """One reply for a home and a region; writing again changes it."""

    guarded = ("text",)
    replied_on = day_field(label="Hemmet skrev svaret")

    class Meta:
        model = HomeReply
        fields = ("text", "replied_on")
        labels = {"text": "Hemmets svar"}
        widgets = {"text": forms.Textarea({"rows": 8})}

    def __init__(self, data=None, *, home, region, user):
        written = HomeReply.objects.filter(home=home, region=region).first()
        reply = written or HomeReply(home=home, region=region, replied_on=timezone.localdate())
        super().__init__(data, instance=reply, label_suffix="")
        self.user, self.written = user, written
        self.fields[
            "text"
        ].help_text = f"Högst 1 500 tecken. Läses av alla i {region} som ser hemmets resultat. Inget om enskilda barn."

    def clean_replied_on(self):
        day = self.cleaned_data["replied_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Dagen har inte varit än.")
        return day

    @transaction.atomic
    def save(self):
        self.instance.entered_by = self.user
        self.instance.save()
        verb = Verb.CHANGED if self.written else Verb.CREATED
        record(self.user, verb, self.instance, home=self.instance.home_id, region=self.instance.region_id)
        return self.instance
