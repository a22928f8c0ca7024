"""The portal's main words and the tabs under them, in one place. At most six words are ever shown to one role
(tests/test_components.py)."""

from dataclasses import dataclass

from django.urls import reverse

from bou_portal.access import Permission as P

# Whoever follows placed children finds what is delivered about them beside the children.
CASE_READING = frozenset({P.READ_CASES})


@dataclass(frozen=True)
class Tab:
    """A page under a word, its address and the permissions of which one is enough. None needed: all.

    Whoever holds one of `elsewhere` finds the page under another word. `besides` is needed beside one of the others.
    """

    text: str
    url_name: str
    permissions: frozenset = frozenset()
    elsewhere: frozenset = frozenset()
    besides: P | None = None

    def is_open_to(self, user):
        if self.besides and not user.can(self.besides):
            return False
        if any(user.can(permission) for permission in self.elsewhere):
            return False
        return not self.permissions or any(user.can(permission) for permission in self.permissions)


@dataclass(frozen=True)
class Word:
    """A word in the header. It leads to the first of its tabs that the reader may open."""

    text: str
    tabs: tuple


WORDS = (
    Word("Min sida", (Tab("Min sida", "start"), Tab("Medarbetare", "members", frozenset({P.MANAGE_MEMBERS})))),
    Word(
        "Placeringar",
        (
            Tab("Placeringar", "child_list", frozenset({P.READ_CASES})),
            Tab("Att göra", "worklist", frozenset({P.READ_CASES})),
            Tab("Fullständighet", "completeness", frozenset({P.READ_CASES})),
            Tab("Barnens röster", "voices", frozenset({P.HEAR_CHILDREN}), elsewhere=frozenset({P.READ_RELEASES})),
            Tab("Analyser", "analyses", frozenset({P.LEAD_LEARNING})),
            Tab("SIP", "sips", frozenset({P.REGISTER_SIP, P.READ_OWN_FIGURES})),
            Tab("Leveranser", "delivery_list", frozenset({P.IMPORT_DELIVERIES}), besides=P.READ_CASES),
            Tab("Basuppgifter", "base_data", frozenset({P.ENTER_COUNTS}), besides=P.READ_CASES),
            Tab("Mottagande", "reception", frozenset({P.ENTER_COUNTS}), besides=P.READ_CASES),
            Tab("Målnivåer", "targets", frozenset({P.SET_TARGETS})),
        ),
    ),
    Word(
        "HVB",
        (
            Tab("HVB", "home_list", frozenset({P.READ_HOMES})),
            Tab("Val av hem", "home_choices", frozenset({P.READ_CASES})),
            Tab("Texter att släppa", "texts_to_release", frozenset({P.RELEASE_TEXTS})),
            Tab("Avtal", "agreement_list", frozenset({P.READ_HOMES})),
            Tab(
                "Statistik",
                "home_statistics",
                frozenset({P.KEEP_HOMES, P.RELEASE_TEXTS, P.READ_OWN_FIGURES}),
                besides=P.READ_HOMES,
            ),
            Tab("Lärdomar", "lessons", frozenset({P.READ_HOMES})),
            Tab("Familjehemscentrum", "centre", frozenset({P.USE_CENTRE}), elsewhere=frozenset({P.RUN_CENTRE})),
        ),
    ),
    Word("Familjehemscentrum", (Tab("Familjehemscentrum", "centre", frozenset({P.RUN_CENTRE})),)),
    Word(
        "Leveranser",
        (
            Tab("Leveranser", "delivery_list", frozenset({P.IMPORT_DELIVERIES}), elsewhere=CASE_READING),
            Tab("Basuppgifter", "base_data", frozenset({P.ENTER_COUNTS}), elsewhere=CASE_READING),
            Tab("Fullständighet", "completeness", frozenset({P.ENTER_COUNTS}), elsewhere=CASE_READING),
            Tab("Mottagande", "reception", frozenset({P.ENTER_COUNTS}), elsewhere=CASE_READING),
        ),
    ),
    Word(
        "Siffror",
        (
            Tab("Siffror", "figures", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES})),
            Tab("Rapporter", "report_list", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES})),
            Tab("Hälsa", "health_funnel", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES, P.COMMENT_HEALTH})),
            Tab("Avbrott", "interruptions", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES})),
            Tab("Barnens röster", "voices", frozenset({P.READ_RELEASES})),
            Tab("Mottagande", "reception", frozenset({P.READ_RECEPTION}), elsewhere=frozenset({P.ENTER_COUNTS})),
            Tab(
                "Familjehemscentrum",
                "centre",
                frozenset({P.READ_RELEASES}),
                elsewhere=frozenset({P.RUN_CENTRE, P.USE_CENTRE}),
            ),
            Tab("Lärdomar", "lessons", frozenset({P.READ_RELEASES}), elsewhere=frozenset({P.READ_HOMES})),
            Tab("Nyckeltal", "kpis", frozenset({P.READ_REGION_WORK})),
            Tab("Uttag", "release_exports", frozenset({P.LEAD_REGION_WORK})),
        ),
    ),
    Word(
        "Regionen",
        (
            Tab("Plan", "plans", frozenset({P.READ_REGION_WORK})),
            Tab("Stärkt skydd", "protection", frozenset({P.READ_REGION_WORK})),
            Tab("Behov", "need_list", frozenset({P.READ_REGION_WORK})),
            Tab("Stöd", "support", frozenset({P.SPEAK_FOR_MUNICIPALITY, P.LEAD_REGION_WORK})),
            Tab("Organ", "bodies", frozenset({P.READ_REGION_WORK})),
            Tab("Beslut", "decision_list", frozenset({P.READ_REGION_WORK})),
            Tab("Styrgruppen", "steering", frozenset({P.READ_REGION_WORK})),
            Tab("Överenskommelser", "accords", frozenset({P.READ_REGION_WORK})),
            Tab("Samverkan", "cooperation", frozenset({P.READ_REGION_WORK})),
        ),
    ),
    Word(
        "Kunskap",
        (
            Tab("Kunskap", "knowledge_list", frozenset({P.READ_REGION_WORK})),
            Tab("Nyheter", "news", frozenset({P.READ_REGION_WORK})),
            Tab("Katalog", "directory", frozenset({P.READ_REGION_WORK})),
        ),
    ),
)


def open_tabs(user):
    """[(word, [(text, address), ...])] of everything this user may open."""
    found = []
    for word in WORDS:
        tabs = [(tab.text, reverse(tab.url_name)) for tab in word.tabs if tab.is_open_to(user)]
        if tabs:
            found.append((word.text, tabs))
    return found


def current_address(path, addresses):
    """The longest of the addresses that the path lies under, or nothing."""
    inside = [url for url in addresses if path == url or (url != "/" and path.startswith(url))]
    return max(inside, key=len, default="")


def words_for(user, path):
    """(text, address, is_current) for every word this user may open."""
    words = open_tabs(user)
    current = current_address(path, [url for _, tabs in words for _, url in tabs])
    return [(text, tabs[0][1], current in [url for _, url in tabs]) for text, tabs in words]


def tabs_for(user, path):
    """(text, address, is_current) of the tabs beside the page on this path; nothing where there is only one."""
    words = open_tabs(user)
    current = current_address(path, [url for _, tabs in words for _, url in tabs])
    for _, tabs in words:
        if len(tabs) > 1 and current in [url for _, url in tabs]:
            return [(text, url, url == current) for text, url in tabs]
    return []
