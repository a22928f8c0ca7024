"""Attacks on what is released of homes: nobody learns what another person thought, or that a certain child lived there.

The attacker (`rating_attacker.py`) is written apart from the gate. Homes, raters and answers are drawn at random, with
fixed seeds. "Narrow": fewer than five half steps are possible for somebody else's mark; the goal is at most 5 per cent
of what is attacked, and never exactly one (security.md, P4 and 2.6). Each protection has a test that shows what happens
without it.
"""

from collections import Counter
from datetime import date
from random import Random

import pytest

from bou_portal.disclosure import Rating, Stay, Tables, coarse, protect, scores
from bou_portal.periods import Quarter
from tests.placements.rating_attacker import DOMAIN, DOMAINS, PARTS, SHORT, Attack, Voice, candidates, told

QUARTER = Quarter(2026, 3)
INSIDE = dict.fromkeys(DOMAINS, "") | {str(number): domain for number, domain in DOMAIN.items()}
NARROW = 5
GOAL = 0.05
WORLDS = 200
MOST_READERS = 3  # who attack one world, each in her own way


# --- random worlds ----------------------------------------------------------------------------------------------------
def world(random, count=None):
    """(municipalities, voices): a good or a bad home, strict and mild municipalities, some of them with most ratings."""
    places = [chr(65 + number) for number in range(random.randint(2, 7))]
    size = [random.choice([1, 1, 2, 4]) for _ in places]
    quality, harshness = random.uniform(1.5, 4.9), {place: random.gauss(0, 0.7) for place in places}
    voices = []
    for name in range(count or random.choice([5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 14, 18, 22])):
        [place] = random.choices(places, size)
        voices.append(voice(random, name, place, quality + harshness[place] + random.gauss(0, 0.5)))
    return places, voices


def voice(random, name, place, mood):
    """Somebody's rating of a stay; one in seven is a short form, and few statements are left out."""
    short = random.random() < 1 / 7
    asked = SHORT if short else DOMAIN
    answers = {number: min(5, max(1, round(random.gauss(mood, 0.7)))) for number in asked if random.random() > 0.04}
    rater = place, random.randint(1, 3)
    made = Voice(name, place, rater, answers, 0.5 if short else 1.0)
    return made if made.value("all") else voice(random, name, place, mood)


def ratings(voices, rated_on=None):
    """{subject: [Rating]} as the portal would give them to the gate."""
    days = rated_on or {}
    return {
        "home" if part == "all" else f"home:{part}": [
            Rating(
                (each.value(part) - 1) * 25,
                each.municipality,
                each.rater,
                days.get(each.name, date(2026, 6, 1)),
                each.weight,
            )
            for each in voices
            if each.shares(part)
        ]
        for part in PARTS
    }


def released(places, voices, *, quarter=QUARTER, earlier=(), rated_on=None, **more):
    return protect(
        Tables("R", quarter, tuple(places), [], ratings(voices, rated_on), inside=INSIDE, **more), list(earlier)
    )


def some_parts(random):
    return ["all", random.choice(DOMAINS), str(random.choice(sorted(DOMAIN)))]


class Tally(Counter):
    """How many of other people's marks were attacked, and how many came out narrow and exact."""

    def attack(self, random, knows, read, targets):
        """Let a reader who `knows` some voices read [(values, voices)] and go for one of the others' among `targets`."""
        others = [each for each in targets if not knows(each)]
        if not others or not any(values for values, _ in read):
            return
        attack, target = Attack(knows), random.choice(others)
        for values, voices in read:
            attack.read(values, voices)
        for part in filter(target.shares, some_parts(random)):
            low, high = attack.bounds(target, part)
            assert low - 1e-4 <= target.value(part) <= high + 1e-4, "the attacker's own model does not hold"
            self["attacked"] += 1
            self["narrow"] += candidates(low, high) < NARROW
            self["exact"] += candidates(low, high) <= 1

    @property
    def share(self):
        return self["narrow"] / self["attacked"]


# --- one release ------------------------------------------------------------------------------------------------------
def one_release(key):
    """Everybody who knows her own (by `key`: rater or municipality) attacks the release of each world."""
    tally = Tally()
    for seed in range(WORLDS):
        random = Random(seed)
        places, voices = world(random)
        values = told(released(places, voices).as_dict())
        everyone = sorted({key(each) for each in voices})
        for own in random.sample(everyone, min(MOST_READERS, len(everyone))):
            tally.attack(random, lambda each, own=own: key(each) == own, [(values, voices)], voices)
    return tally


def by_municipality(voice):
    return voice.municipality


def by_rater(voice):
    return voice.rater


@pytest.mark.parametrize("key", [by_rater, by_municipality])
def test_who_takes_away_her_own_learns_no_other_s_mark(key):
    """A rater, and a municipality that knows all its own: whole, domains and statements are solved together."""
    tally = one_release(key)
    assert tally["attacked"] > 700
    assert tally["exact"] == 0
    assert tally.share <= GOAL / 10


def test_marks_could_be_worked_out_if_the_gate_did_not_try_to_itself(monkeypatch):
    monkeypatch.setattr(scores, "tells_of_one", lambda *_: False)
    monkeypatch.setattr(scores, "ends", lambda _: (1, 5))
    monkeypatch.setattr("tests.placements.rating_attacker.FEW", 0)
    without = one_release(by_municipality)
    assert without.share > GOAL / 10


def everybody(place, mark, *names):
    return [Voice(name, place, (place, name), dict.fromkeys(DOMAIN, mark)) for name in names]


def test_a_municipality_that_alone_was_dissatisfied_does_not_learn_that_the_others_gave_full_marks(monkeypatch):
    """Own 1, 1, 1 and a mean that is shown as 3,5 leave the others nothing but 5."""
    voices = everybody("A", 1, 1, 2, 3) + everybody("B", 5, 4, 5, 6, 7)
    assert not released("AB", voices).score("home").is_shown
    monkeypatch.setattr(scores, "tells_of_one", lambda *_: False)
    careless = released("AB", voices)
    attack = Attack(lambda each: each.municipality == "A")
    attack.read(told(careless.as_dict()), voices)
    assert candidates(*attack.bounds(voices[-1], "all")) == 1


def test_parts_do_not_tell_a_whole_that_is_hidden():
    """A domain is told where the whole is, a statement where its domain is."""
    seen = Counter()
    for seed in range(WORLDS):
        homes = released(*world(Random(seed))).as_dict()["homes"]
        parts = set(homes.get("home", {}))
        seen[bool(parts)] += 1
        assert not parts or "all" in parts
        assert all(INSIDE[part] in parts for part in parts if part.isdigit())
    assert min(seen[True], seen[False]) > 20


# --- two releases and more --------------------------------------------------------------------------------------------
def two_releases(news, leaves=False):
    """The next quarter: `news` ratings came, up to two fell out of the window, and perhaps a municipality left."""
    tally = Tally()
    for seed in range(WORLDS):
        random = Random(seed)
        places, voices = world(random, random.choice([5, 6, 7, 8, 9, 10, 11, 12]) + news)
        before, new = voices[: len(voices) - news], voices[len(voices) - news :]
        gone = [] if leaves else before[: random.choice([0, 0, 1, 2])]
        left = random.choice(places) if leaves else None
        stay = [each for each in before if each not in gone and each.municipality != left]
        after = [*stay, *(each for each in new if each.municipality != left)]
        days = {each.name: date(2024, 10, 10) for each in gone} | {each.name: date(2026, 11, 1) for each in new}
        first = released(places, before, rated_on=days)
        second = released(
            [place for place in places if place != left], after, quarter=QUARTER.next(), earlier=[first], rated_on=days
        )
        read = [(told(first.as_dict()), before), (told(second.as_dict()), after)]
        changed = [each for each in voices if (each in before) != (each in after)]
        for own in random.sample(places, min(MOST_READERS, len(places))):
            tally.attack(random, lambda each, own=own: each.municipality == own, read, changed)
    return tally


@pytest.mark.parametrize("news", [1, 2, 4])
def test_what_came_between_two_releases_is_not_their_difference(news):
    tally = two_releases(news)
    assert tally["attacked"] > 500
    assert tally["exact"] == 0
    assert tally.share <= GOAL / 10


def test_a_municipality_that_leaves_does_not_take_its_marks_with_it():
    """What it thought is not the difference between the county with it and without it."""
    tally = two_releases(0, leaves=True)
    assert tally["attacked"] > 300
    assert tally["exact"] == 0
    assert tally.share <= GOAL / 10


def test_one_new_rating_could_be_worked_out_if_every_release_counted_anew(monkeypatch):
    monkeypatch.setattr(scores, "FEWEST_NEW", 0)
    assert two_releases(1).share > GOAL / 2


def test_year_after_year_of_single_new_ratings_tells_of_none():
    """Eight quarters with one or two new ratings each, all read together."""
    tally = Tally()
    for seed in range(25):
        random = Random(seed)
        places, voices = world(random, 20)
        releases, read, days, known = [], [], {}, 7
        for number in range(8):
            quarter = QUARTER.next(number)
            here = voices[:known]
            days |= {each.name: quarter.start for each in here if each.name not in days}
            releases.append(released(places, here, quarter=quarter, earlier=releases, rated_on=days))
            read.append((told(releases[-1].as_dict()), here))
            known += random.choice([1, 1, 2])
        for own in places:
            tally.attack(random, lambda each, own=own: each.municipality == own, read, voices[7:])
    assert tally["attacked"] > 150
    assert tally["exact"] == 0
    assert tally.share <= GOAL / 5


def test_a_value_stands_until_three_others_have_rated():
    before = [*everybody("A", 4, 1, 2), *everybody("B", 4, 3, 4), *everybody("C", 4, 5)]
    first = released("ABC", before)
    new = everybody("B", 1, 6, 7) + everybody("C", 1, 8)
    days = {each.name: date(2026, 11, 1) for each in new}

    def then(*arrived):
        return released("ABC", [*before, *arrived], quarter=QUARTER.next(), earlier=[first], rated_on=days)

    assert (first.score("home").text, first.score("home").since) == ("4,0", "")
    assert (then(*new).score("home").text, then(*new).score("home").since) == ("4,0", "2026-K3")  # only one from others
    days |= {9: date(2026, 11, 1), 10: date(2026, 11, 1)}
    enough = then(*new, *everybody("A", 1, 9, 10))
    assert (enough.score("home").text, enough.score("home").since) == ("2,5", "")


def test_a_correction_and_a_late_quarter_tell_nothing_new():
    before = [*everybody("A", 4, 1, 2), *everybody("B", 4, 3, 4), *everybody("C", 4, 5)]
    first = released("ABC", before)
    mended = released("ABC", before[:-1] + everybody("C", 1, 5, 6, 7, 8), earlier=[first], version=2)
    assert mended.scores == first.scores
    assert released("ABC", before, quarter=QUARTER.previous(), earlier=[first]).scores == {}


# --- that somebody lived there ----------------------------------------------------------------------------------------
def test_a_home_that_is_not_told_looks_like_a_home_where_nobody_else_has_been():
    """For every reader: the release is the same, to the byte, as if the others had rated nothing."""
    hidden = 0
    for seed in range(WORLDS):
        places, voices = world(Random(seed), 4 + seed % 6)
        release = released(places, voices)
        for own in places:
            mine = [each for each in voices if each.municipality == own]
            alone = released(places, mine)
            assert '"home"' not in alone.as_json()
            if not release.score("home").is_shown:
                hidden += 1
                assert release.as_json() == alone.as_json()
    assert hidden > 100


def test_nothing_is_told_by_municipality_or_by_day():
    """Municipality x home x half-year: no release has such a key, so there is nothing to filter."""
    for seed in range(50):
        places, voices = world(Random(seed))
        stays = {
            f"home:{kind}": [Stay(1, each.municipality, date(2026, 6, 1)) for each in voices] for kind in coarse.KINDS
        }
        stored = released(places, voices, stays=stays).as_dict()
        assert set(stored["homes"]) <= {"home"}
        for parts in stored["homes"].values():
            assert set(parts) <= {*PARTS, *coarse.KINDS}
            assert all(told[0] in [half / 2 for half in range(2, 11)] for told in parts.values())
            assert all(told[1] in (5, 10, 20) for told in parts.values())
        assert not {cell["category"] for cell in stored["cells"]} & {"home", *PARTS[1:9]}


def possible_others(own, busiest, band, is_uneven):
    """Every number that others' ratings can be, for whoever gave `own`, of which `busiest` by one person."""
    first, last = {"5–9": (5, 9), "10–19": (10, 19), "20+": (20, 60)}[band]
    return {
        total - own
        for total in range(first, last + 1)
        if total - own >= 3
        and (2 * busiest > total or not is_uneven or 2 * (total - own) > total)
        and (2 * busiest <= total or is_uneven)
    }


def test_the_band_and_the_mark_do_not_tell_how_many_the_others_are():
    told_of, uneven = 0, 0
    for seed in range(2000):
        random = Random(seed)
        places = "ABC"[: random.randint(2, 3)]
        rows = [
            Rating(60, place, (place, random.choice([1, 1, 1, 2])), date(2026, 6, 1))
            for place in random.choices(places, k=random.randint(5, 24))
        ]
        score = scores.shown_score(rows, QUARTER.end)
        if not score.is_shown:
            continue
        told_of, uneven = told_of + 1, uneven + score.is_uneven
        for place in places:
            own = Counter(row.rater for row in rows if row.municipality == place)
            possible = possible_others(own.total(), max(own.values(), default=0), score.band, score.is_uneven)
            assert len(possible) >= 3
            assert len(rows) - own.total() in possible
    assert told_of > 200
    assert uneven > 10
