"""A municipality's basic data of one quarter, and the quarters before, as the page says them."""

from functools import cached_property

from bou_portal.formats import number, percent

PAIRS = (
    ("Anmälningar", "reports", "skyddsbedömda samma eller nästa dag", "reports_assessed_in_time"),
    ("Bedömningar", "assessments", "i tid", "assessments_in_time"),
    ("Utredningar", "investigations", "i tid", "investigations_in_time"),
)
FIELDS = tuple(name for _, whole, _, part in PAIRS for name in (whole, part))
NOTHING = "ingen uppgift"


class BaseDataPage:
    """Two queries, whatever there is to show."""

    def __init__(self, rows, municipality, quarter, quarters):
        """`rows` are those that the reader reaches, `quarters` those there are to choose between."""
        self.municipality, self.quarter, self.quarters = municipality, quarter, quarters
        self.rows = {row.quarter: row for row in rows.filter(municipality=municipality).select_related("entered_by")}
        self.row = self.rows.get(str(quarter))

    @property
    def sentence(self):
        """What the quarter has and lacks."""
        place, when = self.municipality.short_name, self.quarter.text
        known = sum(getattr(self.row, name) is not None for name in FIELDS) if self.row else 0
        if not known:
            return f"{place} har inte lämnat några basuppgifter för {when}."
        if known == len(FIELDS):
            return f"{place} har lämnat alla sex basuppgifter för {when}."
        return f"{place} har lämnat {number(known)} av sex basuppgifter för {when}. Resten står som ingen uppgift."

    @cached_property
    def lines(self):
        """The quarters there are to choose between, with their counts in words and who left them."""
        return [
            (
                quarter,
                [(pair[0], self.words(self.rows.get(str(quarter)), *pair)) for pair in PAIRS],
                self.rows.get(str(quarter)),
            )
            for quarter in self.quarters
        ]

    @staticmethod
    def words(row, _, whole, said, part):
        """`40, varav 38 i tid (95 %)`, as much of it as is known."""
        counted, timely = (getattr(row, whole), getattr(row, part)) if row else (None, None)
        if counted is None:
            return NOTHING
        if timely is None:
            return f"{number(counted)}, {said}: {NOTHING}"
        if not counted:
            return "0"
        return f"{number(counted)}, varav {number(timely)} {said} ({percent(100 * timely / counted)})"

    @property
    def headings(self):
        return [heading for heading, *_ in PAIRS]
