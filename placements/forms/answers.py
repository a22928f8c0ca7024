"""What a form about a child asks with: yes or no, a mark of five, one of a few words. A row of choices, reached by Tab
and chosen with the arrow keys; what is not known stands last and is chosen from the start.
"""

from crispy_forms.layout import Column, Div, Field, Fieldset, Row
from django import forms

YES, NO, UNKNOWN = "true", "false", "unknown"
ANSWERS = [(YES, "Ja"), (NO, "Nej"), (UNKNOWN, "Ingen uppgift")]
WORDS = {True: YES, False: NO, None: UNKNOWN}
MARKS = [*((str(n), str(n)) for n in range(1, 6)), ("", "Ej bedömt")]
GOALS = [
    ("1", "1 – försämring"),
    ("2", "2 – ingen förändring"),
    ("3", "3 – delvis"),
    ("4", "4 – till stor del"),
    ("5", "5 – uppnått"),
    ("", "Ej bedömt"),
]


class YesNo(forms.NullBooleanField):
    """Yes, no, or nothing known."""

    def __init__(self, **options):
        super().__init__(**{"required": False, "widget": forms.RadioSelect(choices=ANSWERS)} | options)

    def prepare_value(self, value):
        return WORDS.get(value, value)


def one_of(field, nothing="Ingen uppgift"):
    """A choice of few words as a row of them, with a word for none of them last unless one must be chosen."""
    few = [(value, word) for value, word in field.choices if value != ""]
    field.widget = forms.RadioSelect()
    field.choices = few if field.required else [*few, ("", nothing)]


def mark(choices=MARKS):
    """A mark of five, or not assessed."""
    return forms.TypedChoiceField(
        required=False, choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect
    )


# --- how they stand on the page -------------------------------------------------------------------------------------
def columns(*names):
    """Dates and numbers beside each other where there is room."""
    return Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in names))


def beside(*pieces):
    """A field, or a question with its choices, beside another; each is (piece, how many twelfths of the width)."""
    return Row(*(Column(piece, css_class=f"col-lg-{wide}") for piece, wide in pieces))


def rows(*names, css_class=""):
    """Questions with their choices beside them, one below the other."""
    return Div(*(Field(name, template="placements/answer.html") for name in names), css_class=f"answers {css_class}")


def stacked(name):
    """A question whose choices are words too long to stand beside it."""
    return Div(Field(name, template="placements/answer.html"), css_class="answers answers--stacked")


def part(heading, *pieces, css_class=""):
    """A part of the form under its heading."""
    return Fieldset(heading, *pieces, css_class=f"part {css_class}")


def side_by_side(*parts):
    """Two parts beside each other on a wide screen."""
    return Div(*parts, css_class="pair")
