"""What somebody wrote in the portal about a child's placements: rows of the same fold as the deliveries (ADR 11)."""

import uuid

from django.db import models
from django.utils import timezone

from municipalities.models import Municipality
from placements.models.children import Child, ChildRowsQuerySet
from placements.models.followups import MAY_BE_CHANGED, CaseRow


class WrittenRowQuerySet(ChildRowsQuerySet):
    def fresh(self):
        """Written lately enough to be taken back."""
        return self.filter(entered_at__gt=timezone.now() - MAY_BE_CHANGED)


class WrittenRow(CaseRow):
    """One row about a placement, written by hand: its values are those of a delivered row, and it is folded with them.

    A start, a move, a new legal ground and an ending are each one `change` of one or two rows; a change is taken back
    as a whole, within a day. In the fold a written row counts as delivered on the day it was written, and as newer than
    the deliveries of that day.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="written_rows", verbose_name="barn")
    change = models.UUIDField("ändring", default=uuid.uuid4, db_index=True)
    written_on = models.DateField("skriven")
    values = models.JSONField("värden")

    objects = WrittenRowQuerySet.as_manager()

    class Meta:
        verbose_name = "inskriven placeringsuppgift"
        verbose_name_plural = "inskrivna placeringsuppgifter"
        ordering = ["written_on", "pk"]

    def __str__(self):
        return f"inskriven {self.written_on}"
