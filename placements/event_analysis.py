"""The page of one analysis in words: where it stands, what is left to do, and the matrix of risk."""

from dataclasses import dataclass
from functools import cached_property

from bou_portal.formats import count_word, listing, starting
from placements.forms.analyses import LIKELIHOOD, SEVERITY
from placements.models import EventAnalysis


@dataclass(frozen=True)
class AnalysisPage:
    """One analysis with its rows read once."""

    analysis: EventAnalysis

    @cached_property
    def steps(self):
        return list(self.analysis.steps.all())

    @cached_property
    def causes(self):
        return list(self.analysis.causes.all())

    @cached_property
    def measures(self):
        return list(self.analysis.measures.select_related("owner"))

    @property
    def missing(self):
        """What a whole analysis has and this one has not, in the order of the work."""
        parts = (
            ("händelsekedja", self.steps),
            ("konsekvenser för barnet", self.analysis.consequences),
            ("orsaker", self.causes),
            ("bedömning av risken", self.analysis.risk_score),
            ("åtgärder", self.measures),
        )
        return [name for name, there in parts if not there]

    @property
    def sentence(self):
        if self.analysis.is_closed:
            return f"Avslutad {self.analysis.closed_on}. {starting(self.of_measures)}."
        left = f" Kvar att skriva: {listing(self.missing)}." if self.missing else " Alla delar är skrivna."
        return f"Pågår sedan {self.analysis.started_on}. {starting(self.of_measures)}.{left}"

    @property
    def of_measures(self):
        left = [measure for measure in self.measures if measure.done_on is None]
        late = [measure for measure in left if measure.is_late]
        if not self.measures:
            return "inga åtgärder är beslutade"
        if not left:
            return "alla åtgärder är genomförda"
        said = "en åtgärd återstår" if len(left) == 1 else f"{count_word(len(left))} åtgärder återstår"
        return f"{said}, {count_word(len(late))} försenad{'' if len(late) == 1 else 'e'}" if late else said

    @property
    def columns(self):
        return [label for value, label in LIKELIHOOD if value]

    @property
    def matrix(self):
        """(severity in words, [(score, whether the analysis is here), ...]), the gravest first."""
        here = (self.analysis.severity, self.analysis.likelihood)
        return [
            (label, [(value * column, (value, column) == here) for column in range(1, 5)])
            for value, label in reversed(SEVERITY[1:])
        ]
