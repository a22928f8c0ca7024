"""Numbers that have passed the gate, and four quarters of them added up. Nothing here decides what is hidden."""

from bou_portal.disclosure.published import BY_MEASURE
from bou_portal.disclosure.release import QUARTER, ROLLING, Disclosed, Key, latest_versions
from bou_portal.figures import Kind, Shown, State, per_cent, rounded
from bou_portal.periods import Quarter


def shown_number(kind: Kind, value: float, base: int | None = None) -> Shown:
    """A number that has passed the gate. For a share, `value` of `base`."""
    if kind is not Kind.SHARE:
        return Shown(State.SHOWN, kind, rounded(value, kind))
    if not base:
        return Shown(State.NOT_APPLICABLE, kind)
    return Shown(State.SHOWN, kind, rounded(per_cent(value, base), kind), value, base)


def rolling(region: str, now: Quarter, cells: dict[Key, Shown], earlier: list[Disclosed]) -> dict[Key, Shown]:
    """Four quarters, added up from what they published: hidden when one of them is."""
    latest = latest_versions(earlier)
    quarters = [cells, *(latest[quarter].cells if quarter in latest else {} for quarter in now.last(4)[:3])]
    return {
        Key(measure, region, period=ROLLING): _added(
            publication.kind, [quarter.get(Key(measure, region, period=QUARTER)) for quarter in quarters]
        )
        for measure, publication in BY_MEASURE.items()
        if publication.rolling
    }


def _added(kind: Kind, quarters: list[Shown | None]) -> Shown:
    states = {shown.state if shown else State.NOT_DELIVERED for shown in quarters}
    for state in (State.NOT_DELIVERED, State.HIDDEN):
        if state in states:
            return Shown(state, kind)
    if kind is Kind.SHARE:
        return shown_number(
            kind, *(sum(getattr(s, name) or 0 for s in quarters) for name in ("numerator", "denominator"))
        )
    return shown_number(kind, sum(shown.value for shown in quarters))
