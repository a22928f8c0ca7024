"""What the attacker gets out of everything that the demo has released. Run in the demo's own environment, prints JSON."""

import json
import sys

import django


def main():
    django.setup()
    from bou_portal.reports.models import Report
    from municipalities.models import Region
    from placements.models import Placement

    told = {
        "municipalities": Placement.objects.values("municipality").distinct().count(),
        "published": Report.objects.filter(region__code="22").published().count(),
        "queued": Report.objects.exclude(region__code="22").count(),
        "regions": {region.code: attacked(region) for region in Region.objects.members()},
    }
    json.dump(told, sys.stdout)


def attacked(region):
    """Quarters released, recoveries from what was released, and from what one hiding alone would have released."""
    from bou_portal.disclosure import Disclosed, protect
    from bou_portal.periods import Quarter
    from placements.indicators.releases import tables
    from tests.attacker import attack, truth_of

    stored = [Disclosed.from_dict(release.cells) for release in region.releases.order_by("quarter")]
    raw = [tables(region, Quarter.parse(str(release.quarter))) for release in stored]
    truth = [truth_of(figure.as_operator_dict() for figure in table.figures) for table in raw]
    once = []
    for table in raw:
        once.append(protect(table, once, _second=False))
    return {
        "quarters": len(stored),
        "found": len(attack([release.as_dict() for release in stored], truth)),
        "found_with_one_hiding": len(attack([release.as_dict() for release in once], truth)),
    }


if __name__ == "__main__":
    main()
