"""Who is who in the region, what has changed, and writing to somebody without seeing the address."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.directory import people
from municipalities.forms.directory import DirectoryFilter, MailForm
from municipalities.reach import chosen_region, leads


@requires(Permission.READ_REGION_WORK)
@require_safe
def directory(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    lines = people.lines(region)
    form = DirectoryFilter(request.GET, lines)
    found = people.ordered(form.found(), request.GET.get("sortera", ""))
    context = {
        "region": region,
        "filter": form,
        "sections": people.sections(found),
        "sentence": people.sentence(lines),
        "changes": people.changes(region)[:5],
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, region),
    }
    return render(request, "municipalities/directory/directory.html", context)


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def directory_export(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    content = people.as_csv(people.lines(region))
    record(request.user, Verb.EXPORTED, region, what="directory")
    return attachment(content, f"katalog-{region.code}.csv")


@requires(Permission.READ_REGION_WORK)
@require_safe
def directory_changes(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    context = {"region": region, "changes": people.changes(region)}
    return render(request, "municipalities/directory/directory_changes.html", context)


@requires(Permission.READ_REGION_WORK)
def directory_mail(request, uid):
    to = people.addressee(request.user.regions(Permission.READ_REGION_WORK), uid)
    if to is None:
        raise Http404
    form = MailForm(posted(request), user=request.user, to=to)
    if form.is_valid():
        form.save()
        messages.success(request, f"Mailet till {to.name} är på väg.")
        return redirect("sent_mails")
    context = {"form": form, "heading": f"Mail till {to.name}", "lead": to.what, "submit": "Skicka"}
    back = {"list_name": "Katalog", "list_url": reverse("directory"), "back": reverse("directory")}
    return render(request, "municipalities/form_page.html", context | back)


@requires(Permission.READ_REGION_WORK)
@require_safe
def sent_mails(request):
    context = {"letters": people.letters_of(request.user)}
    return render(request, "municipalities/directory/sent_mails.html", context)
