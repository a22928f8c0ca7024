"""Rating a home after a placement."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from placements.forms.ratings import STEPS
from placements.home_scores import released_scores
from placements.models import Placement, Rating, RatingForm

ALREADY_SENT = "Placeringen har redan ett omdöme."


@requires(Permission.RATE_HOMES)
def rate_home(request, uid, step=None):
    """One step of the rating; without `step` the one she had come to. A placement is rated once."""
    placement = ended_stay(request.user, uid)
    rating = whole_rating(placement) or Rating(placement=placement, home=placement.home)
    if not rating.may_be_written_by(request.user) or (rating.is_sent and step is None):
        messages.info(request, ALREADY_SENT)
        return redirect(rating)
    if (step or rating.step) > rating.step:
        return redirect("rate_home", uid)
    data = request.POST if request.method == "POST" else None
    form = STEPS[step or rating.step](data, rating=rating, user=request.user)
    if form.is_valid():
        return answer(request, form, form.save())
    if form.do == "save" and data is not None:
        return said("Inte sparat än: något behöver rättas.")
    steps = [(number, step_form.title) for number, step_form in STEPS.items()]
    context = {"placement": placement, "form": form, "rating": rating, "steps": steps}
    return opened(request, placement, "placements/rate_home.html", context)


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
        return redirect(rating.placement)
    return redirect("rating_step", rating.placement.uid, form.step + 1)


def said(words):
    """The short answer to what the page saves by itself while she writes."""
    return HttpResponse(format_html("<span data-saved>{}</span>", words))


@requires(Permission.RATE_HOMES)
@require_GET
def rating_receipt(request, uid):
    """What was sent, what the region has released about the home, and until when the rating may be changed."""
    rating = whole_rating(ended_stay(request.user, uid))
    if rating is None or not rating.is_sent:
        raise Http404
    released = released_scores(request.user, Permission.RATE_HOMES)
    context = {
        "placement": rating.placement,
        "rating": rating,
        "domains": rating.by_domain,
        "released": released,
        "shown": released.of(rating.home),
        "may_change": rating.may_be_written_by(request.user),
    }
    return opened(request, rating.placement, "placements/rating_receipt.html", context)


def ended_stay(user, uid):
    """An ended placement of hers in a home of the kind that is rated; 404 for any other."""
    stays = Placement.objects.for_user(user, Permission.RATE_HOMES).with_rated_home()
    return get_object_or_404(stays.select_related("home", "child", "municipality"), uid=uid)


def whole_rating(placement):
    """The rating of the whole stay, begun or sent, or None."""
    whole = placement.ratings.filter(form=RatingForm.FULL)
    return whole.select_related("home", "placement").prefetch_related("answers").first()
