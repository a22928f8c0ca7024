"""A constraint that names a field the form does not ask for, such as a row's region, is asked all the same."""

from municipalities.forms.work import WorkForm


class TakenForm(WorkForm):
    """`unasked` are such fields. The second of two clicks is not told that the first one took the name."""

    unasked = ()

    def _get_validation_exclusions(self):
        left_out = super()._get_validation_exclusions()
        token = self.cleaned_data.get("token")
        is_sent_again = token and type(self.instance).objects.filter(uid=token).exists()
        return left_out if is_sent_again else left_out - set(self.unasked)
