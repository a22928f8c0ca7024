"""The task to rate a home changes hands, is left, or is taken up again; and texts are let out to colleagues."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.posted import posted
from placements.forms.rating_tasks import HandOverForm, LeaveForm, TakeUpForm
from placements.forms.rating_texts import ReleaseForm
from placements.models import Rating, RatingForm
from placements.rating_tasks import manageable, rateable

TOO_LATE = "Omdömet är redan skickat."
TEXTS_ON_A_PAGE = 20


@requires(Permission.RATE_HOMES)
def rating_task(request, uid, kind):
    """Handing the task to a colleague; from the same page it is left without a rating."""
    placement = managed_stay(request.user, uid, kind)
    data = posted(request)
    form = HandOverForm(data, placement=placement, kind=kind, user=request.user)
    if form.is_valid():
        done = f"Uppgiften är överlämnad till {form.cleaned_data['colleague']}."
        return redirect(settled(request, form, done))
    leaving = LeaveForm(placement=placement, kind=kind, user=request.user)
    return task_page(request, placement, kind, form, leaving)


@requires(Permission.RATE_HOMES)
@require_POST
def rating_leave(request, uid, kind):
    """Nobody will rate this stay, for a reason."""
    placement = managed_stay(request.user, uid, kind)
    form = LeaveForm(request.POST, placement=placement, kind=kind, user=request.user)
    if form.is_valid():
        settled(request, form, "Uppgiften är lämnad utan omdöme.")
        return redirect("rating_task", uid, kind)
    handing = HandOverForm(placement=placement, kind=kind, user=request.user)
    return task_page(request, placement, kind, handing, form)


@requires(Permission.RATE_HOMES)
@require_POST
def rating_take_up(request, uid, kind):
    """It was left by mistake."""
    placement = managed_stay(request.user, uid, kind)
    form = TakeUpForm(request.POST, placement=placement, kind=kind, user=request.user)
    if form.is_valid():
        settled(request, form, "Omdömet väntar igen.")
    return redirect("rating_task", uid, kind)


def managed_stay(user, uid, kind):
    """A stay whose task is hers to hand over, or anybody's in the municipality she leads; 404 for any other."""
    if kind not in RatingForm.values:
        raise Http404
    return get_object_or_404(manageable(user, kind).select_related("home", "child", "municipality"), uid=uid)


def settled(request, form, done):
    """Save, say how it went, and where to go: the worklist, where the task was found."""
    messages.success(request, done) if form.save() else messages.info(request, TOO_LATE)
    return "worklist"


def task_page(request, placement, kind, handing, leaving):
    task = placement.rating_tasks.filter(form=kind).select_related("taken_by", "left_by").first()
    context = {
        "placement": placement,
        "kind": kind,
        "task": task,
        "handing": handing,
        "leaving": leaving,
        "errors": leaving if leaving.errors else handing,
        "is_short": kind == RatingForm.SHORT,
        "may_rate": rateable(request.user, kind).filter(pk=placement.pk).exists(),
    }
    return opened(request, placement, "placements/rating_task.html", context)


# --- texts ------------------------------------------------------------------------------------------------------------
def texts_of(user):
    """Ratings in the municipalities she leads whose writers let others read their words. Never her own to judge."""
    ratings = Rating.objects.for_user(user, Permission.RELEASE_TEXTS).with_texts().exclude(rated_by=user)
    return ratings.select_related("home").prefetch_related("answers").order_by("submitted_at", "pk")


@require_safe
@requires(Permission.RELEASE_TEXTS)
def texts_to_release(request):
    """The texts to read, the oldest first, and those that were read before."""
    ratings, decided = texts_of(request.user), Q(texts_released_at__isnull=False) | Q(texts_kept_at__isnull=False)
    waiting = list(ratings.with_texts_to_read()[:TEXTS_ON_A_PAGE])
    read = Paginator(ratings.filter(decided).order_by("-submitted_at", "-pk"), TEXTS_ON_A_PAGE)
    return texts_page(request, waiting, read.get_page(request.GET.get("sida")))


def texts_page(request, waiting, read):
    """Made ready first and shown when the log says of each rating that its texts were read."""
    response = render(request, "placements/texts_to_release.html", {"waiting": waiting, "read": read})
    for rating in (*waiting, *read):
        record(request.user, Verb.OPENED, rating, what="texter")
    return response


@requires(Permission.RELEASE_TEXTS)
@require_POST
def release_texts(request, uid):
    """Let the texts of one rating out to colleagues, or keep them back."""
    rating = get_object_or_404(texts_of(request.user), uid=uid)
    form = ReleaseForm(request.POST, rating=rating, user=request.user)
    if form.is_valid() and (done := form.save()):
        messages.success(request, done)
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("texts_to_release")
