"""What municipalities need: the inventory, the answers, the county's order, and each need."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.needs import (
    InventoryForm,
    JointNeedForm,
    NoNeedsForm,
    OwnNeedForm,
    RankForm,
    remove,
)
from municipalities.models import Need, NeedInventory
from municipalities.needs.inventory import ACTIVITIES, NeedPage, Standing, speaking_for
from municipalities.needs.inventory_letters import remind, send
from municipalities.reach import chosen_region
from municipalities.views.requests import listed

READ, SPEAK, LEAD = Permission.READ_REGION_WORK, Permission.SPEAK_FOR_MUNICIPALITY, Permission.LEAD_REGION_WORK
READS = ["GET", "HEAD", "POST"]
FORM = "municipalities/form_page.html"


def readable(user):
    """Needs that this user reads, with what is done about them."""
    found = Need.objects.for_user(user, READ)
    return found.select_related("municipality", "region", "answer__inventory").prefetch_related(ACTIVITIES)


def kept(user):
    return readable(user).kept_by(user)


def back_to(year):
    return listed("Behov", "need_list") | {"back": f"{reverse('need_list')}?ar={year}"}


@requires(READ)
@require_safe
def need_list(request):
    page = NeedPage(chosen_region(request, READ), request.user, request.GET)
    return render(request, "municipalities/needs/need_list.html", {"page": page})


@requires(READ)
@require_safe
def need_detail(request, uid):
    need = get_object_or_404(readable(request.user), uid=uid)
    may_keep = kept(request.user).filter(pk=need.pk).exists()
    return render(request, "municipalities/needs/need_detail.html", {"need": need, "may_keep": may_keep})


@requires(LEAD)
@require_http_methods(READS)
def joint_need_new(request):
    region = chosen_region(request, LEAD)
    year = NeedPage(region, request.user, request.GET).year
    form = JointNeedForm(posted(request), user=request.user, instance=Need(region=region, year=year))
    if form.is_valid():
        messages.success(request, "Behovet är sparat.")
        return redirect(form.save())
    words = {"heading": "Nytt gemensamt behov", "lead": f"Något som länet behöver tillsammans inför {year}."}
    return render(request, FORM, {"form": form, **words, **back_to(year)})


@requires(SPEAK, LEAD)
@require_http_methods(READS)
def need_change(request, uid):
    need = get_object_or_404(kept(request.user), uid=uid)
    if need.municipality_id:
        form = OwnNeedForm(posted(request), user=request.user, instance=need, inventory=need.answer.inventory)
    else:
        form = JointNeedForm(posted(request), user=request.user, instance=need)
    if form.is_valid():
        messages.success(request, "Behovet är sparat.")
        return redirect(form.save())
    words = {"heading": "Ändra behovet", "row": need} | back_to(need.year)
    return render(request, FORM, {"form": form, **words, "back": need.get_absolute_url()})


@requires(SPEAK, LEAD)
@require_http_methods(READS)
def need_remove(request, uid):
    need = get_object_or_404(kept(request.user), uid=uid)
    if request.method == "POST":
        if remove(need, request.user) is None:
            messages.error(request, "Behovet möts av en aktivitet och finns kvar. Ta bort det ur aktiviteten först.")
            return redirect(need)
        messages.success(request, "Behovet är borttaget.")
        return redirect(back_to(need.year)["back"])
    return render(request, "municipalities/needs/need_remove.html", {"need": need})


@requires(LEAD)
@require_http_methods(READS)
def need_rank(request):
    page = NeedPage(chosen_region(request, LEAD), request.user, request.GET)
    form = RankForm(posted(request), user=request.user, needs=page.of_year.select_related("municipality"))
    if form.is_valid():
        form.save()
        messages.success(request, "Ordningen är sparad.")
        return redirect(f"{reverse('need_list')}?ar={page.year}&ordna=rang&region={page.region.code}")
    return render(request, "municipalities/needs/need_rank.html", {"page": page, "form": form})


# --- the inventory ------------------------------------------------------------------------------------------------------
def led(user):
    return NeedInventory.objects.for_user(user, LEAD).select_related("region")


@requires(LEAD)
@require_http_methods(READS)
def inventory_new(request):
    made = NeedInventory(region=chosen_region(request, LEAD))
    form = InventoryForm(posted(request), user=request.user, instance=made)
    if form.is_valid() and (inventory := form.save()):
        messages.success(request, "Inventeringen är sparad. Läs igenom den och skicka den till kommunerna.")
        return redirect(inventory)
    lead = "Frågan till kommunerna: vad behöver ni? Den skickas först när du väljer det på nästa sida."
    words = {"heading": "Ny behovsinventering", "lead": lead} | listed("Behov", "need_list")
    return render(request, FORM, {"form": form, **words})


@requires(LEAD)
@require_safe
def inventory_detail(request, uid):
    inventory = get_object_or_404(led(request.user), uid=uid)
    context = {"inventory": inventory, "standing": Standing(inventory)}
    return render(request, "municipalities/needs/inventory_detail.html", context)


@requires(LEAD)
@require_http_methods(READS)
def inventory_change(request, uid):
    inventory = get_object_or_404(led(request.user), uid=uid)
    form = InventoryForm(posted(request), user=request.user, instance=inventory)
    if form.is_valid() and form.save():
        messages.success(request, "Inventeringen är sparad.")
        return redirect(inventory)
    words = {"heading": "Ändra inventeringen", "row": inventory} | back_to(inventory.year)
    return render(request, FORM, {"form": form, **words, "back": inventory.get_absolute_url()})


@requires(LEAD)
@require_POST
def inventory_send(request, uid):
    inventory = get_object_or_404(led(request.user), uid=uid)
    if send(inventory, request.user):
        messages.success(request, "Inventeringen är skickad till kommunernas enhetschefer och IFO-chefer.")
    elif inventory.sent_at:
        messages.warning(request, "Inventeringen är redan skickad.")
    else:
        messages.error(request, "Sista dagen har varit. Välj en ny sista dag och skicka sedan.")
    return redirect(inventory)


@requires(LEAD)
@require_POST
def inventory_remind(request, uid):
    inventory = get_object_or_404(led(request.user), uid=uid)
    if remind(inventory, request.user):
        messages.success(request, "De som inte har svarat får en påminnelse.")
    else:
        messages.warning(request, "Ingen påminnelse gick: en är redan skickad, eller så är inventeringen stängd.")
    return redirect(inventory)


# --- the municipality's answer ------------------------------------------------------------------------------------------
def asked(request, uid):
    """The inventory that was sent, and the municipality that this user answers for; 404 when there is none."""
    inventory = get_object_or_404(NeedInventory.objects.for_user(request.user, SPEAK).sent(), uid=uid)
    places = speaking_for(request.user, inventory.region)
    code = request.GET.get("kommun")
    place = next((each for each in places if code in (None, each.code)), None)
    if place is None:
        raise Http404("Ingen kommun att svara för.")
    return inventory, place


@requires(SPEAK)
@require_http_methods(READS)
def inventory_answer(request, uid):
    inventory, place = asked(request, uid)
    form = NoNeedsForm(posted(request), user=request.user, inventory=inventory, municipality=place)
    if form.is_valid():
        form.save()
        messages.success(request, "Tack, svaret är sparat: ni har inga behov.")
        return redirect(f"{reverse('inventory_answer', args=[uid])}?kommun={place.code}")
    needs = readable(request.user).filter(answer__inventory=inventory, municipality=place)
    answer = inventory.answers.filter(municipality=place).select_related("answered_by").first()
    context = {"inventory": inventory, "place": place, "form": form, "needs": needs, "answer": answer}
    return render(request, "municipalities/needs/inventory_answer.html", context)


@requires(SPEAK)
@require_http_methods(READS)
def answer_need(request, uid):
    inventory, place = asked(request, uid)
    new = Need(region=inventory.region, municipality=place, year=inventory.year)
    form = OwnNeedForm(posted(request), user=request.user, instance=new, inventory=inventory)
    back = f"{reverse('inventory_answer', args=[uid])}?kommun={place.code}"
    if form.is_valid():
        form.save()
        messages.success(request, "Behovet är sparat, och svaret är lämnat. Ni kan lägga till fler.")
        return redirect(back)
    words = {"heading": "Lägg till ett behov", "lead": f"{place} inför {inventory.year}.", "back": back}
    return render(request, FORM, {"form": form, **words, "list_name": f"Svar inför {inventory.year}", "list_url": back})
