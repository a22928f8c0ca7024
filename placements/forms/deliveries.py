"""Leaving a delivery, translating its words, taking it in and taking it out. Each form owns its write."""

import hashlib

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.imports import Unreadable, check_name_and_size, read_table
from placements.imports import staging
from placements.imports.columns import COLUMNS, words_for
from placements.imports.delivering import NotUndoable, undo, why_not_undoable
from placements.imports.parsing import recognise
from placements.imports.starting import start
from placements.models import Delivery, DeliveryRow

PASS_OVER = "ta-inte-med"  # noqa: S105 - a choice, no password


class UploadForm(forms.Form):
    """A file with rows of one kind. The gate stands here, before anything is kept."""

    kind = forms.ChoiceField(label="Vad innehåller filen?", choices=Delivery.Kind.choices)
    file = forms.FileField(
        label="Fil",
        help_text="CSV, xlsx eller ods. Inga personnummer och inga namn på barn: bara kommunens egna koder.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )
    delivered_on = day_field(
        label="Leveransens datum",
        required=False,
        help_text="Dagen uppgifterna togs ut. Tomt: det nyaste datumet i filen.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.table, self.sha256 = user, None, ""

    def clean_delivered_on(self):
        day = self.cleaned_data["delivered_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("Leveransens datum ligger i framtiden. Skriv dagen uppgifterna togs ut.")
        return day

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_name_and_size(file.name, file.size)
            content = file.read()
            self.table, self.sha256 = read_table(file.name, content), hashlib.sha256(content).hexdigest()
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        return file

    def save(self):
        """Keep the file, and make its preview when nothing in it needs a translation."""
        delivery = staging.stage(
            self.table,
            self.cleaned_data["file"].name,
            self.sha256,
            self.cleaned_data["kind"],
            self.cleaned_data["delivered_on"],
            self.user,
            self.user.municipalities(Permission.IMPORT_DELIVERIES),
        )
        if not any(staging.untranslated(delivery)):
            start(delivery)
        return delivery


class DeliveryForm(forms.Form):
    """Something that somebody does with one delivery."""

    def __init__(self, *args, delivery, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.delivery, self.user = delivery, user


class TranslationForm(DeliveryForm):
    """Which header is which column, and what the file's own words mean. Remembered for the next delivery."""

    def __init__(self, *args, delivery, user, **kwargs):
        super().__init__(*args, delivery=delivery, user=user, **kwargs)
        self.headers, self.missing, unknown = staging.untranslated(delivery)
        found, _, _ = recognise(staging.table_of(delivery), delivery.kind, staging.known_for(delivery))
        free = [(c.name, f"{c.name}: {c.meaning}") for c in COLUMNS[delivery.kind] if c.name not in found]
        for index, header in enumerate(self.headers):
            self.fields[f"header_{index}"] = forms.ChoiceField(
                label=f"Rubriken ”{header}”", required=False, choices=[(PASS_OVER, "Ta inte med"), *free]
            )
        self.words = {}
        for column, theirs in unknown.items():
            choices = [(word, word) for word in words_for(delivery.kind, column)]
            for word in theirs if choices else ():
                name = f"word_{len(self.words)}"
                self.words[name] = column, word
                self.fields[name] = forms.ChoiceField(
                    label=f"{column} ”{word}”",
                    required=False,
                    choices=[("", "Vet inte: läs inte in de raderna"), *choices],
                )

    def clean(self):
        chosen = [self.cleaned_data.get(f"header_{index}") for index in range(len(self.headers))]
        taken = [column for column in chosen if column and column != PASS_OVER]
        twice = {column for column in taken if taken.count(column) > 1}
        if twice:
            raise forms.ValidationError(f"Två rubriker är valda för {', '.join(sorted(twice))}. Välj en.")
        if missing := [column for column in self.missing if column not in taken]:
            raise forms.ValidationError(
                f"Välj vilken rubrik som är {', '.join(missing)}. Utan den går filen inte att läsa."
            )

    @transaction.atomic
    def save(self):
        chosen = {header: self.cleaned_data[f"header_{index}"] for index, header in enumerate(self.headers)}
        headers = {header: "" if column == PASS_OVER else column for header, column in chosen.items()}
        values = {place: self.cleaned_data[name] for name, place in self.words.items() if self.cleaned_data[name]}
        staging.translate(self.delivery, headers, values)
        record(self.user, Verb.CHANGED, self.delivery, translated=len(headers) + len(values))
        if not self._new_words(set(headers.values())):
            start(self.delivery)

    def _new_words(self, placed):
        """Whether a column found just now holds words to translate: they are asked for next."""
        _, _, unknown = staging.untranslated(self.delivery)
        return any(words_for(self.delivery.kind, column) for column in placed & unknown.keys())


class ConfirmForm(DeliveryForm):
    """Take in what the preview shows: `base` is the base it was made on."""

    base = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, delivery, user, **kwargs):
        super().__init__(*args, delivery=delivery, user=user, initial={"base": delivery.base}, **kwargs)

    def clean(self):
        if self.cleaned_data.get("base") != self.delivery.base:
            raise forms.ValidationError("Utfallet har räknats om sedan sidan visades. Titta igenom det igen.")
        if not self.delivery.rows.exclude(fate=DeliveryRow.Fate.REFUSED).exists():
            raise forms.ValidationError("Ingen rad kan läsas in. Rätta filen och lämna den på nytt.")

    def save(self):
        start(self.delivery, self.user)


class UndoForm(DeliveryForm):
    """Take the whole delivery out again."""

    def clean(self):
        if reason := why_not_undoable(self.delivery):
            raise forms.ValidationError(reason)

    def save(self):
        """Whether it was undone; otherwise the form says why not."""
        try:
            undo(self.delivery, self.user)
        except NotUndoable as error:
            self.add_error(None, str(error))
        return not self.errors


class DiscardForm(DeliveryForm):
    """Throw away what waits and was never taken in."""

    @transaction.atomic
    def save(self):
        record(self.user, Verb.DELETED, self.delivery, kind=self.delivery.kind)
        self.delivery.delete()
