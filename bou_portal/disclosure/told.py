"""How a release writes down what it tells of homes: per home, what is shown and nothing else. Pure.

    {"<uid>": {"all": [4.0, 5], "D3": [3.5, 10], "6": [4.5, 20], "again": [70], "planned": [80], "length": [1]}}

A score is its value, its band's least number, 1 for "ojämnt underlag" and the quarter it rests on where that is an
earlier one; a share its per cent, a length the number of its band. A home, domain or statement that is hidden is not
there at all. Schema 1, before domains were told, had {"<uid>": {"value": 4.0, "band": "5–9", "reason": None}}.
"""

from collections.abc import Mapping
from functools import lru_cache

from bou_portal.disclosure.coarse import KINDS, Coarse
from bou_portal.disclosure.scores import Score

WHOLE = "all"


def homes_as_told(scores: Mapping[str, Score], coarse: Mapping[str, Coarse]) -> dict:
    """{home: {part: [...]}} of what is shown."""
    homes: dict[str, dict[str, list]] = {}
    for subject, told in (*scores.items(), *coarse.items()):
        if told.is_shown:
            home, _, part = subject.partition(":")
            homes.setdefault(home, {})[part or WHOLE] = told.as_told()
    return homes


def told_homes(stored: Mapping) -> tuple[dict[str, Score], dict[str, Coarse]]:
    """What is told by subject ("uid", "uid:D3", "uid:again"), from what a release has stored."""
    scores: dict[str, Score] = {}
    coarse: dict[str, Coarse] = {}
    for subject, old in stored.get("scores", {}).items():
        scores[subject] = Score.from_dict(old)
    for home, parts in stored.get("homes", {}).items():
        for part, told in parts.items():
            if part in KINDS:
                coarse[f"{home}:{part}"] = _coarse(part, *told)
            else:
                scores[home if part == WHOLE else f"{home}:{part}"] = _score(*told)
    return scores, coarse


# A thousand homes share some hundred different results.
_score = lru_cache(maxsize=4096)(Score.from_told)
_coarse = lru_cache(maxsize=1024)(Coarse.from_told)
