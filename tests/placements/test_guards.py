"""No form of the portal lets free text in unguarded; the guard refuses every spelling of an identity number.

The numbers are Skatteverket's published test numbers: they belong to nobody.
"""

import importlib
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bou_portal.forms.guarded import GuardedForm
from placements.forms.row_forms import FORMS
from placements.models import VoiceModel

APPS = ("bou_portal", "municipalities", "placements", "bbic", "training")
# What fits in this many characters is a code or a figure, never a story.
SHORT = 20
TYPED = (forms.TextInput, forms.Textarea, forms.URLInput)
# (form, field): why a longer text is let in beside the guard. Each refuses identity numbers in its own clean().
NAMES_OF_HOMES = "a home's own name, target group or operator, refused when it holds an identity number"
PAGES = "the address of a home's page or of IVO's, refused when it holds an identity number"
COMMENTS = (
    "regional text about figures, refused when it holds an identity number; no reader of a child's rows writes it"
)
TELEPHONES = "a telephone at work; many look like identity numbers"
SEARCHES = "narrows a list of the region's own work and is kept nowhere"
EXEMPT = {
    ("ProposalForm", "name"): NAMES_OF_HOMES,
    ("ProposalForm", "operator_name"): NAMES_OF_HOMES,
    ("ProposalForm", "target_group"): NAMES_OF_HOMES,
    ("HomeForm", "name"): NAMES_OF_HOMES,
    ("HomeForm", "operator_name"): NAMES_OF_HOMES,
    ("HomeForm", "target_group"): NAMES_OF_HOMES,
    ("ProposalForm", "website"): PAGES,
    ("ProposalForm", "ivo_link"): PAGES,
    ("HomeForm", "website"): PAGES,
    ("HomeForm", "ivo_link"): PAGES,
    ("HolderForm", "phone"): TELEPHONES,
    ("OrganisationForm", "phone"): TELEPHONES,
    ("DirectoryFilter", "sok"): SEARCHES,
    ("KpiFilter", "sok"): SEARCHES,
    ("LibraryFilter", "sok"): SEARCHES,
    ("HomeFilter", "malgrupp"): "narrows a list, refused when it holds an identity number",
    ("AddHomeForm", "home"): "looked up in the register and kept nowhere",
    ("PlacementFields", "home"): NAMES_OF_HOMES,
    ("PlacementFields", "private_home"): "becomes a digest before it is stored",
    ("StartForm", "home"): NAMES_OF_HOMES,
    ("StartForm", "private_home"): "becomes a digest before it is stored",
    ("NewChildForm", "home"): NAMES_OF_HOMES,
    ("NewChildForm", "private_home"): "becomes a digest before it is stored",
    ("MoveForm", "home"): NAMES_OF_HOMES,
    ("MoveForm", "private_home"): "becomes a digest before it is stored",
    ("ExportForm", "reason"): "why the log is handed out; stays in the log",
    ("FreezeForm", "reason"): COMMENTS,
    ("CommentForm", "comment"): COMMENTS,
    ("VoiceModelForm", "name"): "the name of a way of working, written by the region",
    ("LessonCheckForm", "svar"): "the value of a button: anything but its two words means no",
    ("LessonCheckForm", "seen"): "a moment in time, compared and never kept",
}
# People's own names, addresses and passwords: the form is about the colleague who fills it in or is invited.
ABOUT_COLLEAGUES = ("bou_portal.accounts.",)


def form_classes():
    """Every form in the code, whichever app it lies in."""
    for path in sorted(Path(settings.BASE_DIR).glob("*/**/*.py")):
        parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
        if parts[0] in APPS and "forms" in parts:
            importlib.import_module(".".join(part for part in parts if part != "__init__"))
    found, ahead = set(), [forms.BaseForm]
    while ahead:
        subclasses = set(ahead.pop().__subclasses__()) - found
        found |= subclasses
        ahead += subclasses
    ours = [form for form in found if form.__module__.startswith(APPS) and "forms" in form.__module__.split(".")]
    return [form for form in ours if not form.__module__.startswith(ABOUT_COLLEAGUES)]


def free_texts(form):
    """Names of the fields in which a person can type more than a code."""
    return [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and isinstance(field.widget, TYPED)
        if not field.widget.is_hidden and (field.max_length is None or field.max_length > SHORT)
    ]


def test_every_free_text_is_guarded_or_says_why_not():
    texts = {(form.__name__, name): form for form in form_classes() for name in free_texts(form)}
    guarded = {
        key
        for key, form in texts.items()
        if issubclass(form, GuardedForm) and key[1] in (*form.guarded, *form.plain_texts)
    }
    assert sorted(set(texts) - guarded - set(EXEMPT)) == []
    assert sorted(set(EXEMPT) - set(texts)) == []  # an exemption nobody needs any longer
    assert len(guarded) > 10


def test_nothing_about_a_child_is_written_as_free_text():
    assert [name for form in FORMS.values() for name in free_texts(form)] == []


class LetterForm(GuardedForm, forms.Form):
    guarded = ("text",)
    text = forms.CharField(max_length=600)


def is_let_in(text):
    form = LetterForm({"text": text})
    refused = not form.is_valid() and form.errors.as_data()["text"][0].code == "identity_number"
    return not refused


NUMBERS = ["200303032395", "200402242382", "201106052390", "201205312398"]
SPELLINGS = [
    "{y}{d}{n}", "{d}{n}", "{d}-{n}", "{y}{d}-{n}", "{d}+{n}", "{d} {n}", "{y}{d} {n}", "{d} - {n}", "{d}–{n}",
    "{d}\u2212{n}", "{d}\u00a0{n}", "{d}/{n}", "{d}_{n}", "{y} {d}-{n}", "{d}\u200b{n}",
]  # fmt: skip
SENTENCES = ["{}", "Ungdomen ({}) trivs.", "Se akt:{},", "a\n{}\nb", "{}-1"]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_identity_number_is_refused_in_every_spelling(spelling, sentence):
    for number in NUMBERS:
        written = spelling.format(y=number[:2], d=number[2:8], n=number[8:])
        assert not is_let_in(sentence.format(written)), written


@pytest.mark.parametrize(
    "text",
    [
        "Beslut SN 2026/00123-4", "perioden 2026-01-01 – 2026-12-31", "S903-566910", "K2303-0001", "HSD-7K3Q",
        "B-2019-114", "Org.nr 232100-0214", "8 500 kr per dygn 2025", "HSLF-FS 2016:22", "20260101-20261231",
    ],
)  # fmt: skip
def test_codes_dates_and_numbers_of_the_work_pass(text):
    assert is_let_in(text)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FORMS)
def test_an_identity_number_sent_in_any_field_of_a_row_about_a_child_is_kept_nowhere(social_worker, child, kind):
    client = Client()
    client.force_login(social_worker)
    form = FORMS[kind]
    data = dict.fromkeys(form.base_fields, "20030303-2395")
    answer = client.post(reverse("row_new", args=[child.uid, kind]), data)
    assert answer.status_code == 200
    assert not form.Meta.model.objects.exists()


@pytest.mark.django_db
def test_a_region_names_no_child_in_its_way_of_working(sign_in, development_leader):
    model = VoiceModel.objects.get(name="Västernorrlandsmodellen")
    answer = sign_in(development_leader).post(
        reverse("voice_model_copy", args=[model.uid]), {"name": "Modell 20030303-2395"}
    )
    assert answer.context["form"].errors.as_data()["name"][0].code == "identity_number"
    assert not VoiceModel.objects.filter(name__contains="2003").exists()
