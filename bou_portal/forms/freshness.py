"""Nobody overwrites what she has not seen: who writes is told who was first, keeps what she typed, and saves once more.

Rows about a child (`case_rows`) carry what was shown, signed: the colleague's change is told field by field, as it was
and is, and the question is asked while the child is locked, so that of two saves at the same moment one meets the other.
What else is written carries a fingerprint (`FreshForm`): texts are long, so what is saved now stands beside the form
instead. Where a child lives is folded from many rows, and asks of them all (`placements.written.standing`).
"""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.forms.models import model_to_dict
from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.formats import listing, starting

SIGNER = Signer(salt="placements.freshness")
NOTHING, UNKNOWN = "tomt", "ingen uppgift"


def stored(row, names):
    """The named fields of a row as text; None where nothing is known."""
    fields = [row._meta.get_field(name) for name in names]
    values = {field.name: field.value_from_object(row) for field in fields}
    return {field.name: None if values[field.name] is None else field.value_to_string(row) for field in fields}


def seal(row, names):
    """What a form shows of a row, for its hidden field."""
    return SIGNER.sign_object({"row": str(row.uid), "values": stored(row, names)})


def unsealed(token, uid):
    """The values that were shown of the row, or None when the token is of another row, or of nobody's making."""
    try:
        seen = SIGNER.unsign_object(token or "")
    except BadSignature:
        return None
    return seen["values"] if seen["row"] == str(uid) else None


def moved(current, seen, mine=None):
    """Names of the fields that are now something else than what was seen, and than what is about to be written."""
    now = stored(current, seen)
    return [name for name in seen if now[name] != seen[name] and (mine is None or now[name] != mine[name])]


def told(current, seen, names):
    """`Karin Hedlund ändrade kl. 14.32: genomförd 2026-11-01 → 2026-11-02.`"""
    changes = [change(current, seen, name) for name in names]
    return f"{who(current)} ändrade {when(current.changed_at)}: {listing(changes)}."


def change(current, seen, name):
    field = current._meta.get_field(name)
    was = field.to_python(seen[name]) if seen[name] is not None else None
    return f"{field.verbose_name} {word(field, was)} → {word(field, field.value_from_object(current))}"


def word(field, value):
    """A value as its reader says it."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if value is None or value == "":
        return UNKNOWN if field.get_internal_type() == "BooleanField" else NOTHING
    if field.choices:
        return str(dict(field.flatchoices).get(value, value)).lower()
    return iso(value) or str(value)


def who(row):
    """The colleague who changed a row last."""
    return str(row.changed_by or row.entered_by or "En kollega")


def when(moment):
    """`kl. 14.32` today, else `2026-11-20 kl. 14.32`."""
    if moment is None:
        return "nyss"
    local = timezone.localtime(moment)
    day = "" if local.date() == timezone.localdate() else f"{iso(local)} "
    return f"{day}kl. {local:%H.%M}"


def already(row):
    """Somebody wrote the same kind of thing on the same day at the same time as her."""
    return starting(
        f"{who(row)} skrev in en sådan den dagen medan du skrev. Det du skrev är kvar: jämför, och ändra den som finns."
    )


class FreshForm:
    """Beside a model form: `class AssessmentForm(FreshForm, GuardedForm, forms.ModelForm)`.

    Asked when the form is checked, without a lock: of two saves in the same instant the later one stands, and the log
    has both. Where that is not enough, save with a condition on `current` (`voice_steps.StepForm`).
    `changed_by_field` names who changed the row last. After a collision `newer` holds what is saved now, shown by
    `{% include "components/newer.html" %}`.
    """

    changed_by_field = "changed_by"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.newer = []
        self.compare_with(self.instance)
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["seen"] = self.fingerprint

    def compare_with(self, row):
        """What is typed is compared with this row; the fingerprint says nothing of its texts."""
        self.current = model_to_dict(row, self._meta.fields) if row.pk else {}
        self.fingerprint = hashlib.sha256(repr(sorted(self.current.items())).encode()).hexdigest()[:16]

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen") and cleaned["seen"] != self.fingerprint:
            self.tell_newer(self.instance)
        return cleaned

    def tell_newer(self, row):
        """Say who was first and what is saved now; sent once more, it is written."""
        self.compare_with(row)
        self.newer = [self.as_read(name) for name in self.current if name in self.fields and self.differs(name)]
        self.data = self.data.copy()
        self.data["seen"] = self.fingerprint
        who = getattr(row, self.changed_by_field, None) or "Någon annan"
        text = f"{who} ändrade det här medan du skrev. Ditt står kvar. Jämför med det som är sparat och spara igen."
        self.add_error(None, ValidationError(text, code="stale"))

    def differs(self, name):
        return self.fields[name].has_changed(self.current[name], self[name].data)

    def as_read(self, name):
        """The field's name and what is saved in it now, as a reader knows it."""
        value = self.current[name]
        words = {str(key): label for key, label in getattr(self.fields[name], "choices", ())}
        return starting(str(self[name].label)), words.get(str(value), "" if value is None else value)
