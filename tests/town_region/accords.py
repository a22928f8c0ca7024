"""The town's rows of agreements between bodies."""

from datetime import timedelta

from municipalities.models import Accord, AccordDate, AccordParty, Municipality, Region, Revision

TEXT = "Parterna möts två gånger om året.\nKostnaden delas efter invånare.\n"


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region, lena = Region.objects.get(code="22"), people["development_leader"]
    county = Accord.objects.create(
        region=region, title="Överenskommelse om barn och unga i länet", text=TEXT, owner=lena, money=1_250_000,
        valid_from=today - timedelta(days=700), valid_until=today + timedelta(days=120),
        purpose="Ge barn rätt stöd i tid.", goals="Alla kommuner har en aktuell rutin.",
    )  # fmt: skip
    county.keep_end_date()
    local = Accord.objects.create(
        region=region, title="Lokal överenskommelse", kind="lokal", parent=county, valid_from=today
    )
    Accord.objects.create(
        region=region, title="Avslutad överenskommelse", valid_from=today - timedelta(days=900),
        valid_until=today - timedelta(days=100),
    )  # fmt: skip
    report = AccordDate.objects.create(accord=county, due_on=today + timedelta(days=10), what="Redovisa till staten")
    AccordDate.objects.create(accord=county, kind="annat", due_on=today, done_on=today, done_by=lena)
    late = AccordDate.objects.create(accord=local, kind="revidering", due_on=today - timedelta(days=4))
    sundsvall, timra = (Municipality.objects.get(code=code) for code in ("2281", "2262"))
    party = AccordParty.objects.create(accord=county, municipality=sundsvall)
    AccordParty.objects.create(accord=county, municipality=timra)
    other = AccordParty.objects.create(accord=county, name="Region Västernorrland")
    revision = Revision.objects.create(
        accord=county, number=1, text=TEXT.replace("två", "fyra"), summary="Vi möts oftare.", opened_by=lena,
        closes_on=today + timedelta(days=20),
    )  # fmt: skip
    revision.sign_offs.create(party=other, stand="godkanner", signed_by=lena)
    revision.comments.create(party=party, text="Bra, men dyrt.", by=people["unit_manager"])
    return {"accord": county, "local_accord": local, "accord_day": report, "late_day": late, "revision": revision}
