"""Meetings, what is on their agendas, and what was noted."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bou_portal.forms.days import day_field
from municipalities.bodies.agenda import next_order, take_up
from municipalities.forms.work import WorkForm
from municipalities.models import AgendaItem, Meeting

CANCELLED = "Mötet är inställt. Planera in det igen innan du ändrar dagordningen."


def time_field(**options):
    """A time of day as the browser's own picker writes it."""
    return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **options)


class MeetingForm(WorkForm):
    plain_texts = ("place",)

    held_on = day_field(label="Dag")
    from_time = time_field(label="Börjar")
    until_time = time_field(label="Slutar")
    field_order = ["held_on", "from_time", "until_time", "place"]

    class Meta:
        model = Meeting
        fields = ["starts_at", "ends_at", "place"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        del self.fields["starts_at"], self.fields["ends_at"]  # asked for as a day and two times
        self.fields["place"].help_text = "En lokal, eller länken till ett videomöte."
        if self.instance.pk:
            starts, ends = (timezone.localtime(at) for at in (self.instance.starts_at, self.instance.ends_at))
            self.initial |= {"held_on": starts.date(), "from_time": starts.time(), "until_time": ends.time()}

    def clean(self):
        cleaned = super().clean()
        day, since, until = (cleaned.get(name) for name in ("held_on", "from_time", "until_time"))
        if since and until and until <= since:
            self.add_error("until_time", "Mötet måste sluta efter att det har börjat.")
        elif day and since and until:
            cleaned["starts_at"], cleaned["ends_at"] = (
                timezone.make_aware(datetime.combine(day, time)) for time in (since, until)
            )
        return cleaned


class OfMeetingForm(WorkForm):
    """About an item of a meeting that is not cancelled."""

    def clean(self):
        cleaned = super().clean()
        if self.instance.meeting.is_cancelled:
            raise ValidationError(CANCELLED)
        return cleaned


class ItemForm(OfMeetingForm):
    plain_texts = ("title", "presenter", "text")

    class Meta:
        model = AgendaItem
        fields = ["title", "kind", "minutes", "presenter", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["minutes"].help_text = "Klockslagen räknas ut efter minuterna."
        self.fields["presenter"].help_text = "Den som föredrar punkten."

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            self.instance.order = next_order(self.instance.meeting)
        return cleaned


class NoteForm(OfMeetingForm):
    """What was said at an item, for the minutes."""

    plain_texts = ("note",)

    class Meta:
        model = AgendaItem
        fields = ["note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 8})}


class OffersForm(forms.Form):
    """Which of the waiting things come on the agenda."""

    chosen = forms.MultipleChoiceField(
        label="Ta upp på mötet", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Bocka för minst en."}
    )

    def __init__(self, data=None, *, user, meeting, offers):
        super().__init__(data, label_suffix="")
        self.user, self.meeting, self.offers = user, meeting, offers
        self.fields["chosen"].choices = [(offer.key, f"{offer.title} ({offer.why})") for offer in offers]

    def clean(self):
        cleaned = super().clean()
        if self.meeting.is_cancelled:
            raise ValidationError(CANCELLED)
        return cleaned

    def save(self):
        chosen = self.cleaned_data["chosen"]
        return take_up(self.meeting, [offer for offer in self.offers if offer.key in chosen], self.user)
