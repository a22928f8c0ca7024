"""Asking for news by mail, and changing what is asked for."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from municipalities.models import Subscriber, Topic
from municipalities.news import subscribing

TOO_OFTEN = "Det har kommit många anmälningar härifrån på kort tid. Vänta en timme och försök igen."


class ChoiceForm(forms.ModelForm):
    """How often, and about what."""

    frequency = forms.ChoiceField(
        label="Hur ofta", choices=Subscriber.Frequency, widget=forms.RadioSelect, initial=Subscriber.Frequency.WEEKLY
    )
    topics = forms.MultipleChoiceField(
        label="Ämnen, om du inte vill ha alla",
        choices=Topic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Finns inget nytt kommer inget mail.",
    )

    class Meta:
        model = Subscriber
        fields = ["frequency", "topics"]

    def __init__(self, data=None, **options):
        super().__init__(data, label_suffix="", **options)


class SubscribeForm(ChoiceForm):
    """Asks whether an address wants a region's news. Says the same whether it has them already or not."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = ["email", "frequency", "topics"]

    class Meta(ChoiceForm.Meta):
        fields = ["email", "frequency", "topics"]
        labels = {"email": "E-postadress"}

    def __init__(self, data=None, *, request, region):
        super().__init__(data, initial={"token": uuid.uuid4()})
        self.request, self.region = request, region
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not subscribing.may_ask(self.request, cleaned["email"]):
            raise ValidationError(TOO_OFTEN, code="too_often")
        return cleaned

    def save(self):
        choice = {name: self.cleaned_data[name] for name in ("frequency", "topics")}
        token = self.cleaned_data["token"] or uuid.uuid4()
        subscribing.ask(self.region, self.cleaned_data["email"], choice, token)


class SettingsForm(ChoiceForm):
    """Changes a subscription. Whoever goes over to the weekly mail has had what was news before today."""

    def save(self):
        if "frequency" in self.changed_data and self.cleaned_data["frequency"] == Subscriber.Frequency.WEEKLY:
            self.instance.weekly_mail_on = timezone.localdate()
        return super().save()
