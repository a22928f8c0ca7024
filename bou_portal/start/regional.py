"""For those who work for a region: no row about a child and no count of children, only what is delivered and released."""

from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import count_word, date, starting
from bou_portal.periods import Quarter
from bou_portal.reports.desk import completeness, progress
from bou_portal.reports.models import Report
from bou_portal.start.sections import Section
from municipalities.models import Release


def coordinating(user, memberships, everything=False):
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
    context = {
        "region": region,
        "quarter": quarter,
        "now": quarter.next(),
        "delivered": delivered,
        "release": release,
        "counts": counts,
        "step": step,
        "came": came,
        "came_base": f"av {len(delivered)}",
        "frozen_word": "Fryst" if release else "Ej fryst",
        "frozen_base": f"{date(release.frozen_at)}, version {release.version}" if release else quarter.text,
        "done_base": f"av {counts['total']}",
        "desk": reverse("desk", args=[region.code, quarter.slug]),
    }
    return Section(region.body, sentence + step, "start/coordinating.html", context)


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


def reading(user, memberships, everything=False):
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
    return Section(place, sentence, "start/reading.html", {"reports": found, "regions": regions})


def choosing(user, memberships, everything=False):
    """Those who choose homes: the register and what colleagues think."""
    return Section(
        ", ".join(m.place for m in memberships),
        "Här börjar du när ett hem ska väljas eller följas upp.",
        "start/choosing.html",
    )


def keeping(user, memberships, everything=False):
    """The system's keeper: background jobs by count, never what is in them."""
    statuses = [(status, Report.objects.filter(status=status).count()) for status in Report.Status]
    failed = dict(statuses)[Report.Status.FAILED]
    sentence = f"{starting(count_word(failed))} bygge{'n' if failed != 1 else ''} har misslyckats." if failed else ""
    place = ", ".join(m.place for m in memberships)
    return Section(
        place, sentence or "Alla bakgrundsjobb går som de ska.", "start/keeping.html", {"statuses": statuses}
    )
