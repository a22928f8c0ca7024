"""For those who work for a region: no row about a child and no count of children, only what is delivered and released."""

from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import count_word, date, neuter, starting
from bou_portal.navigation import open_tabs
from bou_portal.periods import Quarter
from bou_portal.reports.desk import completeness, progress
from bou_portal.reports.models import Report
from bou_portal.start.region_gaps import RegionDesk
from bou_portal.start.region_lines import for_leader, for_reader
from bou_portal.start.sections import Section
from municipalities.models import Municipality, Release
from placements.homes.scores import released_scores
from placements.homes.statistics import unsafe_homes
from placements.models import CareHome, CentreThread, HealthComment, HomeNeed
from placements.reception_table import told_quarters


def coordinating(user, memberships):
    """The development leader's quarter: who has delivered, is it frozen, what can be published."""
    [membership, *_] = memberships
    region, quarter = membership.region, Quarter.of(timezone.localdate()).previous()
    delivered = completeness(region, quarter)
    release = Release.objects.filter(region=region, quarter=str(quarter)).order_by("-version").first()
    counts = progress(region, quarter)
    came = sum(day is not None for _, day in delivered)
    if came == len(delivered):
        sentence = f"Alla {count_word(came)} kommuner har levererat för {quarter.text}. "
    else:
        sentence = f"{starting(count_word(came))} av {count_word(len(delivered))} kommuner har levererat för "
        sentence += f"{quarter.text}. "
    step = next_step(release, counts)
    work = RegionDesk(region)
    context = {
        "region": region,
        "work": work,
        "quarter": quarter,
        "now": quarter.next(),
        "delivered": delivered,
        "release": release,
        "counts": counts,
        "step": step,
        "came": came,
        "came_base": f"av {len(delivered)}",
        "frozen_word": "Fryst" if release else "Ej fryst",
        "frozen_base": f"{date(timezone.localdate(release.frozen_at))}, version {release.version}"
        if release
        else quarter.text,
        "done_base": f"av {counts['total']}",
        "desk": reverse("desk", args=[region.code, quarter.slug]),
        "unsafe": released_unsafe(user, region),
        "from_region": for_leader(user),
        "proposals": CareHome.objects.for_user(user, Permission.KEEP_HOMES).proposed().count(),
    }
    return Section(region.body, work.sentence + sentence + step, "start/coordinating.html", context)


def released_unsafe(user, region):
    """`Två hem har ett lågt visat värde för trygghet`, or nothing: told to the leader alone."""
    count = len(unsafe_homes(user, released_scores(user, Permission.KEEP_HOMES, region.code)))
    return f"{starting(neuter(count))} hem har ett lågt visat värde för trygghet" if count else ""


def next_step(release, counts):
    """What the leader does next with the quarter."""
    if not release:
        return "Kvartalet är inte fryst än."
    if counts["failed"]:
        reports = "rapport" if counts["failed"] == 1 else "rapporter"
        return f"{starting(count_word(counts['failed']))} {reports} gick inte att bygga."
    if counts["working"]:
        return f"Rapporterna byggs: {counts['done']} av {counts['total']} är klara."
    if counts["publishable"]:
        ready = counts["publishable"]
        are = "rapport är klar" if ready == 1 else "rapporter är klara"
        return f"{starting(count_word(ready))} {are} att publicera."
    return "Kvartalet är fryst och rapporterna är publicerade."


def reading(user, memberships):
    """The newest report of each region the reader belongs to."""
    regions = [membership.region for membership in memberships]
    reports = Report.objects.readable_by(user).filter(region__in=regions, issue=Report.Issue.REGION)
    found = list(reports.defer("pdf", "content").select_related("region").order_by("-quarter", "-version")[:6])
    if found:
        sentence = f"Rapporten för {Quarter.parse(found[0].quarter).text} är klar att läsa."
    else:
        sentence = (
            "Ingen rapport är publicerad än. Den kommer när regionens utvecklingsledare har publicerat kvartalet."
        )
    place = ", ".join(region.body for region in regions)
    context = {"reports": found, "regions": regions, "from_region": for_reader(user)}
    return Section(place, sentence, "start/reading.html", context)


def commenting(user, memberships):
    """The partner's one page: the newest released health funnel, and whether it has got its comment."""
    newest = Release.objects.for_user(user, Permission.COMMENT_HEALTH).order_by("-quarter").first()
    if newest is None:
        sentence = "Inget kvartal är fryst än. När det är det finns regionens hälsotratt att läsa här."
    else:
        quarter = Quarter.parse(newest.quarter)
        written = HealthComment.objects.filter(region=newest.region_id, quarter=newest.quarter).exists()
        what = "är kommenterad" if written else "väntar på din kommentar"
        sentence = f"Regionens hälsotratt för {quarter.text} {what}."
    return pointing(user, memberships, sentence)


def receiving(user, memberships):
    """The county board: how many municipalities the newest locked quarter of reception rests on."""
    [newest, *_] = told_quarters()
    regions = [membership.region_id for membership in memberships]
    places = Municipality.objects.filter(region__in=regions)
    came = places.filter(receptions__quarter=str(newest)).count()
    sentence = f"{starting(count_word(came))} av {count_word(places.count())} kommuner har lämnat mottagandet för "
    return pointing(user, memberships, f"{sentence}{newest.text}, det senaste kvartalet som är låst.")


def finding_homes(user, memberships):
    """The shared foster-home centre: how many needs and questions of the municipalities wait for it."""
    needs = HomeNeed.objects.for_user(user, Permission.RUN_CENTRE).filter(state=HomeNeed.State.OPEN).count()
    threads = CentreThread.objects.for_user(user, Permission.RUN_CENTRE).filter(closed_at=None).count()
    sentence = f"{starting(neuter(needs))} behov av familjehem väntar på ett hem, och "
    asked = "fråga från kommunerna är öppen" if threads == 1 else "frågor från kommunerna är öppna"
    return pointing(user, memberships, f"{sentence}{count_word(threads)} {asked}.")


def pointing(user, memberships, sentence):
    """For a role with a page or two of its own: the way there."""
    ways = [way for _, tabs in open_tabs(user) for way in tabs if way[1] != reverse("start")]
    place = ", ".join(membership.region.body for membership in memberships)
    return Section(place, sentence, "start/pointing.html", {"ways": ways})


def keeping(user, memberships):
    """The system's keeper: background jobs by count, never what is in them."""
    statuses = [(status, Report.objects.filter(status=status).count()) for status in Report.Status]
    failed = dict(statuses)[Report.Status.FAILED]
    sentence = f"{starting(count_word(failed))} bygge{'n' if failed != 1 else ''} har misslyckats." if failed else ""
    place = ", ".join(m.place for m in memberships)
    return Section(
        place, sentence or "Alla bakgrundsjobb går som de ska.", "start/keeping.html", {"statuses": statuses}
    )
