"""The ways of working with children's voices, and a region's own variants of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from placements.forms.voice_models import CopyModelForm, VoiceModelForm, own_regions
from placements.models import VoiceModel


def readable(user):
    return VoiceModel.objects.for_user(user, Permission.READ_RELEASES)


def kept(user):
    """The variants whose steps this user keeps."""
    return VoiceModel.objects.for_user(user, Permission.SET_TARGETS).kept_by(user, Permission.SET_TARGETS)


def copyable(user):
    """The models she can make a variant of: all she can read, if she keeps a region's."""
    return readable(user) if own_regions(user) else readable(user).none()


@requires(Permission.READ_RELEASES)
@require_safe
def voice_models(request):
    models = readable(request.user).select_related("region").prefetch_related("steps").order_by("region", "pk")
    mine = set(kept(request.user).values_list("pk", flat=True))
    context = {"models": models, "mine": mine, "may_copy": bool(own_regions(request.user))}
    return render(request, "placements/voice/models.html", context)


@requires(Permission.SET_TARGETS)
def voice_model_copy(request, uid):
    model = get_object_or_404(copyable(request.user), uid=uid)
    form = CopyModelForm(posted(request), user=request.user, model=model)
    if form.is_valid():
        messages.success(request, "Kopian är er egen. Ändra stegen så att de stämmer hos er.")
        return redirect(form.save())
    return render(request, "placements/voice/model_form.html", {"form": form, "model": model, "is_copy": True})


@requires(Permission.SET_TARGETS)
def voice_model(request, uid):
    model = get_object_or_404(kept(request.user), uid=uid)
    form = VoiceModelForm(posted(request), user=request.user, instance=model)
    if form.is_valid():
        form.save()
        messages.success(request, "Modellen är sparad.")
        return redirect("voice_models")
    return render(request, "placements/voice/model_form.html", {"form": form, "model": model})
