"""The questionnaire about a home, read from `data/questionnaire.toml`. Pure: no Django, no database."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "questionnaire.toml"


@dataclass(frozen=True)
class Statement:
    """One statement, answered 1-5 or "vet ej". `now` is how the short form puts it, during the stay, if it has it."""

    number: int
    text: str
    now: str = ""


@dataclass(frozen=True)
class Domain:
    """A group of statements about one thing; `criterion` is what a procurement asks for under the same heading."""

    code: str
    criterion: str
    name: str
    statements: tuple[Statement, ...]

    def asked(self, short=False):
        """The statements of the full form, or of the short one."""
        return self.in_short if short else self.statements

    @cached_property
    def in_short(self):
        """Those of the short form, in its words."""
        return tuple(replace(s, text=s.now) for s in self.statements if s.now)


@dataclass(frozen=True)
class Question:
    """A question about the whole, or a text; the rating's field of the same name keeps the answer."""

    text: str
    number: int | None = None
    help: str = ""

    @property
    def label(self):
        return f"{self.number}. {self.text}" if self.number else self.text


@dataclass(frozen=True)
class Questionnaire:
    version: int
    scale: tuple[str, ...]
    not_applicable: str
    minutes: int
    domains: tuple[Domain, ...]
    questions: dict[str, Question]

    @property
    def statements(self):
        """Every statement in the order it is asked."""
        return self.asked()

    def asked(self, short=False):
        """Every statement of the full form, or of the short one."""
        return tuple(statement for domain in self.domains for statement in domain.asked(short))


@cache
def questionnaire():
    """The one questionnaire in use."""
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    domains = [
        domain | {"statements": tuple(Statement(**s) for s in domain["statements"])} for domain in data["domains"]
    ]
    questions = {field: Question(**question) for field, question in data["questions"].items()}
    return Questionnaire(
        **data | {"scale": tuple(data["scale"]), "questions": questions, "domains": tuple(Domain(**d) for d in domains)}
    )
