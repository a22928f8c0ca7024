"""A new text for an agreement: what is proposed, what the parties say, and how it ended."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from municipalities.accords.revision import RevisionPage
from municipalities.forms.revisions import CloseForm, RevisionCommentForm, RevisionForm, SignForm
from municipalities.models import Revision
from municipalities.views.accords import form_page, led


def found(request, uid, permission=Permission.READ_REGION_WORK):
    """A revision this user reaches with this permission, or 404."""
    reached = Revision.objects.for_user(request.user, permission)
    return get_object_or_404(reached.select_related("accord__region", "opened_by", "closed_by"), uid=uid)


def spoken_for(request, uid, form_class):
    """An open revision and the form for a party she speaks for; 404 when her municipality is not party."""
    revision = found(request, uid)
    form = form_class(posted(request), user=request.user, revision=revision)
    if not form.parties or not revision.is_open:
        raise Http404
    return revision, form


@requires(Permission.READ_REGION_WORK)
@require_safe
def revision_detail(request, uid):
    revision = found(request, uid)
    context = {"revision": revision, "accord": revision.accord, "page": RevisionPage(revision, request.user)}
    return opened(request, revision, "municipalities/accords/revision.html", context)


@requires(Permission.LEAD_REGION_WORK)
def revision_new(request, uid):
    accord = get_object_or_404(led(request.user), uid=uid)
    form = RevisionForm(posted(request), user=request.user, instance=Revision(accord=accord))
    if form.is_valid() and (revision := form.save()):
        messages.success(
            request, "Förslaget är öppet för parternas synpunkter. Den som beslutar för en kommun får mail."
        )
        return redirect(revision)
    lead = "Ändra direkt i texten. Parterna ser vad som är nytt, lämnar synpunkter och tar ställning."
    return form_page(request, form, "Påbörja revidering", accord, lead=lead)


@requires(Permission.LEAD_REGION_WORK)
def revision_change(request, uid):
    revision = found(request, uid, Permission.LEAD_REGION_WORK)
    if not revision.is_open:
        raise Http404
    form = RevisionForm(posted(request), user=request.user, instance=revision)
    if form.is_valid() and form.save():
        messages.success(request, "Förslaget är sparat.")
        return redirect(revision)
    lead = "" if "text" in form.fields else "En part har tagit ställning till texten, så bara dagen kan ändras."
    return form_page(
        request, form, "Ändra den föreslagna texten", revision.accord, lead=lead, back=revision.get_absolute_url()
    )


@requires(Permission.SPEAK_FOR_MUNICIPALITY, Permission.LEAD_REGION_WORK)
def revision_comment(request, uid):
    revision, form = spoken_for(request, uid, RevisionCommentForm)
    if not revision.takes_comments:
        messages.warning(request, f"Tiden för synpunkter gick ut {revision.closes_on}.")
        return redirect(revision)
    if form.is_valid() and form.save():
        messages.success(request, "Synpunkten är sparad och syns för alla parter.")
        return redirect(revision)
    lead = "Skriv om texten, aldrig om ett barn eller en enskild."
    return form_page(request, form, "Lämna synpunkt", revision.accord, lead=lead, back=revision.get_absolute_url())


@requires(Permission.DECIDE_WITH_REGION, Permission.LEAD_REGION_WORK)
def revision_sign(request, uid):
    revision, form = spoken_for(request, uid, SignForm)
    if form.is_valid() and form.save():
        messages.success(request, "Ställningstagandet är sparat. Det kan ändras tills revideringen är avslutad.")
        return redirect(revision)
    return form_page(
        request, form, "Ta ställning", revision.accord, lead=revision.summary, back=revision.get_absolute_url()
    )


def close(request, uid, state, heading, said, **words):
    revision = found(request, uid, Permission.LEAD_REGION_WORK)
    if not revision.is_open:
        messages.warning(request, "Revideringen är redan avslutad.")
        return redirect(revision)
    form = CloseForm(posted(request), user=request.user, revision=revision, state=state)
    if form.is_valid() and form.save():
        messages.success(request, said)
        return redirect(revision)
    words |= {"lead": closing_lead(form, state), "back": revision.get_absolute_url()}
    return form_page(request, form, heading, revision.accord, **words)


def closing_lead(form, state):
    if state == Revision.State.DROPPED:
        return "Texten som gäller fortsätter att gälla. Förslaget och synpunkterna står kvar."
    if not form.missing:
        return "Alla parter har godkänt. Den föreslagna texten ersätter den som gäller; den gamla kan läsas i revideringen."
    names = ", ".join(str(party) for party in form.missing)
    return f"Alla har inte godkänt. Det saknas: {names}. Skriv varför texten antas ändå; det läser alla parter."


@requires(Permission.LEAD_REGION_WORK)
def revision_adopt(request, uid):
    said = "Revideringen är antagen. Den nya texten gäller."
    return close(request, uid, Revision.State.ADOPTED, "Anta den nya texten", said, submit="Anta")


@requires(Permission.LEAD_REGION_WORK)
def revision_drop(request, uid):
    said = "Revideringen är avbruten. Texten som gällde fortsätter att gälla."
    return close(
        request, uid, Revision.State.DROPPED, "Avbryt revideringen", said, submit="Avbryt revideringen", danger=True
    )
