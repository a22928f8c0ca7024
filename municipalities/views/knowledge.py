"""The region's library of knowledge, and keeping it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.knowledge import KnowledgeForm
from municipalities.knowledge.listing import KnowledgeList, Piece
from municipalities.models import Knowledge
from municipalities.reach import chosen_region


def readable(request, uid):
    """A piece of a library this user may read, or 404."""
    found = Knowledge.objects.for_user(request.user, Permission.READ_REGION_WORK)
    return get_object_or_404(found.select_related("region", "entered_by"), uid=uid)


def kept(request, uid):
    """A piece of a library this user keeps, or 404."""
    found = Knowledge.objects.for_user(request.user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(found.select_related("region"), uid=uid)


@requires(Permission.READ_REGION_WORK)
@require_safe
def knowledge_list(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    library = KnowledgeList(request.user, region, request.GET)
    return render(request, "municipalities/knowledge/list.html", {"library": library, "region": region})


@requires(Permission.READ_REGION_WORK)
@require_safe
def knowledge_detail(request, uid):
    piece = Piece(readable(request, uid), request.user)
    return render(request, "municipalities/knowledge/detail.html", {"piece": piece, "knowledge": piece.knowledge})


@requires(Permission.LEAD_REGION_WORK)
def knowledge_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = KnowledgeForm(posted(request), user=request.user, instance=Knowledge(region=region))
    if form.is_valid():
        knowledge = form.save()
        messages.success(request, "Den finns nu i biblioteket. Skicka ut den till dem som behöver den.")
        return redirect(knowledge)
    return form_page(request, form, "Lägg in i biblioteket", back=reverse("knowledge_list"))


@requires(Permission.LEAD_REGION_WORK)
def knowledge_change(request, uid):
    knowledge = kept(request, uid)
    form = KnowledgeForm(posted(request), user=request.user, instance=knowledge)
    if form.is_valid():
        messages.success(request, "Ändringen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra", back=knowledge.get_absolute_url(), row=knowledge)


def form_page(request, form, heading, **context):
    """A page with one form about a piece."""
    context |= {"form": form, "heading": heading, "list_name": "Kunskap", "list_url": reverse("knowledge_list")}
    return render(request, "municipalities/form_page.html", context)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def knowledge_turn(request, uid):
    knowledge = kept(request, uid)
    if request.POST.get("do") == "restore":
        knowledge.restore(request.user)
        messages.success(request, "Den gäller igen.")
    else:
        knowledge.withdraw(request.user)
        messages.success(request, "Den står nu bland det som inte längre gäller.")
    return redirect(knowledge)
