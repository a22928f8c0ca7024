"""All that a release tells of homes: results of the whole, of domains and of statements, shares and lengths. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bou_portal.disclosure.coarse import Coarse, Stay, shown_coarse
from bou_portal.disclosure.release import Disclosed
from bou_portal.disclosure.scores import Rating, Score, shown_score
from bou_portal.periods import Quarter

Told = dict[str, tuple[Quarter, Score | Coarse]]


def told_of_homes(
    quarter: Quarter,
    ratings: Mapping[str, Iterable[Rating]],
    stays: Mapping[str, Iterable[Stay]],
    inside: Mapping[str, str],
    formerly: Mapping[str, str],
    earlier: list[Disclosed],
    threshold: int,
) -> tuple[dict[str, Score], dict[str, Coarse]]:
    """Scores and coarse figures by subject. Who has too few is not named: that there are any tells of a child's stay.

    A correction of a quarter tells what its first version told, and a quarter that is released after a later one tells
    nothing: what differs between the two would be a few ratings.
    """
    same = [release for release in earlier if release.quarter == quarter]
    if same:
        first = min(same, key=lambda release: release.version)
        return first.scores, first.coarse
    if any(release.quarter > quarter for release in earlier):
        return {}, {}
    return (
        shown_scores(quarter, ratings, inside, latest(earlier, formerly, lambda release: release.scores)),
        shown_stays(quarter, stays, latest(earlier, formerly, lambda release: release.coarse), threshold),
    )


def latest(earlier: list[Disclosed], formerly: Mapping[str, str], told_by: Callable[[Disclosed], Mapping]) -> Told:
    """What was last shown of each subject, and the quarter whose ratings that rests on.

    A home that took over another's ratings and had nothing to show has the other's value for its own: between the two
    lie only the few that it had itself.
    """
    found: Told = {}
    taken_over: Told = {}
    for release in sorted(earlier, key=lambda release: (release.quarter, release.version)):
        for subject, told in told_by(release).items():
            if told.is_shown:
                since = Quarter.parse(told.since) if told.since else release.quarter
                found[subject] = since, replace(told, since="")
                home, colon, part = subject.partition(":")
                if home in formerly:
                    taken_over[f"{formerly[home]}{colon}{part}"] = found[subject]
    return taken_over | found


def shown_scores(quarter: Quarter, ratings: Mapping, inside: Mapping[str, str], last: Told) -> dict[str, Score]:
    """A domain is told where the whole is, a statement where its domain is: several parts give away what they make up."""
    shown: dict[str, Score] = {}
    for subject in sorted(ratings, key=lambda subject: (_depth(subject, inside), subject)):
        home, _, part = subject.partition(":")
        whole = f"{home}:{inside[part]}" if inside.get(part) else home
        if part in inside and whole not in shown:
            continue
        score = shown_score(ratings[subject], quarter.end, last.get(subject))
        if score.is_shown:
            shown[subject] = score
    return shown


def _depth(subject: str, inside: Mapping[str, str]) -> int:
    """0 for the whole, 1 for a domain, 2 for a statement."""
    part, depth = subject.partition(":")[2], 0
    while part in inside:
        part, depth = inside[part], depth + 1
    return depth


def shown_stays(quarter: Quarter, stays: Mapping, last: Told, threshold: int) -> dict[str, Coarse]:
    found = {
        subject: shown_coarse(
            subject.rpartition(":")[2], stays[subject], quarter.end, last.get(subject), threshold=threshold
        )
        for subject in sorted(stays)
    }
    return {subject: coarse for subject, coarse in found.items() if coarse.is_shown}
