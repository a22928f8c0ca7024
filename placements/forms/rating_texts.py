"""A manager's answer to the texts of a rating: let them out to colleagues, or keep them back."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.models import Rating

RELEASE, KEEP = "slapp", "behall"


class ReleaseForm(forms.Form):
    """`seen` is the version of the texts she read: what was changed meanwhile is not released unread."""

    svar = forms.ChoiceField(choices=[(RELEASE, "Släpp"), (KEEP, "Håll inne")])
    seen = forms.ChoiceField(choices=())

    def __init__(self, data=None, *, rating, user):
        super().__init__(data)
        self.rating, self.user = rating, user
        self.fields["seen"].choices = [(rating.texts_version, "")]
        self.fields["seen"].error_messages["invalid_choice"] = "Texten ändrades medan du läste. Läs den igen."

    @transaction.atomic
    def save(self):
        """What became of them, in words; nothing when they were changed meanwhile."""
        rating = Rating.objects.select_for_update().get(pk=self.rating.pk)
        if rating.texts_version != self.cleaned_data["seen"] or not rating.may_be_shared:
            self.add_error(None, ValidationError(self.fields["seen"].error_messages["invalid_choice"]))
            return ""
        lets_out, now = self.cleaned_data["svar"] == RELEASE, timezone.now()
        rating.texts_released_at, rating.texts_released_by = (now, self.user) if lets_out else (None, None)
        rating.texts_kept_at = None if lets_out else now
        rating.save(update_fields=["texts_released_at", "texts_released_by", "texts_kept_at"])
        record(self.user, Verb.CHANGED, rating, texts="släppta" if lets_out else "hålls inne")
        return (
            "Texterna är släppta till kollegorna." if lets_out else "Texterna hålls inne: bara den som skrev läser dem."
        )
