"""HVB: the homes used, and what social workers think of them."""

from bou_portal.reports.blocks import table, text
from bou_portal.reports.chapters.planning import measured, share_table

ID = "hvb"
NOTE = (
    "Omdöme 1–5 i halva steg. Visas först från fem omdömen av minst tre personer, och när minst tre kommer från andra "
    "än en enskild kommun."
)


def title(source):
    return "HVB i regionen" if source.is_region else "HVB vi använt" if source.is_intern else "HVB"


def blocks(source, homes_used):
    """`homes_used`: rows ready to print; own placements and own ratings only in the issue "Intern"."""
    if not homes_used:
        return [text("Inga HVB-placeringar under perioden.")]
    if source.is_intern:
        columns = ("Hem", "Placeringar", "Våra omdömen", "Vårt index", "Regionens omdöme", "Antal")
        caption = "HVB och stödboenden som kommunen använt de senaste 24 månaderna"
    else:
        columns = ("Hem", "Omdöme 1–5", "Antal omdömen")
        caption = "HVB och stödboenden med omdömen de senaste 24 månaderna"
    made = [table(caption, columns, homes_used, note=NOTE)]
    if measured(source, ("B3",)):
        made.insert(0, share_table(source, "Avslutade HVB-placeringar med omdöme", ("B3",)))
    return made
