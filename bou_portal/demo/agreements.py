"""Invented agreements with the invented homes: a region's in force and one that has ended, and a municipality's own."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from bou_portal.accounts.models import User
from bou_portal.demo.people import HOME_REGION, HOME_TOWN
from bou_portal.periods import add_months
from municipalities.models import Municipality, Region
from placements.codes import FormGroup
from placements.models import Agreement, AgreementHome, CareHome, Check, Criterion
from placements.questionnaire import questionnaire

Level, Outcome = Criterion.Level, Check.Outcome
# One for each of the questionnaire's domains, in their order: title, what is asked for, how it is shown, how firmly.
CRITERIA = (
    ("Kunnande för målgruppen", "Personalen har den utbildning och handledning som avtalets målgrupp kräver, och varje "
     "inflyttning förbereds tillsammans med den unge.", "kompetensöversikt och en plan för en inflyttning", Level.MUST),
    ("Avtalat arbetssätt i vardagen", "Det arbetssätt som beskrevs i anbudet används varje dag, och genomförandeplanen "
     "finns inom fyra veckor.", "två avidentifierade veckoscheman och en plan", Level.MUST),
    ("Trygghet dag som natt", "Risker bedöms vid inflyttning och när gruppen ändras. Kommunen får veta om en allvarlig "
     "händelse samma dag.", "rutin för händelser och årets sammanställning", Level.MUST),
    ("Bemanning och ledning", "Den avtalade bemanningen finns på plats alla dagar i veckan, och en ansvarig ledare går "
     "att nå dygnet runt.", "schema för en vecka som kommunen väljer", Level.MUST),
    ("Den unges inflytande", "De unga påverkar vardag och plan, träffar socialsekreteraren ostört och får stöd i "
     "kontakten med familjen.", "anteckningar från husmöten och samtal vid besök", Level.MUST),
    ("Skola, hälsa och fritid", "Skola eller sysselsättning är igång inom två veckor, och hälso- och tandvård blir av.",
     "översikt över skolgång och vårdbesök, utan namn", Level.MUST),
    ("Rapporter och samarbete", "Månadsrapporten kommer i tid och går att använda, och avtalets villkor om pris och "
     "uppsägning följs.", "de tre senaste rapporterna", Level.SHOULD),
    ("Planerat avslut", "Nästa steg planeras senast tre månader före en utflytt, tillsammans med den unge.",
     "två avslutsplaner, avidentifierade", Level.SHOULD),
)  # fmt: skip
# What the checks of the region's homes came to, home by home: {criterion: (outcome, days until it is to be mended, note)}.
FOUND = (
    {},
    {6: (Outcome.OBSERVED, None, "Rapporterna kommer i tid men är olika upplagda.")},
    {3: (Outcome.OPEN, 18, "Helgen har en person färre än avtalat.")},
    {1: (Outcome.HANDLED, 55, "Ny handledare är anlitad och börjar nästa månad.")},
    {2: (Outcome.OPEN, -12, "Rutinen för händelser saknar vem som ringer kommunen.")},
    {7: (Outcome.NOT_REMEDIED, None, "Avslutsplaner saknas fortfarande.")},
)
OLD_HOME = 6  # checked long ago; the one after it never
HOMES = 8


def make_agreements(homes, today):
    """Everything, once; harmless to repeat. `homes` are names by form. A sentence of what was made."""
    if Agreement.objects.exists():
        return "Avtalen fanns redan."
    region, town = Region.objects.get(code=HOME_REGION), Municipality.objects.get(code=HOME_TOWN)
    leader, procurer = (User.objects.get(email=f"{who}@demo.example") for who in ("lena", "petra"))
    criteria = make_criteria(region=region)
    chosen = homes[FormGroup.HVB][:HOMES]
    framework = make_agreement("Ramavtal HVB", today, (-20, 28), chosen, criteria, region=region)
    for number, name in enumerate(chosen[:OLD_HOME]):
        check(framework, name, today - timedelta(days=35 + 9 * number), leader, FOUND[number], today)
    check(framework, chosen[OLD_HOME], add_months(today, -14), leader, {}, today)
    ended = make_agreement("Tidigare ramavtal HVB", today, (-68, -20), chosen[2:7], criteria[:5], region=region)
    check(ended, chosen[3], add_months(today, -30), leader, {0: (Outcome.OBSERVED, None, "")}, today)
    own = make_criteria(CRITERIA[2:5], first=2, municipality=town)
    names = homes[FormGroup.SUPPORTED][:2]
    direct = make_agreement("Direktavtal stödboende", today, (-20, 4), names, own, kind="direkt", municipality=town)
    found = {1: (Outcome.OPEN, 12, "Ledaren gick inte att nå under en helg.")}
    check(direct, names[0], today - timedelta(days=20), procurer, found, today)
    return f"{Agreement.objects.count()} avtal med {Check.objects.count()} kontroller."


def make_criteria(wordings=CRITERIA, first=0, **owner):
    """Criteria of one owner; each is linked to the statements of its domain."""
    domains = questionnaire().domains[first:]
    return [
        Criterion.objects.create(
            title=title, text=text, evidence=evidence, level=level, items=[s.number for s in domain.statements], **owner
        )
        for (title, text, evidence, level), domain in zip(wordings, domains, strict=False)
    ]


def make_agreement(title, today, months, names, criteria, kind="ramavtal", **owner):
    """From the first of a month until the last day of another, counted in months from today."""
    begins, ends = (add_months(today.replace(day=1), month) for month in months)
    last = ends - timedelta(days=1)
    agreement = Agreement.objects.create(
        title=f"{title} {begins.year}–{last.year}", number=f"SN {begins.year}/00{123 + len(names)}", kind=kind,
        valid_from=begins, valid_until=last, **owner,
    )  # fmt: skip
    agreement.criteria.set(criteria)
    random = Random(agreement.title)
    AgreementHome.objects.bulk_create(
        AgreementHome(
            agreement=agreement, home=CareHome.objects.get(name=name), rank=rank, price_per_day=random.randrange(3900, 6900, 50)
        )
        for rank, name in enumerate(names, start=1)
    )  # fmt: skip
    return agreement


def check(agreement, name, day, by, found, today):
    """One visit: every criterion is met, but for those that are found otherwise."""
    home = CareHome.objects.get(name=name)
    written = timezone.make_aware(datetime.combine(day, time(15)))
    made = []
    for number, criterion in enumerate(agreement.criteria.order_by("pk")):
        outcome, days, note = found.get(number, (Outcome.MET, None, ""))
        until = None if days is None else today + timedelta(days=days)
        made.append(
            Check(
                agreement=agreement, criterion=criterion, home=home, outcome=outcome, checked_on=day, note=note,
                remedied_until=until, checked_by=by,
            )
        )  # fmt: skip
    rows = Check.objects.bulk_create(made)
    Check.objects.filter(pk__in=[row.pk for row in rows]).update(entered_at=written)
