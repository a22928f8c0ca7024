"""The named checks of a row: what refuses it, and what is only warned about (figures.md 2, rule 6).

A check is a function from a row's values to a sentence, or None. Its name is in the receipt, in the JSON of the command
line and in its test. The portal counts what was delivered and shows what looks wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from placements.codes import FormGroup, LawCode, LawGroup
from placements.imports.columns import Kind
from placements.imports.homes import stored_name
from placements.imports.parsing import Parsed

NEW_ACT = "2025-07-01"  # from when a placement with consent rests on SoL 2025:400


@dataclass(frozen=True)
class Context:
    """What a check may look at beside the row, as ISO text: today, and the delivery's date once it is known."""

    today: str
    delivered: str = ""


@dataclass(frozen=True)
class Check:
    name: str
    column: str
    level: str
    says: Callable


REFUSALS: dict[str, list[Check]] = {kind: [] for kind in Kind}
WARNINGS: dict[str, list[Check]] = {kind: [] for kind in Kind}


def refuses(column, *kinds):
    return _register(REFUSALS, "error", column, kinds)


def warns(column, *kinds):
    return _register(WARNINGS, "warning", column, kinds)


def _register(register, level, column, kinds):
    def decorate(says):
        for kind in kinds or (Kind.PLACEMENTS,):
            register[kind].append(Check(says.__name__, column, level, says))
        return says

    return decorate


def refuse(parsed: Parsed, kind: str, context: Context):
    """Settle the row's values and say what makes it impossible to take in."""
    settle = {Kind.PLACEMENTS: _settle_placement, Kind.HEALTH: _settle_exam, Kind.PLANS: _settle_plan}.get(kind)
    if settle:
        settle(parsed)
    for check in REFUSALS[kind]:
        _apply(check, parsed, context)


def warn(parsed: Parsed, kind: str, context: Context):
    """Say what looks wrong in a row that is taken in."""
    for check in WARNINGS[kind]:
        _apply(check, parsed, context)


def _apply(check: Check, parsed: Parsed, context: Context):
    if text := check.says(parsed.values, context):
        value = None if check.column == "enhet" else parsed.raw.get(check.column)
        add = parsed.error if check.level == "error" else parsed.warn
        add(check.column, value, check.name, text)


def _settle_placement(parsed: Parsed):
    """Split what one cell says twice: form and finer form, law and paragraph, reason and planned; hide private homes."""
    values = parsed.values
    for column in ("placeringsform", "lagrum"):
        if column in values:
            values[column], finer = values[column]
            if finer:
                values[f"{column}_kod"] = finer
    reason = values.get("avslutsorsak", "")
    if reason.startswith("planerat:"):
        del values["avslutsorsak"]
        values.setdefault("planerat", reason.removeprefix("planerat:"))
    for texts in (values, parsed.raw):
        if "enhet" in texts:
            texts["enhet"] = stored_name(parsed.municipality or 0, values.get("placeringsform", ""), texts["enhet"])


def _settle_exam(parsed: Parsed):
    if parsed.values.get("orsak") == "not_needed":
        parsed.values["obehovlig"] = True


def _settle_plan(parsed: Parsed):
    if parsed.values.get("reviderad", "9") < parsed.values.get("datum", ""):
        revised = parsed.values.pop("reviderad")
        text = "Planen är reviderad före den dag den gjordes, så revideringen tas inte med. Rätta någon av dagarna."
        parsed.warn("reviderad", revised, "revised_before_made", text)


@lru_cache(maxsize=50_000)
def day(text: str) -> date:
    return date.fromisoformat(text)


def age_at_start(values) -> int | None:
    """The age the child turns in the year the placement starts; only the birth year is known."""
    born, start = values.get("fodelsear"), values.get("startdatum")
    return int(start[:4]) - born if born and start else None


# --- what refuses a placement -----------------------------------------------------------------------------------------


@refuses("slutdatum")
def end_before_start(values, context):
    if values.get("slutdatum", "9999-12-31") < values.get("startdatum", ""):
        return "Slutdatum är före startdatum. Rätta datumen och lämna raden på nytt."


@refuses("startdatum")
def start_before_birth_year(values, context):
    age = age_at_start(values)
    if age is not None and age < 0:
        return "Placeringen börjar före barnets födelseår. Rätta startdatum eller födelseår och lämna raden på nytt."


@refuses("startdatum")
def start_in_the_future(values, context):
    if values.get("startdatum", "") > context.today:
        return "Startdatum ligger i framtiden. Lämna raden när placeringen har börjat."


# --- what is warned about in a placement ------------------------------------------------------------------------------


@warns("fodelsear")
def birth_year_unknown(values, context):
    if "fodelsear" not in values:
        return "Födelseår saknas, så ålderskontroller görs inte. Fyll i det i verksamhetssystemet."


@warns("fodelsear")
def older_than_twenty(values, context):
    age = age_at_start(values)
    if age is not None and age > 20:
        return f"Barnet är {age} år när placeringen börjar. Kontrollera födelseår och startdatum."


@warns("placeringsform")
def supported_housing_under_16(values, context):
    age = age_at_start(values)
    if values["placeringsform"] == FormGroup.SUPPORTED and age is not None and age < 16:
        return (
            f"Stödboende är till för unga från 16 år och barnet fyller {age} det året. Kontrollera form och födelseår."
        )


@warns("lagrum")
def sis_with_sol(values, context):
    if values["placeringsform"] == FormGroup.SIS and values["lagrum"] == LawGroup.SOL:
        return "Placering hos SiS sker nästan alltid enligt LVU eller LSU. Kontrollera lagrummet."


@warns("lagrum")
def lsu_outside_sis(values, context):
    if values["lagrum"] == LawGroup.LSU and values["placeringsform"] != FormGroup.SIS:
        return "Sluten ungdomsvård verkställs hos SiS. Kontrollera form och lagrum."


@warns("lagrum")
def law_of_another_time(values, context):
    law, start = values.get("lagrum_kod"), values["startdatum"]
    if (law == LawCode.SOL2001 and start >= NEW_ACT) or (law == LawCode.SOL and start < NEW_ACT):
        return "Socialtjänstlagen byttes 1 juli 2025 och lagrummet hör till den andra lagen. Kontrollera lagrummet."


@warns("lagrum")
def home_grounds_after_18(values, context):
    age = age_at_start(values)
    if values.get("lagrum_kod") == LawCode.LVU_2 and age is not None and age > 18:
        return "Vård på grund av hemförhållanden upphör senast vid 18 år. Kontrollera lagrum och födelseår."


@warns("enhet")
def home_unknown(values, context):
    if "enhet" not in values:
        return "Hem okänt: flyttar mellan okända hem går inte att se. Fyll i hemmets namn eller nummer."


@warns("avslutsorsak")
def ending_without_end(values, context):
    if "slutdatum" not in values and any(values.get(c) for c in ("avslutsorsak", "planerat", "initiativ", "nasta")):
        return "Raden har uppgifter om avslut men inget slutdatum, så de tas inte med. Fyll i slutdatum."


@warns("avslutsorsak")
def ending_not_explained(values, context):
    if "slutdatum" in values and "avslutsorsak" not in values and "planerat" not in values:
        return "Placeringen är avslutad utan orsak och utan uppgift om den var planerad. Fyll i dem."


@warns("slutdatum")
def no_night(values, context):
    if values.get("slutdatum") == values["startdatum"]:
        return "Placeringen börjar och slutar samma dag och räknas som noll dygn. Kontrollera datumen."


@warns("slutdatum")
def ends_after_delivery(values, context):
    if values.get("slutdatum", "") > context.delivered:
        return "Slutdatum ligger efter leveransens datum. Kontrollera att placeringen verkligen är avslutad."


@warns("startdatum")
def starts_after_delivery(values, context):
    if values["startdatum"] > context.delivered:
        return "Startdatum ligger efter leveransens datum. Kontrollera datumen."


@warns("dygnskostnad")
def cost_out_of_range(values, context):
    cost = values.get("dygnskostnad")
    if cost and not 50 <= float(cost) <= 30_000:
        return "Dygnskostnaden är ovanlig. Kontrollera att beloppet är kronor per dygn."


# --- the companions ---------------------------------------------------------------------------------------------------


def _future(column):
    def done_in_the_future(values, context):
        if values.get(column, "") > context.today:
            return "Dagen ligger i framtiden. Kontrollera datumet; raden räknas från den dagen."

    return done_in_the_future


warns("datum", Kind.FOLLOW_UPS)(_future("datum"))
warns("datum", Kind.PLANS)(_future("datum"))
warns("genomfort", Kind.REVIEWS)(_future("genomfort"))
warns("genomford", Kind.HEALTH)(_future("genomford"))


@refuses("genomford", Kind.HEALTH)
def missing_value(values, context):
    if not values.get("obehovlig") and not any(values.get(c) for c in ("begard", "erbjuden", "genomford")):
        return "Minst ett datum saknas. Fyll i begärd, erbjuden eller genomförd, eller att den är obehövlig."


@warns("genomford", Kind.HEALTH)
def examined_before_requested(values, context):
    if values.get("genomford", "9") < values.get("begard", ""):
        return "Undersökningen är gjord innan den begärdes. Kontrollera datumen."


@warns("obehovlig", Kind.HEALTH)
def done_though_not_needed(values, context):
    if values.get("obehovlig") and values.get("genomford"):
        return "Undersökningen är både obehövlig och genomförd. Kontrollera vad som stämmer."


@warns("skal_inget_samtal", Kind.FOLLOW_UPS)
def reason_though_talked(values, context):
    if values.get("enskilt_samtal") and values.get("skal_inget_samtal"):
        return "Raden har både ett enskilt samtal och ett skäl till att det inte blev av. Kontrollera vad som stämmer."


@warns("delar", Kind.PLANS)
def more_elements_than_asked_for(values, context):
    if values.get("typ") == "vårdplan" and values.get("delar", 0) > 4:
        return "En vårdplan har fyra lagstadgade delar. Kontrollera antalet."


@warns("forfallodag", Kind.REVIEWS)
def late_by_its_own_due_date(values, context):
    if values.get("forfallodag", "9") < values.get("genomfort", ""):
        return "Gjort efter den förfallodag som levererades. Kontrollera datumen om det inte stämmer."
