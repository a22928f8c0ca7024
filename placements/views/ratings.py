"""Rating a home: after a placement, and shortly during a long one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from placements.forms.ratings import STEPS
from placements.homes.scores import released_scores
from placements.models import Placement, Rating, RatingForm
from placements.rating_tasks import asked_by, manageable, rateable

ALREADY_SENT = "Placeringen har redan ett omdöme."
LAPSED = "Placeringen är avslutad, så det korta omdömet behövs inte längre. Lämna omdöme om hela placeringen i stället."


@requires(Permission.RATE_HOMES)
def rate_home(request, uid, step=None, kind=RatingForm.FULL):
    """One step of the rating; without `step` the one she had come to. A placement is rated once by each form."""
    placement = rated_stay(request.user, uid, kind)
    rating = rating_of(placement, kind) or Rating(placement=placement, home=placement.home, form=kind)
    if kind == RatingForm.SHORT and placement.ended_on and not rating.is_sent:
        messages.info(request, LAPSED)
        return redirect("rate_home", uid)
    if not rating.may_be_written_by(request.user) or (rating.is_sent and step is None):
        messages.info(request, ALREADY_SENT)
        return redirect(rating)
    if (step or rating.step) > rating.step:
        return redirect("rate_home", uid)
    data = posted(request)
    form = STEPS[kind][step or rating.step](data, rating=rating, user=request.user)
    if form.is_valid():
        return answer(request, form, form.save())
    if form.do == "save" and data is not None:
        return said("Inte sparat än: något behöver rättas.")
    return opened(request, placement, "placements/rate_home.html", page(request.user, placement, rating, form))


def page(user, placement, rating, form):
    """What the page of a step shows. Whoever took over the task finds no way from it to the child's page."""
    reached = Placement.objects.for_user(user, Permission.READ_CASES).filter(pk=placement.pk)
    return {
        "placement": placement,
        "form": form,
        "rating": rating,
        "steps": [(number, step.title) for number, step in STEPS[rating.form].items()],
        "is_reached": reached.exists(),
        "may_manage": not rating.is_sent and manageable(user, rating.form).filter(pk=placement.pk).exists(),
        "task": placement.rating_tasks.filter(form=rating.form).first(),
    }


def answer(request, form, rating):
    """Where a saved step leads: on, to the receipt, or home for now."""
    if form.do == "save":
        return said(f"Sparat {timezone.localtime():%H.%M}.")
    if rating.is_sent:
        mine = rating.may_be_written_by(request.user)
        done = "Tack, omdömet är skickat." if form.do == "send" else "Ändringen är sparad."
        messages.success(request, done) if mine else messages.info(request, ALREADY_SENT)
        return redirect(rating)
    if form.do == "pause":
        messages.success(request, "Omdömet är sparat. Fortsätt när du vill.")
        return redirect(after_pause(request.user, rating.placement))
    return redirect("rating_step", rating.placement.uid, form.step + 1)


def after_pause(user, placement):
    """The child's page, unless she only took over the task."""
    reached = Placement.objects.for_user(user, Permission.READ_CASES).filter(pk=placement.pk).exists()
    return placement if reached else "worklist"


def said(words):
    """The short answer to what the page saves by itself while she writes."""
    return HttpResponse(format_html("<span data-saved>{}</span>", words))


@requires(Permission.RATE_HOMES)
@require_GET
def rating_receipt(request, uid, kind=RatingForm.FULL):
    """What was sent, what the region has released about the home, and until when the rating may be changed."""
    placement = rated_stay(request.user, uid, kind)
    rating = rating_of(placement, kind)
    if rating is None or not rating.is_sent:
        raise Http404
    released = released_scores(request.user, Permission.RATE_HOMES)
    may_change = rating.may_be_written_by(request.user)
    context = page(request.user, placement, rating, None) | {
        "domains": rating.by_domain,
        "released": released,
        "shown": released.of(rating.home),
        "may_change": may_change,
        "texts": rating.texts if rating.texts_may_be_read_by(request.user) else [],
    }
    return opened(request, placement, "placements/rating_receipt.html", context)


def rated_stay(user, uid, kind):
    """A stay of hers, or whose task she took over, in a home of the kind that is rated; 404 for any other.

    After it has ended, or for the short form from half a year on.
    """
    stays = rateable(user, kind).select_related("home", "child", "municipality")
    return get_object_or_404(asked_by(stays, kind), uid=uid)


def rating_of(placement, kind):
    """The stay's rating of this form, begun or sent, or None."""
    ratings = placement.ratings.filter(form=kind).select_related("home", "placement")
    return ratings.prefetch_related("answers").first()
