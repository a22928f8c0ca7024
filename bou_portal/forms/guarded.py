"""Free text with a guard: an identity number is refused, what may point somebody out is asked about, word by word.

    class LessonForm(GuardedForm, forms.ModelForm):
        guarded = ("lesson",)

`{% form form %}` shows the yellow box with a tick for each word (templates/components/concerns.html).
"""

from django.core.exceptions import ValidationError

from bou_portal.free_text import concerns, is_refused

IDENTITY_NUMBER = "Texten innehåller ett personnummer. Ta bort det: skriv om arbetet, aldrig om vem barnet är."


class GuardedForm:
    """Beside a form class. `guarded` names its free texts; `concerns` holds the words that are asked about.

    `plain_texts` are about bodies and their work: names are ordinary there, and only identity numbers are refused.
    """

    guarded = ()
    plain_texts = ()
    refusal = IDENTITY_NUMBER

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.concerns = []

    def clean(self):
        cleaned = super().clean()
        for name in self.plain_texts:
            if is_refused(str(self.cleaned_data.get(name) or "")):
                self.add_error(name, ValidationError(self.refusal, code="identity_number"))
        for name in self.guarded:
            self.guard(name)
        return cleaned

    def guard(self, name):
        """Refuse, ask about, or let through one text. What was there before is not asked about again."""
        text = self.cleaned_data.get(name) or ""
        if not text or text == (self[name].initial or ""):
            return
        if is_refused(text):
            self.add_error(name, ValidationError(self.refusal, code="identity_number"))
            return
        found = concerns(text)
        self.concerns += [concern for concern in found if concern not in self.concerns]
        confirmed = set(self.data.getlist("confirmed")) if hasattr(self.data, "getlist") else set()
        if left := [concern for concern in found if concern.word not in confirmed]:
            words = ", ".join(f"”{concern.word}”" for concern in left)
            text = f"Kan peka ut någon: {words}. Ändra texten, eller bekräfta i den gula rutan."
            self.add_error(name, ValidationError(text, code="concern"))
