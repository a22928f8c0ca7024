"""What units answer about how they hear children, and how far they have come with a model."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from placements.forms.voice_units import ParticipationForm, PhaseForm
from placements.models import ParticipationStatus
from placements.voice.participation import ParticipationPage


@requires(Permission.READ_RELEASES)
@require_safe
def participation(request):
    page = ParticipationPage(request.user, request.GET.get("ar", ""), timezone.localdate())
    return render(request, "placements/voice/participation.html", {"page": page})


@requires(Permission.LEAD_LEARNING)
def participation_new(request):
    wished = {"unit": request.GET.get("enhet"), "year": request.GET.get("ar")}
    form = ParticipationForm(posted(request), user=request.user, initial=wished)
    if form.is_valid():
        answer = form.save()
        messages.success(request, f"Svaret för {answer.unit} {answer.year} är sparat.")
        return redirect("participation")
    return render(request, "placements/voice/participation_form.html", {"form": form})


@requires(Permission.LEAD_LEARNING)
def participation_change(request, uid):
    answers = ParticipationStatus.objects.for_user(request.user, Permission.LEAD_LEARNING)
    answer = get_object_or_404(answers.select_related("unit"), uid=uid)
    form = ParticipationForm(posted(request), user=request.user, instance=answer)
    if form.is_valid():
        form.save()
        messages.success(request, f"Svaret för {answer.unit} {answer.year} är ändrat.")
        return redirect("participation")
    return render(request, "placements/voice/participation_form.html", {"form": form, "answer": answer})


@requires(Permission.LEAD_LEARNING)
def unit_phase(request):
    form = PhaseForm(posted(request), user=request.user, initial={"unit": request.GET.get("enhet")})
    if form.is_valid():
        row = form.save()
        messages.success(request, f"{row.unit}: {row.get_phase_display().lower()}.")
        return redirect("voices")
    return render(request, "placements/voice/phase_form.html", {"form": form})
