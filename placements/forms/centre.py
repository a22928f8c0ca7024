"""Familjehemscentrum: a month's numbers, a municipality's need, the questions between them, and the half-yearly marks."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm
from bou_portal.periods import add_years
from municipalities.models import Municipality
from placements.codes import AgeBand
from placements.models import CentreMessage, CentreMonth, CentreSurvey, CentreThread, HomeNeed

MOST = 999  # more families in a month is a slip of the finger
MARKS = [("", "Välj"), (1, "1 – mycket dåligt"), (2, "2"), (3, "3"), (4, "4"), (5, "5 – mycket bra")]


class MonthForm(FreshForm, forms.ModelForm):
    """How many families came to each step in a month."""

    changed_by_field = "entered_by"

    class Meta:
        model = CentreMonth
        fields = CentreMonth.STEPS

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        for name in CentreMonth.STEPS:
            if not self.instance.pk:
                self.initial[name] = self.fields[name].initial = None  # nobody is written only when somebody writes 0
            self.fields[name].widget.attrs |= {"min": 0, "max": MOST, "inputmode": "numeric"}
            self.fields[name].error_messages["invalid"] = "Skriv ett heltal. Skriv 0 om det inte var någon."
        self.helper = FormHelper()
        self.helper.layout = Layout(Row(*(Column(name, css_class="col-sm-4") for name in CentreMonth.STEPS)))

    def clean(self):
        cleaned = super().clean()
        for name in CentreMonth.STEPS:
            if (cleaned.get(name) or 0) > MOST:
                self.add_error(name, f"Kontrollera talet: fler än {MOST} familjer är inte rimligt.")
        return cleaned

    def save(self):
        """The month. Sent twice at once, as by a double click, it is saved once."""
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        self.instance.entered_by = self.user
        try:
            with transaction.atomic():
                month = super().save()
                record(self.user, verb, month, month=f"{month.month_on:%Y-%m}")
        except IntegrityError:
            return CentreMonth.objects.get(region=self.instance.region, month_on=self.instance.month_on)
        return month


class OfMunicipalityForm(forms.ModelForm):
    """A row of a municipality: hers, or the one she chooses among those she reaches."""

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label="Kommun", empty_label="Välj kommun")

    def __init__(self, data=None, *, user, places):
        super().__init__(data, label_suffix="")
        self.user = user
        self.fields["municipality"].queryset = places
        if len(places) == 1:
            self.instance.municipality = places[0]
            del self.fields["municipality"]


class NeedForm(OnceForm, OfMunicipalityForm):
    """A municipality looks for a home. Nothing about the child but an age band."""

    wanted_on = day_field(label="Önskad start")

    class Meta:
        model = HomeNeed
        fields = ["municipality", "age_band", "special", "wanted_on"]

    def __init__(self, data=None, *, user):
        super().__init__(data, user=user, places=Municipality.objects.for_user(user, Permission.USE_CENTRE))
        self.fields["age_band"].choices = [("", "Välj"), *AgeBand.choices]

    def clean_wanted_on(self):
        day, today = self.cleaned_data["wanted_on"], timezone.localdate()
        if day < today:
            raise ValidationError("Dagen har passerat. Välj i dag om det är bråttom.")
        if day > add_years(today, 2):
            raise ValidationError("Dagen ligger mer än två år fram. Kontrollera årtalet.")
        return day

    @transaction.atomic
    def save(self):
        self.instance.posted_by, self.instance.posted_on = self.user, timezone.localdate()
        need = super().save()
        if need is self.instance:
            record(self.user, Verb.CREATED, need)
        return need


class ThreadForm(OnceForm, GuardedForm, OfMunicipalityForm):
    """A new question with its first message."""

    guarded = ("subject", "text")

    text = forms.CharField(label="Meddelande", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))

    class Meta:
        model = CentreThread
        fields = ["municipality", "subject"]

    def __init__(self, data=None, *, user):
        reached = Municipality.objects.for_user(user, Permission.USE_CENTRE)
        if user.can(Permission.RUN_CENTRE):
            reached = Municipality.objects.filter(region__in=user.regions(Permission.RUN_CENTRE))
        super().__init__(data, user=user, places=reached)
        self.fields["text"].help_text = "Skriv om arbetet, aldrig om ett enskilt barn eller en enskild familj."

    @transaction.atomic
    def save(self):
        thread = super().save()
        if thread is not self.instance:
            return thread
        CentreMessage.objects.create(
            municipality=thread.municipality, thread=thread, text=self.cleaned_data["text"], written_by=self.user
        )
        record(self.user, Verb.CREATED, thread)
        return thread

    def is_same(self, kept):
        return super().is_same(kept) and kept.messages.filter(text=self.cleaned_data["text"]).exists()


class MessageForm(GuardedForm, forms.ModelForm):
    """An answer. It opens a question that was closed while it was written."""

    guarded = ("text",)

    class Meta:
        model = CentreMessage
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data=None, *, user, thread):
        super().__init__(data, label_suffix="")
        self.user, self.thread = user, thread
        self.fields["text"].help_text = "Skriv om arbetet, aldrig om ett enskilt barn eller en enskild familj."

    @transaction.atomic
    def save(self):
        self.instance.thread, self.instance.municipality = self.thread, self.thread.municipality
        self.instance.written_by = self.user
        last = CentreThread.objects.select_for_update(no_key=True).get(pk=self.thread.pk).messages.last()
        if last and (last.text, last.written_by_id) == (self.instance.text, self.user.pk):
            return last  # sent twice, as by a double click
        message = super().save()
        CentreThread.objects.filter(pk=self.thread.pk).update(closed_at=None)
        record(self.user, Verb.CREATED, message, thread=str(self.thread.uid))
        return message


class SurveyForm(FreshForm, forms.ModelForm):
    """A municipality's five marks for the half-year. May be changed until it is over."""

    changed_by_field = "answered_by"
    speed, fit, being_informed, support, whole = (
        forms.TypedChoiceField(choices=MARKS, coerce=int, empty_value=None) for _ in range(5)
    )

    class Meta:
        model = CentreSurvey
        fields = CentreSurvey.ITEMS

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        for name in CentreSurvey.ITEMS:
            self.fields[name].label = CentreSurvey._meta.get_field(name).verbose_name.capitalize()
        self.helper = FormHelper()
        self.helper.layout = Layout(Row(*(Column(name, css_class="col-sm-6") for name in CentreSurvey.ITEMS)))

    def save(self):
        """The answer. Sent twice at once, as by a double click, it is saved once."""
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        self.instance.answered_by = self.user
        try:
            with transaction.atomic():
                answer = super().save()
                record(self.user, verb, answer, half_year=answer.half_year)
        except IntegrityError:
            mine = {"municipality": self.instance.municipality, "half_year": self.instance.half_year}
            return CentreSurvey.objects.get(**mine)
        return answer
