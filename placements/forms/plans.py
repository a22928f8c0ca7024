"""Care plans and implementation plans: that they are made, in force, and hold what the law asks for."""

from crispy_forms.layout import HTML, Layout
from django.utils import timezone
from django.utils.html import format_html

from bou_portal.forms.days import day_field
from placements.deadlines import RuleBook, Wordings
from placements.forms.answers import columns, one_of, part, rows, stacked
from placements.forms.case_rows import CaseRowForm
from placements.models import Plan

ONLY_IMPLEMENTATION = tuple(name for name in Plan.IMPLEMENTATION_ELEMENTS if name not in Plan.CARE_ELEMENTS)
IN_BOTH = tuple(name for name in Plan.IMPLEMENTATION_ELEMENTS if name in Plan.CARE_ELEMENTS)
# The rule that says what each kind must hold.
PARTS = {Plan.Kind.IMPLEMENTATION: "R-GP-PARTS", Plan.Kind.CARE: "R-VP-PARTS"}


def elements_of(kind):
    """The names of what a plan of the kind must hold."""
    return Plan.CARE_ELEMENTS if kind == Plan.Kind.CARE else Plan.IMPLEMENTATION_ELEMENTS


def where_it_stands(day):
    """`Genomförandeplan: SoF … Vårdplan: SoF …`, with its exceptions, as this installation's rules say it, or nothing."""
    book = RuleBook(day)
    rules = [(kind.label, book.get(code)) for kind, code in PARTS.items()]
    return " ".join(f"{label}: {rule}. {sentence(rule.exceptions)}".strip() for label, rule in rules if rule)


def sentence(words):
    return f"{words}." if words else ""


class PlanForm(CaseRowForm):
    slug, heading, day = "plan", "Plan", "made_on"
    saved = "Planen är sparad"
    lead = "Planen själv finns i akten. Här räknas om den finns, är aktuell, hel och om barnet var med."
    same = ("kind", "made_on")
    ordered = (("made_on", ""), ("revised_on", "Planen kan inte vara reviderad innan den gjordes {}."))

    made_on = day_field(label="Datum då planen gjordes")
    revised_on = day_field(label="Senast sedd över", required=False)

    class Meta:
        model = Plan
        fields = ["kind", "made_on", "revised_on", *Plan.IMPLEMENTATION_ELEMENTS, "child_took_part"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Plan.Kind.IMPLEMENTATION
        self.fields["made_on"].help_text = "Ses planen över senare skriver du in den igen med det nya datumet."
        one_of(self.fields["kind"])

    def layout(self):
        law = format_html('<p class="form-text">{}</p>', where_it_stands(timezone.localdate()))
        return Layout(
            stacked("kind"),
            columns("made_on", "revised_on"),
            part(
                "Finns det här i planen?",
                HTML(law),
                rows(*IN_BOTH),
                rows(*ONLY_IMPLEMENTATION, css_class="only-implementation"),
            ),
            part("Delaktighet", rows("child_took_part")),
        )

    def clean(self):
        """What only an implementation plan holds is not asked about in a care plan."""
        cleaned = super().clean()
        asked = elements_of(cleaned.get("kind"))
        cleaned.update({name: None for name in Plan.IMPLEMENTATION_ELEMENTS if name not in asked})
        return cleaned

    def derive_own(self):
        plan = self.instance
        plan.in_force_until = Wordings().due("R-GP-CUR", plan.revised_on or plan.made_on)
        answers = [getattr(plan, name) for name in elements_of(plan.kind)]
        if any(answer is not None for answer in answers):
            plan.elements = answers.count(True)
        elif set(self.changed_data) & set(Plan.IMPLEMENTATION_ELEMENTS):
            plan.elements = None
