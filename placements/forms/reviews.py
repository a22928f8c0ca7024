"""Considerations, re-examinations and the question of custody: that they were made, and when the next one is due."""

from crispy_forms.layout import Layout

from bou_portal.forms.days import day_field
from placements.episodes import ReviewClock, basis_on
from placements.forms.answers import columns, one_of, stacked
from placements.forms.case_rows import CaseRowForm
from placements.models import CustodyQuestion, Review


class ReviewForm(CaseRowForm):
    slug, heading, day = "overvagande", "Övervägande eller omprövning", "done_on"
    saved = "Det är sparat"
    lead = "När du sparar räknas nästa förfallodag ut."
    same, from_care = ("kind", "done_on"), True

    done_on = day_field(label="Genomfört")

    class Meta:
        model = Review
        fields = ["kind", "done_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        one_of(self.fields["kind"])

    def layout(self):
        return Layout(stacked("kind"), columns("done_on"))

    def derive_own(self):
        """The due dates may not be empty; `derive()` gives them their places among the others."""
        bases = [(b.started_on, b.group, b.code) for b in self.child.legal_bases.order_by("started_on")]
        day, row = self.instance.done_on, self.instance
        row.next_due_on, row.next_due_effective_on = ReviewClock().due(basis_on(bases, day), day)


class CustodyForm(CaseRowForm):
    slug, heading, day = "vardnadsfraga", "Fråga om överflyttad vårdnad", "done_on"
    saved = "Övervägandet är sparat"
    lead = "Skriv in att nämnden har övervägt om vårdnaden ska flyttas över. Skälen står i akten."
    same, from_care = ("done_on",), True

    done_on = day_field(label="Övervägd")

    class Meta:
        model = CustodyQuestion
        fields = ["done_on", "outcome"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        one_of(self.fields["outcome"])

    def layout(self):
        return Layout(columns("done_on"), stacked("outcome"))
