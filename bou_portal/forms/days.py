"""Days in forms."""

from django import forms


def day_field(**options):
    """A date as the browser's own date picker writes it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **options)
