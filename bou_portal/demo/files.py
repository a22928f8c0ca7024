"""The invented lives as delivery files: what a case system would write at the end of each quarter."""

import zlib
from datetime import date, timedelta
from random import Random

from bou_portal.demo.people import HOME_TOWN, SOCIAL_WORKER, UNIT_NAMES
from bou_portal.demo.world import months_in_care
from bou_portal.exports import csv_bytes
from bou_portal.periods import add_months
from placements.codes import LawCode, LawGroup
from placements.models import Delivery

Kind = Delivery.Kind
NEW_ACT_ON = date(2025, 7, 1)  # SoL (2025:400) is in force; only which word the invented case systems write
HEADERS = {
    Kind.PLACEMENTS: [
        "kommunkod",
        "barn",
        "kon",
        "fodelsear",
        "placeringsform",
        "enhet",
        "vistelsekommun",
        "startdatum",
        "slutdatum",
        "avslutsorsak",
        "planerat",
        "initiativ",
        "nasta",
        "lagrum",
        "ansvarig",
        "enhetsnamn",
    ],
    Kind.FOLLOW_UPS: [
        "kommunkod",
        "barn",
        "datum",
        "typ",
        "besok_i_hemmet",
        "enskilt_samtal",
        "samtal_varda",
        "samtal_vardnadshavare",
        "halsa",
        "utveckling",
        "beteende",
        "skola",
        "relationer",
        "trygg",
        "mal_uppfyllelse",
        "barnets_synpunkt",
    ],
    Kind.PLANS: ["kommunkod", "barn", "typ", "datum", "reviderad", "delar", "barnet_deltog"],
    Kind.REVIEWS: ["kommunkod", "barn", "typ", "genomfort"],
    Kind.HEALTH: ["kommunkod", "barn", "typ", "begard", "erbjuden", "genomford", "obehovlig"],
}


def as_csv(kind, rows):
    """Semicolons and a byte order mark, as Swedish case systems write."""
    return csv_bytes(HEADERS[kind], rows)


def chance(child, *what):
    """A number 0-1 that is the same each time for this child and thing."""
    return zlib.crc32("|".join(map(str, (child.code, child.birth_year, child.started_on, *what))).encode()) / 2**32


def placements(code, children, since, until):
    """Stays with a night between the two days, as known on the last of them: later ends are not known yet."""
    for number, child in enumerate(children):
        for stay in child.stays:
            if stay.started_on > until or (stay.ended_on and stay.ended_on < since):
                continue
            ended = stay.ended_on is not None and stay.ended_on <= until
            started_on, law = stay.started_on, child.law
            changed = child.law_changed_on
            if changed and changed <= until and (stay.ended_on or until) > changed:
                # The case system starts a new row in the same home when only the legal ground changed.
                law, started_on = LawGroup.LVU, max(started_on, changed)
            endings = (stay.ended_on, stay.reason, stay.planned, stay.initiator, stay.next_stop) if ended else ("",) * 5
            mine = code == HOME_TOWN and child.unit == 0 and number % 4 == 0
            colleague = f"handlaggare{child.unit + 1}.{code}@demo.example" if chance(child, "worker") < 0.92 else ""
            yield (
                code,
                child.code,
                child.sex,
                "" if chance(child, "year") < 0.005 else child.birth_year,
                stay.form,
                stay.home,
                stay.host,
                started_on,
                *endings,
                paragraph(child, law),
                SOCIAL_WORKER if mine else colleague,
                UNIT_NAMES[child.unit] if chance(child, "unit") < 0.96 else "",
            )


def paragraph(child, law):
    """The paragraph where the case system knows it: of LVU by the child's age, of SoL while one act was in force."""
    if law == LawGroup.LVU:
        return LawCode.LVU_3 if child.started_on.year - child.birth_year >= 14 else LawCode.LVU_2
    if law == LawGroup.SOL and child.started_on >= NEW_ACT_ON:
        return "SoL 2025:400"
    return LawCode.SOL2001 if law == LawGroup.SOL and child.stays[-1].started_on < NEW_ACT_ON else law


def yes_or_no(random, share):
    return "ja" if random.random() < share else "nej"


def follow_ups(code, children, since, until):
    for child in children:
        for month, day in enumerate(months_in_care(child, until), start=1):
            done_on = day - timedelta(days=int(6 * chance(child, month, "early")))
            if not since <= done_on <= until or chance(child, month, "done") > child.care + 0.09:
                continue
            random = Random(f"{child.code}-{month}-{code}")
            rated = [random.choices((2, 3, 4, 5, ""), (0.08, 0.27, 0.4, 0.2, 0.05))[0] for _ in range(5)]
            yield (
                code,
                child.code,
                done_on,
                "6-månaders" if month % 2 == 0 else "3-månaders",
                yes_or_no(random, 0.9),
                yes_or_no(random, 0.6 + 0.4 * child.care),
                yes_or_no(random, 0.95),
                yes_or_no(random, 0.7),
                *rated,
                random.choices(("ja", "nej", "okänt"), (0.86, 0.05, 0.09))[0],
                random.choices((2, 3, 4, 5), (0.15, 0.4, 0.35, 0.1))[0],
                yes_or_no(random, 0.85),
            )


def plans(code, children, since, until):
    for child in children:
        last = child.ended_on or until
        made_on = child.started_on + timedelta(days=int(8 + 30 * chance(child, "plan")))
        if made_on < last and chance(child, "care plan") < child.care + 0.13 and since <= made_on <= until:
            yield code, child.code, "vårdplan", made_on, "", 4, "ja"
        # After two years it is taken up again, as the law asks; for one in ten late, and a few are forgotten.
        taken_up = chance(child, "care plan again")
        again = add_months(child.started_on, 23 if taken_up < 0.88 else 27)
        if again < last and taken_up < 0.98 and since <= again <= until:
            yield code, child.code, "vårdplan", again, "", 4, "ja"
        if made_on >= last or chance(child, "plan at all") > child.care + 0.12:
            continue
        # A plan seen over is a new row with the new day, so that earlier quarters keep the plan they had.
        days, next_on = [made_on], add_months(made_on, 5)
        while next_on < min(last, until):
            if chance(child, next_on) < child.care + 0.05:
                days.append(next_on)
            next_on = add_months(next_on, 5 if days[-1] == next_on else 2)
        elements = 4 + int(4 * chance(child, "elements") * 0.99)
        for day in days:
            if since <= day <= until:
                yield code, child.code, "genomförandeplan", day, "", elements, "ja" if elements > 5 else "nej"


def reviews(code, children, since, until):
    for child in children:
        kind = "omprövning" if child.law == LawGroup.LVU and chance(child, "ground") < 0.25 else "övervägande"
        done_on, number = child.started_on, 0
        while True:
            number += 1
            late = chance(child, number, "late") > 0.1 + 0.65 * child.care
            days = (
                15 + int(170 * chance(child, number, "how late")) if late else -int(20 * chance(child, number, "early"))
            )
            done_on = add_months(done_on, 6) + timedelta(days=days)
            if done_on > until or (child.ended_on and done_on >= child.ended_on):
                break
            if done_on >= since:
                yield code, child.code, kind, done_on


def health(code, children, since, until):
    for child in children:
        for kind, wait in (("läkare", 55), ("tand", 70)):
            for year in range(YEARS):
                requested_on = add_months(child.started_on, 12 * year) + timedelta(
                    days=int(10 * chance(child, kind, year))
                )
                if requested_on >= (child.ended_on or until) or requested_on > until:
                    break
                if chance(child, kind, year, "asked") > 0.7 + 0.28 * child.care:
                    continue
                took = timedelta(days=int(10 + wait * 1.6 * chance(child, kind, year, "wait")))
                done_on = requested_on + took if chance(child, kind, year, "done") < 0.9 else None
                offered_on = requested_on + took / 2
                newest = max(day for day in (requested_on, done_on or date.min) if day <= until)
                if since <= newest:
                    offered = offered_on if offered_on <= until else ""
                    done = done_on if done_on and done_on <= until else ""
                    yield code, child.code, kind, requested_on, offered, done, "nej"


YEARS = 7
ROWS = {
    Kind.PLACEMENTS: placements,
    Kind.FOLLOW_UPS: follow_ups,
    Kind.PLANS: plans,
    Kind.REVIEWS: reviews,
    Kind.HEALTH: health,
}
