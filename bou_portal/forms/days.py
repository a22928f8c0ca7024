"""Days in forms."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

# Days far beyond these can be counted neither back nor forth from, and stored in no other time zone.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def is_near(day):
    if not FIRST <= day <= LAST:
        raise ValidationError(f"Ange ett datum mellan {FIRST:%Y} och {LAST:%Y}.", code="far_away")


def day_field(**options):
    """A date as the browser's own date picker writes it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, validators=[is_near], **options)
