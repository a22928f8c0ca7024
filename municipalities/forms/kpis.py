"""Choosing indicators to look at, and taking them in: files, the meaning of their columns, a fetch."""

from pathlib import Path

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.free_text import is_refused
from bou_portal.identity_numbers import has_identity_number
from bou_portal.imports import MAX_BYTES, Unreadable, check_name_and_size, read_table
from municipalities.kolada.client import KoladaError, read_page
from municipalities.kolada.store import FIRST_YEAR, THEMES
from municipalities.kpis import importing as kpi_import
from municipalities.kpis.table import CODE, MEANINGS, NAME, OWN, PASS_OVER, TITLE, VALUE, YEAR
from municipalities.models import Kpi, KpiImport, Municipality, Region

EVERYTHING = "alla"
MOST_FILES = 20
SAVED_UNREADABLE = (
    "Filen {name} är ingen sida från Kolada. Spara svaret från Koladas API som det är, med ändelsen .json."
)


class KpiFilter(forms.Form):
    """Which indicators, and seen from where. An unknown choice is ignored: the address may be old."""

    sok = forms.CharField(label="Sök nyckeltal", required=False, max_length=60)
    omrade = forms.ChoiceField(label="Område", required=False)
    kommun = forms.ChoiceField(label="Kommun", required=False)

    def __init__(self, data, *, user):
        super().__init__(data.copy())
        permission = Permission.READ_REGION_WORK
        themes = Kpi.objects.for_user(user, permission).order_by("theme").values_list("theme", flat=True).distinct()
        own = [theme for theme in themes if theme and theme not in THEMES.values()]
        present = [theme for theme in THEMES.values() if theme in themes]
        self.themes = [*present, *own]
        self.fields["omrade"].choices = [(EVERYTHING, "Alla områden"), *((theme, theme) for theme in self.themes)]
        self.places = list(self.reached(user, permission))
        empty = [] if user.municipalities(permission) else [("", "Hela länet")]
        self.fields["kommun"].choices = [*empty, *((place.code, place.short_name) for place in self.places)]
        if len(self.fields["kommun"].choices) < 2:
            del self.fields["kommun"]
        if not self.data.get("sok") and self.data.get("omrade") not in {EVERYTHING, *self.themes} and self.themes:
            self.data["omrade"] = self.themes[0]  # what is shown is what is chosen
        self.is_valid()
        self.wish = self.cleaned_data

    @staticmethod
    def reached(user, permission):
        """Her own municipalities; for those who work in a region all of its."""
        regions = {membership.region_id for membership in user.granting(permission) if membership.region_id}
        own = Municipality.objects.filter(pk__in=user.municipalities(permission))
        return (own | Municipality.objects.filter(region__in=regions).active()).select_related("region").distinct()

    def clean_sok(self):
        if is_refused(text := self.cleaned_data["sok"].strip()):
            raise forms.ValidationError("Det ser ut som ett personnummer. Ta bort det.")
        return text

    @property
    def place(self):
        """The municipality from which it is seen; None: the county."""
        chosen = self.wish.get("kommun")
        if not chosen and "kommun" in self.fields and self.fields["kommun"].choices[0][0] == "":
            return None
        return next((place for place in self.places if place.code == chosen), self.places[0] if self.places else None)

    @property
    def theme(self):
        """The chosen theme, the first without a choice; nothing for all of them, as when something is searched for."""
        chosen = self.wish.get("omrade")
        return "" if chosen == EVERYTHING else chosen or ""


# --- taking in --------------------------------------------------------------------------------------------------------
class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(forms.Form):
    """A table of indicators, or pages saved from Kolada. The gate stands here, before anything is kept."""

    region = forms.ModelChoiceField(Region.objects.none(), label="Region", empty_label=None)
    files = FilesField(
        label="Fil",
        help_text="En tabell i Excel, ods eller CSV, eller en eller flera sidor sparade från Kolada (.json).",
        widget=ManyFiles(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods,.json"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.user, self.table, self.rows = user, None, []
        self.fields["region"].queryset = Region.objects.for_user(user, Permission.LEAD_REGION_WORK)
        if self.fields["region"].queryset.count() == 1:
            self.region = self.fields.pop("region").queryset.get()

    def clean_files(self):
        files = self.cleaned_data["files"]
        saved = [file for file in files if Path(file.name).suffix.lower() == ".json"]
        if len(files) > 1 and len(saved) < len(files):
            raise forms.ValidationError("Lämna antingen en tabell, eller en eller flera sidor sparade från Kolada.")
        if len(files) > MOST_FILES or sum(file.size for file in files) > MAX_BYTES:
            raise forms.ValidationError(f"Högst {MOST_FILES} filer och {MAX_BYTES // 2**20} MB på en gång.")
        for file in saved:
            self.rows += self.saved_rows(file)
        if not saved:
            self.table = self.read(files[0])
        return files

    @staticmethod
    def saved_rows(file):
        if has_identity_number(file.name):
            raise forms.ValidationError("Filnamnet innehåller ett personnummer. Byt namn på filen.")
        try:
            return read_page(file.read())["values"]
        except KoladaError:
            raise forms.ValidationError(SAVED_UNREADABLE.format(name=file.name[:60])) from None

    @staticmethod
    def read(file):
        try:
            check_name_and_size(file.name, file.size)
            return read_table(file.name, file.read())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self):
        cleaned = super().clean()
        self.region = cleaned.get("region") or getattr(self, "region", None)
        return cleaned

    def save(self):
        """Keep the file. None, with the reason on the form, when nothing in the table can be understood."""
        names = [file.name for file in self.cleaned_data["files"]]
        if self.table is None:
            return kpi_import.stage_saved(self.rows, names, self.region, self.user)
        try:
            return kpi_import.stage_table(self.table, names[0], self.region, self.user)
        except Unreadable as error:
            self.add_error("files", str(error))
            return None


class ColumnsForm(forms.Form):
    """What each column of a table means, guessed and open to change."""

    def __init__(self, data=None, *, staged, user):
        super().__init__(data, label_suffix="")
        self.staged, self.user, self.sheet = staged, user, kpi_import.sheet_of(staged)
        mapping = staged.mapping
        self.names = {}
        for column, heading in enumerate(self.sheet.headings):
            name = f"kolumn_{column}"
            self.names[name] = column
            shown = [row[column] for _, row in self.sheet.rows[:3] if column < len(row) and row[column]]
            self.fields[name] = forms.ChoiceField(
                label=heading[:120] or f"Kolumn {column + 1}",
                required=False,
                choices=list(MEANINGS.items()),
                initial=mapping["columns"].get(str(column), PASS_OVER),
                help_text=f"Till exempel {' · '.join(cell[:30] for cell in shown)}" if shown else "Tom",
            )
        self.fields["ar"] = forms.IntegerField(
            label="År för alla värden",
            required=False,
            min_value=FIRST_YEAR,
            max_value=timezone.localdate().year + 1,
            initial=mapping.get("year") or None,
            help_text="Bara när varken en kolumn eller rubrikerna säger året.",
        )
        self.fields["omrade"] = forms.CharField(
            label="Område för nya nyckeltal",
            max_length=80,
            initial=mapping.get("theme") or "Öppna jämförelser",
            help_text="Rubriken som de visas under, till exempel Öppna jämförelser 2026.",
        )

    def clean(self):
        cleaned = super().clean()
        chosen = [cleaned.get(name) for name in self.names]
        for meaning, word in MEANINGS.items():
            if meaning not in (PASS_OVER, OWN) and chosen.count(meaning) > 1:
                raise forms.ValidationError(f"Två kolumner är valda som {word.lower()}. Välj en.")
        if not {CODE, NAME} & set(chosen):
            raise forms.ValidationError("Välj vilken kolumn som säger kommun: dess kod eller dess namn.")
        if (VALUE in chosen) == (OWN in chosen):
            raise forms.ValidationError(
                "Välj antingen en kolumn för värde och en för nyckeltalets namn, eller de kolumner som är var sitt nyckeltal."
            )
        if (VALUE in chosen) != (TITLE in chosen):
            raise forms.ValidationError("En kolumn för värde behöver en för nyckeltalets namn, och tvärtom.")
        if cleaned.get("ar") and YEAR in chosen:
            raise forms.ValidationError("Året står i en kolumn. Ta bort året som du skrev, eller välj bort kolumnen.")
        return cleaned

    @transaction.atomic
    def save(self):
        columns = {str(column): self.cleaned_data[name] for name, column in self.names.items()}
        mapping = {
            "columns": columns,
            "year": self.cleaned_data["ar"] or "",
            "theme": self.cleaned_data["omrade"].strip(),
        }
        open_ = [KpiImport.State.WAITING, KpiImport.State.PREVIEWED]
        waiting = KpiImport.objects.filter(pk=self.staged.pk, state__in=open_)
        if waiting.update(mapping=mapping, state=KpiImport.State.PREVIEWED):
            record(self.user, Verb.CHANGED, self.staged, region=self.staged.region.code, columns=len(columns))
