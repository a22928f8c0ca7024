"""Green, yellow or red for each criterion of a home's agreements: from checks, and from what ratings say."""

from dataclasses import dataclass
from enum import StrEnum

from placements.models import Agreement, Criterion


class Light(StrEnum):
    GREEN = "grönt"
    YELLOW = "gult"
    RED = "rött"
    NONE = "underlag saknas"


@dataclass(frozen=True)
class CriterionLight:
    """One criterion of one agreement for one home, its light, and the rule that gave it in words."""

    agreement: Agreement
    criterion: Criterion
    light: Light
    why: str


def lights(homes, user, released) -> dict[int, list[CriterionLight]]:
    """{home's key: its lights} for the agreements this user may read, in a fixed number of queries."""
    return {}
