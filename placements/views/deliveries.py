"""Deliveries: the list, leaving one, translating, preview, receipt, undo."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from placements import receipts
from placements.forms.deliveries import ConfirmForm, DiscardForm, TranslationForm, UndoForm, UploadForm
from placements.imports.delivering import why_not_undoable
from placements.models import Delivery


def reached(request, uid):
    deliveries = Delivery.objects.for_user(request.user, Permission.IMPORT_DELIVERIES)
    return get_object_or_404(deliveries.select_related("uploaded_by", "confirmed_by").defer("table"), uid=uid)


@requires(Permission.IMPORT_DELIVERIES)
@require_GET
def delivery_list(request):
    deliveries = Delivery.objects.for_user(request.user, Permission.IMPORT_DELIVERIES).defer("table")
    page = Paginator(deliveries.select_related("uploaded_by"), 30).get_page(request.GET.get("sida"))
    context = {"page": page, "sentence": receipts.history_sentence(deliveries)}
    return render(request, "placements/delivery_list.html", context)


@requires(Permission.IMPORT_DELIVERIES)
def delivery_new(request):
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), user=request.user)
    if form.is_valid():
        return redirect(form.save())
    return render(request, "placements/delivery_new.html", {"form": form})


@requires(Permission.IMPORT_DELIVERIES)
@require_GET
def delivery_detail(request, uid):
    delivery = reached(request, uid)
    if delivery.needs_translation:
        return redirect("delivery_translate", delivery.uid)
    return shown(request, delivery, ConfirmForm(delivery=delivery, user=request.user))


def shown(request, delivery, confirm):
    """The page of one delivery. Its rows are about children, so the log gets its line."""
    rows = receipts.Rows(delivery, request.GET)
    context = {"delivery": delivery, "rows": rows, "confirm": confirm, "summary": receipts.Summary(delivery)}
    context["why_not_undoable"] = why_not_undoable(delivery) if delivery.is_confirmed else ""
    return opened(request, delivery, "placements/delivery_detail.html", context, rows=len(rows.page))


@requires(Permission.IMPORT_DELIVERIES)
@require_GET
def delivery_progress(request, uid):
    """What htmx asks for while a worker is at it: the same bar, or the whole page again when it is done."""
    delivery = reached(request, uid)
    response = render(request, "placements/delivery_progress.html", {"delivery": delivery})
    if not delivery.is_working:
        response["HX-Refresh"] = "true"
    return response


@requires(Permission.IMPORT_DELIVERIES)
def delivery_translate(request, uid):
    delivery = reached(request, uid)
    if not delivery.needs_translation:
        return redirect(delivery)
    form = TranslationForm(posted(request), delivery=delivery, user=request.user)
    if form.is_valid():
        form.save()
        return redirect(delivery)
    return render(request, "placements/delivery_translate.html", {"form": form, "delivery": delivery})


@requires(Permission.IMPORT_DELIVERIES)
@require_POST
def delivery_confirm(request, uid):
    delivery = reached(request, uid)
    form = ConfirmForm(request.POST, delivery=delivery, user=request.user)
    if not delivery.is_staged:  # a double click: the first one did it
        return redirect(delivery)
    if not form.is_valid():
        return shown(request, delivery, form)
    form.save()
    if delivery.is_confirmed:
        messages.success(request, "Leveransen är inläst. Kvittot finns kvar här.")
    return redirect(delivery)


@requires(Permission.IMPORT_DELIVERIES)
def delivery_undo(request, uid):
    delivery = reached(request, uid)
    form = UndoForm(posted(request), delivery=delivery, user=request.user)
    if form.is_valid() and form.save():
        messages.success(request, "Leveransen är ångrad. Uppgifterna är som de andra leveranserna säger.")
        return redirect(delivery)
    return render(request, "placements/delivery_undo.html", {"form": form, "delivery": delivery})


@requires(Permission.IMPORT_DELIVERIES)
@require_POST
def delivery_discard(request, uid):
    delivery = reached(request, uid)
    if delivery.is_waiting:
        DiscardForm(request.POST, delivery=delivery, user=request.user).save()
        messages.success(request, "Filen är slängd. Inget av den är inläst.")
        return redirect("delivery_list")
    return redirect(delivery)


@requires(Permission.IMPORT_DELIVERIES)
@require_GET
def delivery_receipt(request, uid):
    return downloaded(request, reached(request, uid), receipts.receipt, "kvitto")


@requires(Permission.IMPORT_DELIVERIES)
@require_GET
def delivery_refused(request, uid):
    return downloaded(request, reached(request, uid), receipts.refused, "ej-inlasta-rader")


def downloaded(request, delivery, make, name):
    """A file about the delivery's rows, logged with how many there were."""
    content, rows = make(delivery)
    record(request.user, Verb.DOWNLOADED, delivery, file=name, rows=rows)
    return attachment(content, f"{name}-{delivery.kind}-{delivery.delivered_on}.csv")
