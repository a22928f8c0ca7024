"""What is handed to a home as a PDF: made now, logged before it is given."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from placements.agreement_letters import FollowUpLetter, ResultLetter
from placements.homes.scores import released_scores
from placements.models import CareHome
from placements.views.agreements import readable


@requires(Permission.READ_HOMES)
@require_GET
def follow_up(request, uid, home):
    agreement = readable(request, uid)
    cover = get_object_or_404(agreement.homes.select_related("home__location"), home__uid=home)
    letter = FollowUpLetter(agreement, cover.home, request.user)
    pdf = letter.pdf()
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, agreement, home=cover.home_id)
    return attachment(pdf, letter.file_name)


def letter_of(request, uid):
    homes = CareHome.objects.for_user(request.user, Permission.KEEP_AGREEMENTS)
    home = get_object_or_404(homes.select_related("location"), uid=uid)
    return ResultLetter(home, released_scores(request.user, Permission.READ_HOMES, request.GET.get("region", "")))


@requires(Permission.KEEP_AGREEMENTS)
@require_safe
def letter(request, uid):
    found = letter_of(request, uid)
    return render(request, "placements/home_letter.html", {"letter": found, "home": found.home})


@requires(Permission.KEEP_AGREEMENTS)
@require_GET
def letter_file(request, uid):
    found = letter_of(request, uid)
    if not found.exists:
        raise Http404("Hemmets omdöme visas inte, så det finns inget brev.")
    pdf = found.pdf()
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, found.home, letter=str(found.released.quarter))
    return attachment(pdf, found.file_name)
