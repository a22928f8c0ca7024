"""For those who procure homes: findings to follow up, agreements that end, homes nobody has checked."""

from bou_portal.start.sections import Section
from placements.agreement_page import FollowUp


def procuring(user, memberships):
    """What the keeper of a municipality's agreements does now."""
    follow_up = FollowUp(user)
    place = ", ".join(membership.place for membership in memberships)
    return Section(place, follow_up.sentence, "start/procuring.html", {"follow_up": follow_up})
