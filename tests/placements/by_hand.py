"""What tests of the indicators by hand share: a child put in care by its days, and one raw figure."""

from datetime import date

from bou_portal.periods import Period, Quarter
from municipalities.models import Municipality
from placements.episodes import derive
from placements.indicators import Scope, Window, figures
from placements.models import Child, Delivery, Placement

QUARTER = Window.of(Quarter(2018, 1))
YEAR = Window.rolling_year(Quarter(2018, 1))
OPEN = None


def place_child(*days, municipality=None, form="familjehem", code="", **fields):
    """`place_child("2018-01-10", "2018-02-01", ...)` puts a new child in care: starts and ends by turns."""
    place = municipality or Municipality.objects.get(code="2281")
    child = Child.objects.create(
        municipality=place, local_code=code or f"barn-{Child.objects.count()}", birth_year=2008, sex="flicka"
    )
    days = [date.fromisoformat(day) if day else None for day in days]
    for start, end in zip(days[::2], [*days[1::2], OPEN][: len(days[::2])], strict=True):
        about = fields | (
            {} if end else dict.fromkeys(("planned", "end_reason", "initiator", "cause", "next_stop"), "")
        )
        Placement.objects.create(
            municipality=place, child=child, form_group=form, started_on=start, ended_on=end, **about
        )
    derive([child.pk])
    return child


def count(code, window=QUARTER, *, place="total", category=None, asked=("2281",), region=None):
    """One raw figure."""
    scope = Scope.of(Municipality.objects.filter(code__in=asked), [window], [region] if region else [])
    return next(f for f in figures(scope, {code}) if (f.place, f.category) == (place, category))


def on(day):
    day = date.fromisoformat(day)
    return Window(Period(day, day), day)


def deliver(kind, *municipalities, day="2018-03-31"):
    delivery = Delivery.objects.create(kind=kind, delivered_on=day, file_name="f", sha256="0", state="confirmed")
    delivery.municipalities.set(municipalities)
