"""The follow-up of a child's care, with what must be watched (domain.md 2.3). Written in a minute, by keyboard alone."""

from crispy_forms.layout import HTML, Layout
from django import forms
from django.utils import timezone

from bou_portal.forms.days import day_field
from placements.forms.answers import GOALS, beside, mark, one_of, part, rows, side_by_side, stacked
from placements.forms.case_rows import CaseRowForm
from placements.models import FollowUp

WATCHED = ("visit_in_home", "individual_talk", "carer_talk", "guardian_talk")
ASKED = ("child_view_recorded", "child_took_part_in_plan", "rights_info_given", "measures_decided")
SCALE = '<p class="form-text">1 är mycket dåligt, 5 är mycket bra.</p>'
# More goals than this are not followed up at one meeting.
MOST_GOALS = 30


class FollowUpForm(CaseRowForm):
    slug, heading, day = "uppfoljning", "Uppföljning", "done_on"
    saved = "Uppföljningen är sparad"
    lead = "Det du skriver stannar i kommunen. Svara bara på det du har underlag för i akten."
    same, planned, from_care = ("kind", "done_on"), ("next_on",), True
    ordered = (("done_on", ""), ("next_on", "Nästa uppföljning kommer efter den här, som var {}. Välj en senare dag."))

    done_on = day_field(label="Datum")
    health, development, behaviour, school, relations = (mark() for _ in range(5))
    goals_reviewed = forms.IntegerField(label="Mål som följdes upp", required=False, min_value=0, max_value=MOST_GOALS)
    goal_attainment = mark(GOALS)
    next_on = day_field(label="Nästa uppföljning", required=False)

    class Meta:
        model = FollowUp
        fields = [
            "done_on",
            "kind",
            *WATCHED,
            "no_talk_reason",
            *FollowUp.RATED,
            "feels_safe",
            "goals_reviewed",
            "goal_attainment",
            *ASKED,
            "next_on",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (*FollowUp.RATED, "goal_attainment"):
            self.fields[name].label = FollowUp._meta.get_field(name).verbose_name.capitalize()
        self.fields["done_on"].initial = timezone.localdate()
        self.fields["kind"].required = True
        self.fields["no_talk_reason"].label = "Skäl, om inget enskilt samtal"
        for name in ("kind", "no_talk_reason", "feels_safe"):
            one_of(self.fields[name])

    def layout(self):
        return Layout(
            beside(("done_on", 4), (stacked("kind"), 8)),
            side_by_side(
                part("Besök och samtal", rows(*WATCHED), stacked("no_talk_reason")),
                part("Hur har barnet det?", HTML(SCALE), rows(*FollowUp.RATED, "feels_safe")),
            ),
            side_by_side(
                part("Mål", beside(("goals_reviewed", 6), ("next_on", 6)), stacked("goal_attainment")),
                part("Delaktighet och beslut", rows(*ASKED)),
            ),
        )

    def clean(self):
        cleaned = super().clean()
        talked, why_not = cleaned.get("individual_talk"), cleaned.get("no_talk_reason")
        if talked and why_not:
            self.add_error("no_talk_reason", "Ett enskilt samtal är markerat. Ta bort skälet, eller ändra till nej.")
        if talked is False and not why_not and "no_talk_reason" not in self.errors:
            self.add_error("no_talk_reason", "Välj varför barnet inte fick ett enskilt samtal.")
        if cleaned.get("goals_reviewed") == 0 and cleaned.get("goal_attainment"):
            said = "Inga mål följdes upp. Välj ”Ej bedömt”, eller ändra antalet mål."
            self.add_error("goal_attainment", said)
        return cleaned
