"""A held SIP meeting, without anything that says whose."""

from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import month
from bou_portal.forms.once import OnceForm
from bou_portal.periods import add_months
from municipalities.models import Municipality
from placements.codes import AgeBand
from placements.models import Sip

MONTHS_BACK = 18
YES_NO = [("ja", "Ja"), ("nej", "Nej")]


def months():
    """The months that a meeting may be registered in, newest first."""
    this = timezone.localdate().replace(day=1)
    return [add_months(this, -back) for back in range(MONTHS_BACK)]


def yes_or_no(label, **options):
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda said: said == "ja", widget=forms.RadioSelect, **options
    )


class SipForm(OnceForm, forms.ModelForm):
    month_on = forms.ChoiceField(label="Månad")
    child_present = yes_or_no("Var barnet med?")
    follow_up_set = yes_or_no("Bestämdes en dag för uppföljning?")
    municipality = forms.ModelChoiceField(Municipality.objects.none(), label="Kommun", empty_label="Välj kommun")

    class Meta:
        model = Sip
        fields = ["municipality", "month_on", "age_band", "initiative", "child_present", "follow_up_set"]

    def __init__(self, data=None, *, user, instance=None):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        own = Municipality.objects.for_user(user, Permission.REGISTER_SIP)
        self.fields["municipality"].queryset = own
        if self.instance.pk or len(own) == 1:
            self.instance.municipality = self.instance.municipality if self.instance.pk else own[0]
            del self.fields["municipality"]
        self.fields["month_on"].choices = [(str(day), month(day)) for day in self.months()]
        self.fields["age_band"].choices = [("", "Välj"), *AgeBand.choices]
        self.fields["initiative"].choices = [("", "Välj"), *Sip.Initiative.choices]
        for name in ("child_present", "follow_up_set"):
            if self.instance.pk:
                self.initial[name] = "ja" if getattr(self.instance, name) else "nej"
        first = ["municipality"] if "municipality" in self.fields else []
        columns = (Column(name, css_class="col-sm-4") for name in ("month_on", "age_band", "initiative"))
        self.helper = FormHelper()
        self.helper.layout = Layout(*first, Row(*columns), "child_present", "follow_up_set")

    def months(self):
        old = [self.instance.month_on] if self.instance.pk else []
        return sorted({*months(), *old}, reverse=True)

    def clean_month_on(self):
        return date.fromisoformat(self.cleaned_data["month_on"])

    @transaction.atomic
    def save(self):
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        if not self.instance.follow_up_set:
            self.instance.follow_up_held = None
        if verb == Verb.CREATED:
            self.instance.entered_by = self.user
        sip = super().save()
        if sip is self.instance:
            record(self.user, verb, sip, fields=sorted(self.changed_data))
        return sip

    @staticmethod
    @transaction.atomic
    def remove(sip, user):
        record(user, Verb.DELETED, sip)
        sip.delete()


class FollowUpHeldForm(forms.Form):
    """Whether the follow-up that was decided on was held: one of two buttons."""

    svar = forms.ChoiceField(choices=YES_NO)

    def __init__(self, data, *, sip, user):
        super().__init__(data)
        self.sip, self.user = sip, user

    def clean(self):
        if not self.sip.follow_up_set:
            raise ValidationError("Ingen uppföljning bestämdes vid mötet.")
        return super().clean()

    @transaction.atomic
    def save(self):
        self.sip.follow_up_held = self.cleaned_data["svar"] == "ja"
        self.sip.save(update_fields=["follow_up_held"])
        record(self.user, Verb.CHANGED, self.sip, fields=["follow_up_held"])
