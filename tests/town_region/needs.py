"""The town's rows of requests for support and of the inventory of needs."""

from datetime import timedelta

from django.utils import timezone

from municipalities.models import (
    CourseBasis,
    InventoryAnswer,
    Municipality,
    Need,
    NeedInventory,
    RequestStep,
    SupportRequest,
)

NEW, ACCEPTED = SupportRequest.State.NEW, SupportRequest.State.ACCEPTED


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    sundsvall = Municipality.objects.select_related("region").get(code="2281")
    region, karin, lena = sundsvall.region, people["unit_manager"], people["development_leader"]
    asked = SupportRequest.objects.create(
        municipality=sundsvall, topic="bbic", title="Handledning i BBIC för nya", text="Sex nya medarbetare.",
        wish="handledning", urgency="snart", asked_by=karin,
    )  # fmt: skip
    RequestStep.objects.create(request=asked, state=NEW, by=karin)
    taken = SupportRequest.objects.create(
        municipality=sundsvall, topic="delaktighet", title="Utbildning i barnsamtal", wish="utbildning",
        state=ACCEPTED, asked_by=karin, taken_by=lena,
    )  # fmt: skip
    RequestStep.objects.create(request=taken, state=NEW, by=karin)
    RequestStep.objects.create(request=taken, state=ACCEPTED, by=lena, text="Vi letar datum.")
    basis = CourseBasis.objects.create(
        region=region, topic="delaktighet", title="Barnsamtal, två dagar", text="En dag på plats.", created_by=lena
    )
    basis.requests.add(taken)
    inventory = NeedInventory.objects.create(
        region=region, year=today.year + 1, introduction="Vad behöver ni nästa år?", sent_at=timezone.now(),
        closes_on=today + timedelta(days=30),
    )  # fmt: skip
    unsent = NeedInventory.objects.create(region=region, year=today.year + 2, closes_on=today + timedelta(days=300))
    answer = InventoryAnswer.objects.create(
        inventory=inventory, municipality=sundsvall, answered_by=karin, answered_at=timezone.now()
    )
    own = Need.objects.create(
        region=region, municipality=sundsvall, answer=answer, year=inventory.year, topic="delaktighet",
        title="Fler barn ska få enskilda samtal", importance=5, rank=1,
        told_on=today - timedelta(days=200),
    )  # fmt: skip
    joint = Need.objects.create(
        region=region, year=inventory.year, topic="bbic", title="Samma mallar i hela länet", importance=4
    )
    return {
        "request": asked, "taken_request": taken, "basis": basis, "inventory": inventory, "unsent_inventory": unsent,
        "own_need": own, "joint_need": joint,
    }  # fmt: skip
