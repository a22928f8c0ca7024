"""The start page's view: one section for each kind of work the reader's roles hold."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Role
from bou_portal.start.casework import own_work
from bou_portal.start.deliveries import delivering
from bou_portal.start.leading import municipal_work, unit_work
from bou_portal.start.procuring import procuring
from bou_portal.start.regional import (
    commenting,
    coordinating,
    finding_homes,
    keeping,
    reading,
    receiving,
)

SECTIONS = {
    Role.HEAD_OF_IFO: municipal_work,
    Role.UNIT_MANAGER: unit_work,
    Role.SOCIAL_WORKER: own_work,
    Role.FOSTER_CARE_WORKER: own_work,
    Role.LEAD_SOCIAL_WORKER: own_work,
    Role.DATA_STEWARD: delivering,
    Role.PROCURER: procuring,
    Role.DEVELOPMENT_LEADER: coordinating,
    Role.FOSTER_CENTRE: finding_homes,
    Role.PARTNER: commenting,
    Role.COUNTY_BOARD: receiving,
    Role.SYSTEM_KEEPER: keeping,
}
# Several places of this kind of work make one section; of the others each place has its own.
TOGETHER = {own_work, delivering, procuring, reading, keeping, commenting, receiving, finding_homes}


@require_safe
def start(request):
    sections = [build(request.user, memberships) for build, memberships in work(request.user.current_memberships)]
    for section in sections:  # several sections have several cards of a kind, told apart by their place
        section.context["suffix"] = f", {section.place}" if len(sections) > 1 else ""
    context = {"greeting": greeting(request.user), "sections": sections}
    return render(request, "start/start.html", context)


def work(memberships):
    """(builder, memberships) in the order of SECTIONS; every role without one of its own reads reports."""
    order = [*dict.fromkeys(SECTIONS.values()), reading]
    found = {}
    for membership in memberships:
        build = SECTIONS.get(membership.role, reading)
        place = None if build in TOGETHER else membership.place
        found.setdefault((build, place), []).append(membership)
    return [(build, held) for (build, _), held in sorted(found.items(), key=lambda item: order.index(item[0][0]))]


def greeting(user):
    """By the clock in Sweden."""
    hour = timezone.localtime().hour
    word = "God morgon" if 4 < hour < 10 else "God kväll" if hour > 17 else "Hej"
    return f"{word}, {user.first_name_only}" if user.name else word
