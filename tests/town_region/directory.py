"""The town's rows of the directory: a post with a holder, one without, a partner with a login, a mandate."""

from datetime import timedelta

from municipalities.models import Holder, Mandate, Municipality, Organisation, Post, Region


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region = Region.objects.get(code="22")
    sundsvall = Municipality.objects.get(code="2281")
    partner = Organisation.objects.create(
        region=region, name="Kunskapscentrum barnhälsovård", does="Årsrapport om barnhälsan", phone="060-18 10 00",
        website="https://barnhalsa.example", email="barnhalsa@region.example",
    )  # fmt: skip
    Organisation.objects.create(region=region, name="Stiftelsen Ankaret", ended_on=today - timedelta(days=40))
    post = Post.objects.create(region=region, municipality=sundsvall, title="BBIC-samordnare")
    Post.objects.create(region=region, title="BBIC-ansvarig", financed_by="länets kommuner")
    doctor = Post.objects.create(region=region, organisation=partner, title="Barnhälsovårdsöverläkare")
    Post.objects.create(region=region, organisation=partner, title="Verksamhetsutvecklare")
    long_ago, lately = today - timedelta(days=500), today - timedelta(days=30)
    Holder.objects.create(post=post, name="Per Ek", started_on=long_ago, ended_on=lately - timedelta(days=1))
    holder = Holder.objects.create(
        post=post, name="Ida Frisk", phone="060-19 10 00", email="ida@kommun.example", started_on=lately
    )
    Holder.objects.create(post=doctor, user=people["partner"], name=str(people["partner"]), started_on=long_ago)
    common = {"region": region, "user": people["development_leader"], "year": today.year}
    mandate = Mandate.objects.create(title="Leda nätverket för 1:e socialsekreterare", **common)
    Mandate.objects.create(title="Årsrapport till styrgruppen", done_on=lately, told="Lämnad i tid.", **common)
    return {"bbic_post": post, "bbic_holder": holder, "partner_body": partner, "mandate": mandate}
