"""A round as its page shows it: the model's own steps, what is done, what is next, and what was heard."""

from collections import Counter
from dataclasses import dataclass

from bou_portal.formats import count_word, starting
from placements.models import InterviewTheme, VoiceStep

Kind, Theme, Tone = VoiceStep.Kind, InterviewTheme.Theme, InterviewTheme.Tone
# Steps that are texts and a day of the round itself, by the word in their address.
SLUGS = {Kind.SEMINAR: "seminarium", Kind.REPORT: "arsrapport", Kind.BOARD: "namnd"}
FEWEST = 5  # interviews before themes are told outside the municipality, in the yearly report too


@dataclass(frozen=True)
class StepLine:
    """A step of the model with its state: `done`, `now` or `later`, and what has happened in it."""

    step: VoiceStep
    state: str
    what: str

    @property
    def slug(self):
        """Where the step is written in; nothing for a step that has rows of its own."""
        return SLUGS.get(self.step.kind, "")

    @property
    def mark(self):
        return {"done": ("good", "Klart"), "now": ("watch", "Nu"), "later": ("plain", "Senare")}[self.state]


class RoundStory:
    """One round, read in a fixed number of queries."""

    def __init__(self, round, today):
        self.round, self.today = round, today
        self.interviews = list(round.interviews.prefetch_related("themes").order_by("-held_on", "-pk"))
        self.quotes = list(round.quotes.select_related("written_by", "checked_by"))
        self.decisions = list(round.decisions.all())
        self.states = {
            Kind.PLAN: (f"Intervjuer {round.starts_on} till {round.ends_on}.", True),
            Kind.INTERVIEWS: self.interviewing(),
            Kind.SEMINAR: self.day(round.seminar_on, "Hölls", "Planerat"),
            Kind.REPORT: self.day(round.reported_on, "Klar", "Planerad"),
            Kind.BOARD: self.day(round.board_on, "Redovisat", "Planerat"),
            Kind.FOLLOW_UP: self.following_up(),
        }
        self.steps = self.lines(list(round.model.steps.all()))

    def lines(self, steps):
        found, current = [], False
        for step in steps:
            what, done = self.states[step.kind]
            state = "done" if done else "later" if current else "now"
            current = current or not done
            found.append(StepLine(step, state, what))
        return found

    @property
    def year(self):
        return str(self.round.year)

    @property
    def fewest(self):
        return FEWEST

    @property
    def decides(self):
        return self.has(Kind.BOARD) or self.has(Kind.FOLLOW_UP)

    @property
    def follows_up(self):
        return self.has(Kind.FOLLOW_UP)

    @property
    def held_seminar(self):
        return bool(self.round.works_well or self.round.to_change)

    def has(self, kind):
        return any(line.step.kind == kind for line in self.steps)

    @property
    def current(self):
        return next((line for line in self.steps if line.state == "now"), None)

    @property
    def sentence(self):
        """What is done and what is next."""
        if self.round.closed_on:
            return f"Omgången är avslutad {self.round.closed_on}. {self.interviews_done()}"
        if not self.current:
            return f"Alla steg är gjorda. {self.interviews_done()} Avsluta omgången när besluten är uppföljda."
        return f"Nu: {self.current.step.name}. {self.interviews_done()}"

    def interviews_done(self):
        held, planned = len(self.interviews), self.round.planned_interviews
        return f"{starting(count_word(held))} av {count_word(planned)} planerade intervjuer är gjorda."

    # --- the steps: (what has happened, whether it is done) -----------------------------------------------------------
    def interviewing(self):
        over = self.round.ends_on < self.today or not self.round.takes_interviews
        enough = len(self.interviews) >= self.round.planned_interviews
        return self.interviews_done(), enough or (over and bool(self.interviews))

    def day(self, on, past, future):
        if not on:
            return "", False
        return (f"{past} {on}.", True) if on <= self.today else (f"{future} {on}.", False)

    def following_up(self):
        left = sum(decision.done_on is None for decision in self.decisions)
        if not self.decisions:
            return "Inga beslut är inskrivna.", bool(self.round.closed_on)
        done = len(self.decisions) - left
        return f"{starting(count_word(done))} av {count_word(len(self.decisions))} beslut är genomförda.", not left

    # --- what was heard; only for the own municipality ----------------------------------------------------------------
    @property
    def themes(self):
        """[(theme, number that named it, [number per tone])], most named first."""
        counts = Counter((row.theme, row.tone) for interview in self.interviews for row in interview.themes.all())
        rows = [
            (label, sum(tones), tones)
            for theme, label in Theme.choices
            if any(tones := [counts[theme, tone] for tone in Tone.values])
        ]
        return sorted(rows, key=lambda row: -row[1])

    @property
    def tones(self):
        return Tone.labels

    @property
    def checked(self):
        return [quote for quote in self.quotes if quote.checked_at]

    @property
    def late_decisions(self):
        return [it for it in self.decisions if it.done_on is None and it.due_on and it.due_on < self.today]
