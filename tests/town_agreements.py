"""The town's agreements: the region's with Tallbacken and a finding, and the municipality's own."""

from datetime import timedelta

from municipalities.models import Municipality, Region
from placements.models import Agreement, AgreementHome, CareHome, Check, Criterion


def agree(persons, today):
    """One criterion and one check in each, of Tallbacken."""
    region, sundsvall = Region.objects.get(code="22"), Municipality.objects.get(code="2281")
    for keeper, title, owner in (
        ("development_leader", "Ramavtal", {"region": region}),
        ("procurer", "Direktavtal", {"municipality": sundsvall}),
    ):
        made = Agreement.objects.create(title=title, valid_from=today - timedelta(days=400), **owner)
        criterion = Criterion.objects.create(
            title="Trygghet dag och natt", text="Alltid en vuxen.", items=[6, 7], **owner
        )
        made.criteria.add(criterion)
        home = CareHome.objects.get(name="Tallbacken")
        AgreementHome.objects.create(agreement=made, home=home, rank=1, price_per_day=4500)
        Check.objects.create(
            agreement=made, criterion=criterion, home=home, outcome="brist", checked_on=today - timedelta(days=20),
            remedied_until=today + timedelta(days=10), note="Natten saknar bemanning.", checked_by=persons[keeper],
        )  # fmt: skip
