"""The one gate for everything that leaves a municipality. Pure: no Django, no database.

    tables = Tables(region="22", quarter=Quarter(2026, 3), places=("2260", ...), figures=[...], ratings={...})
    release = protect(tables, earlier_releases)       # all that the region has released so far
    release.cell("placed_on", "2281").text            # "144", "..", "ingen uppgift"
    release.cell("L5", "22").of                       # "310 av 402"
    release.cell("unplanned_endings", "22", rolling=True)
    release.table("placed_on_by_form", "22")          # {"familjehem": Shown, ...}
    release.column("placed_on")                       # {"2260": Shown, ...}
    release.score("home-uid")                         # Score: half steps and a band, or ".."; also "home-uid:D3", ":6"
    release.about("home-uid:planned")                 # Coarse: "ungefär 70 %", a band of lengths, or ".."
    release.as_dict(), release.as_json(), release.sha256, Disclosed.from_dict(stored)

`PUBLISHED` says what there is; anything else raises NotPublished. Page, PDF, CSV, JSON, chart and mail for
outsiders draw from a `Disclosed` and from nothing else (security.md, Decisions 1-5).
"""

from bou_portal.disclosure.coarse import Coarse, Stay, shown_coarse
from bou_portal.disclosure.protect import Tables, protect
from bou_portal.disclosure.published import PUBLISHED, SMALLEST_GROUP, THRESHOLD, Level, Publication, Rule
from bou_portal.disclosure.release import Disclosed, NotPublished
from bou_portal.disclosure.scores import Rating, Score, shown_score

__all__ = [
    "PUBLISHED",
    "SMALLEST_GROUP",
    "THRESHOLD",
    "Coarse",
    "Disclosed",
    "Level",
    "NotPublished",
    "Publication",
    "Rating",
    "Rule",
    "Score",
    "Stay",
    "Tables",
    "protect",
    "shown_coarse",
    "shown_score",
]
