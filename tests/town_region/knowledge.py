"""The town's rows of knowledge and the library: one piece that was sent out and one that no longer holds."""

from datetime import timedelta

from bou_portal.access import Role
from municipalities.models import AgendaItem, Dispatch, Knowledge, Meeting, Municipality, Receipt, Region, SavedItem


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region, lena = Region.objects.get(code="22"), people["development_leader"]
    sent = Knowledge.objects.create(
        region=region, kind="projekt", title="Barnen vill – vågar vi", publisher="Allmänna Barnhuset", number="2014",
        link="https://www.allmannabarnhuset.se/", topic="delaktighet", tags="delaktighet, metod", entered_by=lena,
        published_on=today - timedelta(days=900), summary="Så blev barn delaktiga.\nFem kommuner var med.",
    )  # fmt: skip
    Knowledge.objects.create(
        region=region,
        kind="film",
        title="Barns råd till socialsekreterare",
        topic="stabilitet",
        summary="Fyra minuter.",
    )
    old = Knowledge.objects.create(
        region=region, kind="handbok", title="Äldre handbok", topic="lag", summary="Ersatt.", withdrawn_on=today
    )
    sundsvall, timra, harnosand = (Municipality.objects.get(code=code) for code in ("2281", "2262", "2280"))
    dispatch = Dispatch.objects.create(
        knowledge=sent, roles=[Role.UNIT_MANAGER, Role.SOCIAL_WORKER], sent_by=lena, message="Ta gärna upp den."
    )
    dispatch.municipalities.set([sundsvall, timra, harnosand])
    own = Receipt.objects.create(
        dispatch=dispatch, user=people["unit_manager"], municipality=sundsvall, is_first_line=True
    )
    Receipt.objects.create(
        dispatch=dispatch, user=people["social_worker"], municipality=sundsvall, tick="apt", ticked_at=dispatch.sent_at
    )
    Receipt.objects.create(dispatch=dispatch, user=None, municipality=timra)
    SavedItem.objects.create(user=people["unit_manager"], knowledge=sent, usefulness=3)
    if held := Meeting.objects.filter(body__region=region, state=Meeting.State.HELD).first():
        AgendaItem.objects.create(meeting=held, order=9, title="Ny kunskap", knowledge=sent)
    return {"knowledge": sent, "old_knowledge": old, "dispatch": dispatch, "receipt": own}
