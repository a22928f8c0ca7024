"""A reader's own: what was sent to her and her answer, and her list of saved items."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from municipalities.forms.knowledge import AnswerForm, UseForm
from municipalities.knowledge.dispatching import unanswered
from municipalities.knowledge.listing import ROWS_ON_A_PAGE
from municipalities.models import Receipt, SavedItem
from municipalities.views.knowledge import readable


@requires(Permission.READ_REGION_WORK)
@require_safe
def knowledge_inbox(request):
    own = Receipt.objects.for_user(request.user, Permission.READ_REGION_WORK).exclude(tick="")
    own = own.select_related("dispatch__knowledge", "dispatch__sent_by", "municipality").newest_first()
    context = {
        "waiting": list(unanswered(request.user)),
        "answered": Paginator(own, ROWS_ON_A_PAGE).get_page(request.GET.get("sida")),
        "places": len(request.user.municipalities(Permission.READ_REGION_WORK)),
    }
    return render(request, "municipalities/knowledge/inbox.html", context)


@requires(Permission.READ_REGION_WORK)
@require_POST
def receipt_answer(request, uid):
    own = Receipt.objects.for_user(request.user, Permission.READ_REGION_WORK)
    receipt = get_object_or_404(own.select_related("dispatch__knowledge"), uid=uid)
    form = AnswerForm(request.POST, user=request.user, receipt=receipt)
    if form.is_valid():
        form.save()
        messages.success(request, "Tack, ditt svar är sparat. Du kan ändra det.")
    else:
        messages.error(request, "Välj ett av de tre svaren.")
    return redirect("knowledge_inbox") if "to_inbox" in request.POST else redirect(receipt.dispatch.knowledge)


@requires(Permission.READ_REGION_WORK)
@require_safe
def saved_items(request):
    own = SavedItem.objects.for_user(request.user, Permission.READ_REGION_WORK).select_related("knowledge")
    page = Paginator(own, ROWS_ON_A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "municipalities/knowledge/saved.html", {"page": page})


@requires(Permission.READ_REGION_WORK)
@require_POST
def knowledge_save(request, uid):
    knowledge = readable(request, uid)
    if request.POST.get("do") == "remove":
        knowledge.saved.filter(user=request.user).delete()
        messages.success(request, "Den är borttagen från dina sparade.")
    else:
        knowledge.saved.get_or_create(user=request.user)
        messages.success(request, "Den är sparad på din lista.")
    return redirect(knowledge)


@requires(Permission.READ_REGION_WORK)
@require_POST
def knowledge_use(request, uid):
    own = SavedItem.objects.for_user(request.user, Permission.READ_REGION_WORK)
    item = get_object_or_404(own.select_related("knowledge"), knowledge__uid=uid)
    form = UseForm(request.POST, item=item)
    if form.is_valid():
        form.save()
        messages.success(request, "Tack. Ditt svar räknas ihop med andras.")
    else:
        messages.error(request, "Välj liten, viss eller stor nytta.")
    return redirect("saved_items") if "to_list" in request.POST else redirect(item.knowledge)
