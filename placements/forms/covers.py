"""Saying who covers for whom, and when."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.accounts.models import User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import date as iso
from bou_portal.forms.days import day_field
from placements.forms.children import workers_of
from placements.models import Cover

# Away for longer than this, the children are handed over instead: each is to have one who is there.
LONGEST = timedelta(days=366)


class CoverForm(forms.ModelForm):
    """A colleague does somebody's work from a day to a day. A worker says so of her own absence, a manager of anybody's."""

    started_on = day_field(label="Från och med")
    ended_on = day_field(label="Till och med", help_text="Sista dagen som kollegan ersätter.")

    class Meta:
        model = Cover
        fields = ["absent", "covered_by", "started_on", "ended_on"]
        labels = {"absent": "Vem är borta?", "covered_by": "Vem ersätter?"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.arranges = user.municipalities(Permission.ARRANGE_COVER)
        self.places = self.arranges | user.municipalities(Permission.FOLLOW_UP)
        colleagues = workers_of(self.places)
        self.fields["covered_by"].queryset = colleagues if self.arranges else colleagues.exclude(pk=user.pk)
        self.fields["covered_by"].empty_label = "Välj en kollega"
        self.fields["started_on"].initial = timezone.localdate()
        if self.arranges:
            own = Q(pk=user.pk) if user.can(Permission.FOLLOW_UP) else Q(pk__in=[])
            self.fields["absent"].queryset = User.objects.filter(own | Q(pk__in=workers_of(self.arranges)))
            self.fields["absent"].empty_label = "Välj den som är borta"
        else:
            del self.fields["absent"]
            self.instance.absent = user
        self.absent = None if self.arranges else user

    def clean_started_on(self):
        day = self.cleaned_data["started_on"]
        if day < timezone.localdate():
            raise ValidationError("Den dagen har varit. Välj i dag eller en senare dag.")
        return day

    def clean(self):
        data = super().clean()
        absent, colleague = data.get("absent") or self.absent, data.get("covered_by")
        first, last = data.get("started_on"), data.get("ended_on")
        if first and last:
            self.check_days(first, last)
        if absent and colleague:
            self.check_people(absent, colleague)
        if absent and colleague and first and last and not self.errors:
            self.check_others(absent, colleague, first, last)
        return data

    def check_days(self, first, last):
        if last < first:
            self.add_error("ended_on", f"Sista dagen kan inte vara före den första. Välj {iso(first)} eller senare.")
        elif last - first > LONGEST:
            self.add_error("ended_on", "Välj högst ett år. Den som är borta längre lämnar över barnen i stället.")

    def check_people(self, absent, colleague):
        if absent == colleague:
            self.add_error("covered_by", "Välj en kollega: ingen kan ersätta sig själv.")
            return
        allowed = self.arranges if absent != self.user else self.places
        shared = [place for place in sorted(allowed) if workers_of([place]).filter(pk=colleague.pk).exists()]
        shared = [place for place in shared if workers_of([place]).filter(pk=absent.pk).exists()]
        if not shared:
            self.add_error("covered_by", f"Välj en kollega i samma kommun som {absent}.")
            return
        self.instance.municipality_id = shared[0]

    def check_others(self, absent, colleague, first, last):
        """One at a time covers for somebody, and nobody who is away or already does an absent one's work for the absent."""
        there = Cover.objects.filter(municipality=self.instance.municipality_id).overlapping(first, last)
        if other := there.filter(absent=absent).select_related("covered_by").first():
            self.add_error(
                "started_on",
                f"{other.covered_by} ersätter redan {iso(other.started_on)}–{iso(other.ended_on)}. "
                "Avsluta det först, eller välj andra dagar.",
            )
        if other := there.filter(absent=colleague).first():
            self.add_error(
                "covered_by",
                f"{colleague} är själv borta {iso(other.started_on)}–{iso(other.ended_on)}. Välj någon annan.",
            )
        if other := there.filter(covered_by=absent).select_related("absent").first():
            self.add_error(
                "started_on",
                f"{absent} ersätter {other.absent} {iso(other.started_on)}–{iso(other.ended_on)}. "
                "Avsluta det först, så att någon annan kan ta över båda.",
            )

    @transaction.atomic
    def save(self):
        cover = super().save()
        record(self.user, Verb.CREATED, cover, worker=cover.covered_by_id, was_worker=cover.absent_id)
        return cover
