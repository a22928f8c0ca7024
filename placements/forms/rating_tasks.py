"""What becomes of the task to rate: a colleague's, nobody's, or taken up again."""

from django import forms
from django.db import transaction

from bou_portal.accounts.models import Membership, User
from placements.models import RatingTask
from placements.models.rating_tasks import RATING_ROLES


class TaskForm(forms.Form):
    """Holds the task's row while it changes; a task that is done is left as it is."""

    def __init__(self, data=None, *, placement, kind, user):
        super().__init__(data)
        self.placement, self.kind, self.user = placement, kind, user

    @transaction.atomic
    def save(self):
        """Whether anything was changed."""
        task = RatingTask.objects.held(self.placement, self.kind)
        if self.placement.ratings.submitted().filter(form=self.kind).exists():
            return False
        self.change(task)
        return True


class HandOverForm(TaskForm):
    """To a colleague in the same municipality who may rate, the manager herself included."""

    colleague = forms.ModelChoiceField(
        None, label="Kollega", empty_label="Välj en kollega", error_messages={"required": "Välj vem som tar över."}
    )

    def __init__(self, data=None, **about):
        super().__init__(data, **about)
        there = Membership.objects.in_force().filter(municipality=self.placement.municipality_id, role__in=RATING_ROLES)
        self.fields["colleague"].queryset = User.objects.filter(pk__in=there.values("user"), is_active=True)

    def change(self, task):
        task.hand_to(self.cleaned_data["colleague"], self.user)


class LeaveForm(TaskForm):
    """Without a rating, for one of a few reasons."""

    reason = forms.ChoiceField(
        label="Varför går det inte?",
        choices=RatingTask.Left.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj varför det inte går."},
    )

    def change(self, task):
        task.leave(self.cleaned_data["reason"], self.user)


class TakeUpForm(TaskForm):
    """Left by mistake: it waits again."""

    def change(self, task):
        task.take_up_again(self.user)
