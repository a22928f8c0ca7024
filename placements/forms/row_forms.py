"""Everything that may be written about a placed child: the form of each kind by the word in its address."""

from placements.forms.decisions import InvestigationForm, PostFollowUpForm, RestrictionForm
from placements.forms.followups import FollowUpForm
from placements.forms.health import HealthExamForm
from placements.forms.plans import PlanForm
from placements.forms.reviews import CustodyForm, ReviewForm

FORMS = {
    form.slug: form
    for form in (
        FollowUpForm,
        PlanForm,
        ReviewForm,
        HealthExamForm,
        CustodyForm,
        RestrictionForm,
        InvestigationForm,
        PostFollowUpForm,
    )
}
