"""Days in forms."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

# From days beyond these nothing can be counted back or forth, as to another time zone. What is a likely day for a
# placement or a plan, its own form knows.
FIRST, LAST = date(20, 1, 1), date(9900, 12, 31)


def is_near(day):
    if not FIRST <= day <= LAST:
        raise ValidationError("Kontrollera årtalet.", code="far_away")


def day_field(**options):
    """A date as the browser's own date picker writes it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, validators=[is_near], **options)
