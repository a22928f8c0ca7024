"""What is sent twice, as by a double click, is saved once.

The empty form chooses the address (`uid`) of the row that it will make, and sends it along. The second of two sendings
finds the address taken, by a constraint that holds for all processes, and gets the row that the first one saved. Whoever
went back, wrote something else and sent it again has made another row, under a new address: nothing is swallowed.
"""

import uuid

from django import forms
from django.db import IntegrityError, transaction
from django.utils.functional import cached_property

from bou_portal.forms.freshness import stored


class OnceForm:
    """Beside a model form whose rows have a `uid`: `class SipForm(OnceForm, forms.ModelForm)`.

    `save` gives another row than `self.instance` when the same was saved before: then nothing more is written.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["token"] = forms.UUIDField(required=False, widget=forms.HiddenInput)
            self.initial["token"] = self.instance.uid

    @cached_property
    def changed_data(self):
        return [name for name in super().changed_data if name != "token"]

    def save(self, *args, **kwargs):
        if self.instance.pk:
            return super().save(*args, **kwargs)
        self.instance.uid = self.cleaned_data.get("token") or self.instance.uid
        try:
            with transaction.atomic():
                return super().save(*args, **kwargs)
        except IntegrityError:
            kept = type(self.instance).objects.filter(uid=self.instance.uid).first()
            if kept is None:
                raise
        if self.is_same(kept):
            return kept
        self.instance.pk, self.instance.uid = None, uuid.uuid4()
        return super().save(*args, **kwargs)

    @property
    def first_click(self):
        """The address of the row that the same form has made, saying the same: it stands in nobody's way.

        None when there is none, or when something else was written since: then what was saved is another row.
        """
        token, model = self.cleaned_data.get("token"), type(self.instance)
        kept = model.objects.filter(uid=token).first() if token else None
        if kept is None or getattr(kept, "region_id", None) != getattr(self.instance, "region_id", None):
            return None
        asked = {field.name for field in kept._meta.concrete_fields} & {*self._meta.fields} & {*self.cleaned_data}
        return token if all(getattr(kept, name) == self.cleaned_data[name] for name in asked) else None

    def is_same(self, kept):
        """Whether the row that was saved under this address says what is about to be written."""
        names = {field.name for field in kept._meta.concrete_fields} & {*self._meta.fields, "municipality", "region"}
        return stored(kept, names) == stored(self.instance, names)
