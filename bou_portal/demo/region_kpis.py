"""Invented values of a few indicators, analyses of them, and how they came in. Nothing here is Kolada's."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from municipalities.kolada.store import COUNTRY, FATES
from municipalities.kpis.release_export import Extract, fingerprint
from municipalities.models import Kpi, KpiAnalysis, KpiImport, KpiValue, Release, ReleaseExport

# Around what an indicator lies, and how much it differs between places.
LEVELS = {
    "N33816": (3.1, 1.1), "N33817": (6.2, 1.6), "N33818": (8.6, 2.0), 
    "N33878": (41, 9), "N33802": (3.4, 0.9), "N33822": (1.2, 0.5), "N33823": (1.9, 0.6), "U33401": (96, 14),
    "U33402": (101, 12), "U33816": (71, 12), "U33755": (88, 6), "U33767": (79, 8), "U33779": (68, 9), "U33760": (86, 6),
    "N33006": (9800, 1900), "N33002": (3100, 1000), "N33004": (2900, 700), "N33021": (2300, 600),
}  # fmt: skip
PER_GENDER = {"N33816", "N33817", "N33818"}
YEARS = 10
LOST = 0.06  # of the years
ANALYSES = (
    ("N33817", "Andelen i familjehem har ökat tre år i rad och ligger över liknande kommuner.",
     "Färre familjer får öppna insatser i tid, och nätverksmöten hålls sällan före placering.",
     "Nätverksmöte ska alltid övervägas innan ett barn placeras utanför hemmet.", "Enhetschef barn och unga", 120, "", True),
    ("U33401", "Utredningarna tar längre tid än i länet.", "Två tjänster var vakanta under våren.",
     "Veckovis genomgång av utredningar som pågått mer än tre månader.", "1:e socialsekreterare", -10, "", True),
    ("U33779", "Färre på HVB känner sig trygga än i riket.", "", "", "", None, "", False),
)  # fmt: skip


def make_kpis(region, people, today):
    """One region's values, analyses and imports; harmless to repeat."""
    if KpiImport.objects.filter(region=region).exists():
        return
    make_values(region, today)
    leader = next((user for user in people.values() if leads(user, region)), None)
    make_imports(region, leader, today)
    make_analyses(region, people, today)
    make_export(region, leader)


def leads(user, region):
    return any(m.role == "development_leader" and m.region_id == region.pk for m in user.current_memberships)


def make_values(region, today):
    """The years up to the last whole one, with gaps, and missing values here and there."""
    random = Random(f"nyckeltal {region.code}")
    municipalities = list(region.municipalities.active().prefetch_related("similar__other"))
    places = {place.code for place in municipalities}
    places |= {each.other.code for place in municipalities for each in place.similar.all()}
    kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in=LEVELS)}
    last = today.year - 1
    rows = []
    for code, (level, spread) in LEVELS.items():
        for place in [COUNTRY, *sorted(places)]:
            own = level if place == COUNTRY else max(level + random.gauss(0, spread), level / 5)
            slope = random.gauss(0, spread / 12)
            for year in range(last - YEARS + 1, last + 1):
                if random.random() < LOST and place != COUNTRY:
                    continue
                value = max(own + slope * (year - last) + random.gauss(0, spread / 8), 0)
                genders = {"T": value} | ({"K": value * 0.93, "M": value * 1.07} if code in PER_GENDER else {})
                rows += [
                    KpiValue(kpi=kpis[code], place=place, year=year, gender=gender, value=round(each, 2))
                    for gender, each in genders.items()
                ]
    KpiValue.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
    Kpi.objects.filter(code__in=LEVELS).update(fetched_at=timezone.now())


def make_imports(region, leader, today):
    """A fetch that is done, and one that did not get through."""
    counts = {**dict.fromkeys(FATES, 0), "new": 5_840}
    now = timezone.now()
    for days, state, told in (
        (9, KpiImport.State.DONE, {"counts": counts, "since": None, "problem": ""}),
        (
            2,
            KpiImport.State.FAILED,
            {"counts": counts, "problem": "Kolada har ett fel hos sig (503). Försök igen om en stund."},
        ),
    ):
        begun = now - timedelta(days=days)
        done = 60 if state == KpiImport.State.DONE else 17
        row = KpiImport.objects.create(
            region=region, source="kolada", state=state, done=done, total=60, told=told, started_by=leader,
            ended_at=begun + timedelta(minutes=2),
        )  # fmt: skip
        KpiImport.objects.filter(pk=row.pk).update(started_at=begun)


def make_analyses(region, people, today):
    """The same three for each municipality that somebody speaks for here."""
    from bou_portal.access import Permission

    speakers = {}
    for user in people.values():
        for pk in user.municipalities(Permission.SPEAK_FOR_MUNICIPALITY):
            speakers.setdefault(pk, user)
    kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in=[code for code, *_ in ANALYSES])}
    for place in region.municipalities.filter(pk__in=speakers):
        for code, observed, explained, chosen, owner, days, followed, shared in ANALYSES:
            KpiAnalysis.objects.get_or_create(
                municipality=place, kpi=kpis[code], year=today.year - 1,
                defaults={
                    "observed": observed, "explained": explained, "chosen": chosen, "owner_name": owner,
                    "follow_on": today + timedelta(days=days) if days else None, "followed": followed,
                    "is_shared": shared, "changed_by": speakers[place.pk],
                },
            )  # fmt: skip


def make_export(region, leader):
    """One taking out of what is frozen, when something is."""
    releases = list(Release.objects.filter(region=region).latest_versions().order_by("-quarter")[:4])[::-1]
    if releases and not ReleaseExport.objects.filter(region=region).exists():
        extract = Extract(region, releases)
        ReleaseExport.objects.create(
            region=region, first_quarter=releases[0].quarter, last_quarter=releases[-1].quarter, form="xlsx",
            purpose="Underlag till Socialstyrelsens uppföljning av insatser för barn", rows=len(extract.lines),
            sha256=fingerprint(extract.file("xlsx")), taken_by=leader,
        )  # fmt: skip
