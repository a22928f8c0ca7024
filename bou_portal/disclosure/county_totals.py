"""The sum of what municipalities report by themselves, shown to all of them: one number, or the mark. Pure.

For counts of children that are reported outside the deliveries and shown as one sum for the county only (reception of
unaccompanied minors, needs of foster homes). Each is shown once, when nothing can change it any more (ADR 14).
"""

from collections.abc import Collection

from bou_portal.disclosure.published import THRESHOLD
from bou_portal.figures import Shown, State

FEWEST_REPORTERS = 4


def county_total(counts: Collection[int], threshold: int = THRESHOLD) -> Shown:
    """The sum of the municipalities' counts, or why it is not told.

    Every reader is one of the municipalities, knows her own count and this rule. The sum is shown when at least four
    have reported, it is 0 or at least twice the threshold, and what is left when any one takes away her own is 0 or at
    least the threshold. Then every count 1-4 of another could have been one of five, seen by anybody
    (tests/test_disclosure_county_totals.py tries all of them).
    """
    if not counts:
        return Shown(State.NOT_DELIVERED)
    total = sum(counts)
    is_large = total == 0 or total >= 2 * threshold
    leaves_enough = all(total == own or total - own >= threshold for own in counts)
    if len(counts) < FEWEST_REPORTERS or not is_large or not leaves_enough:
        return Shown(State.HIDDEN)
    return Shown(State.SHOWN, value=total)
