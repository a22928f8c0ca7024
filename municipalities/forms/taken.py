"""A constraint that names a field the form does not ask for, such as a row's region, is asked all the same."""

from municipalities.forms.work import WorkForm


class TakenForm(WorkForm):
    """`unasked` are such fields. The second of two clicks is not told that the first one took the name."""

    unasked = ()

    def _get_validation_exclusions(self):
        left_out = super()._get_validation_exclusions()
        return left_out if self.first_click else left_out - set(self.unasked)
