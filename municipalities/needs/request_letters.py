"""Who is told by mail that something has happened with a request for support. A mail holds the way there, no word of it."""

from django.urls import reverse

from bou_portal.access import Permission, roles_with
from bou_portal.mailing.post import post
from municipalities.directory.colleagues import leaders

TEMPLATE = "emails/support_request.txt"


def tell(request, step):
    """Tell the other side: the municipality when the region stepped, else whoever handles it in the region."""
    for user in readers(request, step.by):
        context = {"path": reverse("request_detail", args=[request.uid])}
        post(f"stod:{step.uid}:{user.pk}", user.email, "Nytt om en begäran om stöd", TEMPLATE, context)


def readers(request, writer):
    """The asker, or when she has left those who speak for her municipality; for a word of theirs the handler."""
    held = request.municipality.memberships.in_force().filter(
        role__in=roles_with(Permission.SPEAK_FOR_MUNICIPALITY), user__is_active=True
    )
    speaking = {membership.user_id: membership.user for membership in held.select_related("user")}
    if writer.pk in speaking:
        return handlers(request)
    return [speaking[request.asked_by_id]] if request.asked_by_id in speaking else list(speaking.values())


def handlers(request):
    """Whoever took the request up, if she still leads the region's work."""
    return leaders(request.municipality.region).filter(pk=request.taken_by_id)
