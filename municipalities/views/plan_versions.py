"""Versions of a plan: put before the steering group, answered, and read and printed for ever after."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.forms.plan_versions import ApproveForm, ProposeForm, ReturnForm, WithdrawForm
from municipalities.models import PlanVersion
from municipalities.plans.paper import PlanPaper
from municipalities.plans.version import VersionPage
from municipalities.reach import leads
from municipalities.views.plans import form_page, led, readable


def version_of(request, uid, permission):
    """A version of a plan this user reaches with this permission, or 404."""
    versions = PlanVersion.objects.for_user(request.user, permission)
    related = ("plan__region", "body", "decision", "decided_by", "proposed_by")
    return get_object_or_404(versions.select_related(*related), uid=uid)


@requires(Permission.LEAD_REGION_WORK)
def plan_propose(request, uid):
    plan = led(request, uid)
    if waiting := plan.versions.waiting().first():
        messages.info(request, "En version väntar redan på styrgruppen.")
        return redirect(waiting)
    form = ProposeForm(posted(request), plan=plan, user=request.user)
    if form.is_valid():
        version = form.save()
        messages.success(request, f"Version {version.number} väntar nu på styrgruppen.")
        return redirect(version)
    return render(request, "municipalities/plans/plan_propose.html", {"form": form, "plan": plan})


@requires(Permission.READ_REGION_WORK)
@require_safe
def plan_version(request, uid):
    version = version_of(request, uid, Permission.READ_REGION_WORK)
    region = version.plan.region
    context = {
        "page": VersionPage(version),
        "version": version,
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, region),
        "may_decide": region.pk in request.user.regions(Permission.DECIDE_WITH_REGION),
    }
    return render(request, "municipalities/plans/plan_version.html", context)


def answered(request, version, form, done, **context):
    """The page of an answer to a version, or on to the version when it is given."""
    if form.is_valid() and form.save():
        messages.success(request, done)
        return redirect(version)
    return form_page(request, form, plan=version.plan, back=version.get_absolute_url(), **context)


@requires(Permission.LEAD_REGION_WORK)
def version_withdraw(request, uid):
    version = version_of(request, uid, Permission.LEAD_REGION_WORK)
    form = WithdrawForm(posted(request), version=version, user=request.user)
    lead = "Styrgruppen behöver inte längre ta ställning. Planen kan ändras och föreslås igen."
    words = {"heading": f"Ta tillbaka version {version.number}", "lead": lead, "submit": "Ta tillbaka"}
    return answered(request, version, form, "Versionen är tillbakatagen.", **words)


@requires(Permission.DECIDE_WITH_REGION)
def version_approve(request, uid):
    version = version_of(request, uid, Permission.DECIDE_WITH_REGION)
    form = ApproveForm(posted(request), version=version, user=request.user)
    lead = f"Du för in styrgruppens beslut om {version}. Innehållet är fryst och ändras inte mer."
    words = {"heading": f"Godkänn version {version.number}", "lead": lead, "submit": "Godkänn"}
    return answered(request, version, form, "Planen är godkänd.", **words)


@requires(Permission.DECIDE_WITH_REGION)
def version_return(request, uid):
    version = version_of(request, uid, Permission.DECIDE_WITH_REGION)
    form = ReturnForm(posted(request), version=version, user=request.user)
    lead = "Utvecklingsledaren ser skälen, ändrar planen och föreslår den igen."
    words = {"heading": f"Återlämna version {version.number}", "lead": lead, "submit": "Återlämna"}
    return answered(request, version, form, "Planen är återlämnad med skäl.", **words)


def printed(request, paper, row):
    """The paper as a file, logged before it is given."""
    pdf = paper.pdf()
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, row)
    return attachment(pdf, paper.file_name)


@requires(Permission.READ_REGION_WORK)
@require_safe
def plan_pdf(request, uid):
    plan = readable(request, uid)
    return printed(request, PlanPaper.of_plan(plan), plan)


@requires(Permission.READ_REGION_WORK)
@require_safe
def version_pdf(request, uid):
    version = version_of(request, uid, Permission.READ_REGION_WORK)
    return printed(request, PlanPaper.of_version(version), version)
