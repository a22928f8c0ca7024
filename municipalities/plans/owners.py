"""Who owns a plan's activities, and which of them nobody carries any more."""

from municipalities.directory.colleagues import colleagues


class Owners:
    """The owners of a region's activities, and whether each is still there. One query for all of them."""

    def __init__(self, region):
        self.present = set(colleagues(region).values_list("pk", flat=True))

    def has_left(self, activity):
        """Whether the activity's owner has an account but works in the region no longer."""
        return activity.owner_id is not None and activity.owner_id not in self.present

    def is_without(self, activity):
        """Whether the activity is to be done and nobody is there to do it."""
        is_open = activity.state in (activity.State.PLANNED, activity.State.ONGOING)
        nobody = activity.owner_id is None and not activity.owner_name
        return is_open and (nobody or self.has_left(activity))

    def word(self, activity):
        """Who it is, as a reader is told."""
        if self.has_left(activity):
            return f"{activity.owner} (har slutat)"
        return str(activity.owner or activity.owner_name or "Ingen ansvarig")
