"""The town's rows of cooperation: a model with papers and networks, and deviations in each of their states."""

from datetime import timedelta

from municipalities.models import (
    Body,
    BodyMember,
    CooperationModel,
    CooperationPaper,
    Deviation,
    DeviationStep,
    LocalNetwork,
    Municipality,
    Region,
)


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region = Region.objects.get(code="22")
    since = today - timedelta(days=700)
    group = Body.objects.create(region=region, kind=Body.Kind.NETWORK, name="Länsgruppen för Norrbus")
    BodyMember.objects.create(body=group, user=people["head_of_ifo"], started_on=since)
    model = CooperationModel.objects.create(
        region=region, name="Norrbus", about="Barn som behöver stöd av flera ska få det samordnat.", ages="0–20 år",
        group=group, started_on=since,
    )  # fmt: skip
    model.steered_by.add(Body.objects.create(region=region, kind=Body.Kind.POLITICAL, name="Barnarenan"))
    link = {"model": model, "link": "https://norrbus.example/rutin"}
    CooperationPaper.objects.create(
        kind="rutin", title="Samverkansrutin", version="1", holds_since_on=since, ended_on=today, **link
    )
    paper = CooperationPaper.objects.create(
        kind="rutin", title="Samverkansrutin", version="2", holds_since_on=today, **link
    )
    CooperationPaper.objects.create(kind="blankett", title="Kallelse", **link)
    networks = {
        code: LocalNetwork.objects.create(
            model=model, municipality=Municipality.objects.get(code=code), contact="Samordnare, elevhälsan",
            started_on=since, ended_on=until,
        )
        for code, until in (("2281", None), ("2284", None), ("2262", today))
    }  # fmt: skip
    new, answered = reports(model, people, today)
    DeviationStep.objects.create(
        deviation=answered, by=people["head_of_ifo"], state="avslutad", text="Skolan har en ny rutin för kallelser."
    )
    return {
        "coop_model": model, "coop_paper": paper, "local_network": networks["2281"], "deviation": new,
        "closed_deviation": answered,
    }  # fmt: skip


def reports(model, people, today):
    """A new deviation and a closed one, of the same reporter."""
    common = {
        "model": model, "municipality": Municipality.objects.get(code="2281"), "month": f"{today:%Y-%m}",
        "reported_by": people["social_worker"],
    }  # fmt: skip
    new = Deviation.objects.create(kind="sip", to_party="skola", text="Skolan kallade aldrig till SIP.", **common)
    closed = Deviation.objects.create(kind="kallelse", to_party="bup", state="avslutad", **common)
    return new, closed
