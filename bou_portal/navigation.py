"""The portal's main words, in one place. At most six are ever shown to one role (tests/test_components.py)."""

from dataclasses import dataclass

from django.urls import reverse

from bou_portal.access import Permission as P


@dataclass(frozen=True)
class Word:
    """A word in the header, the address it leads to, and the permissions of which one is enough. None needed: all."""

    text: str
    url_name: str
    permissions: frozenset = frozenset()


WORDS = (
    Word("Min sida", "start"),
    Word("Placeringar", "child_list", frozenset({P.READ_CASES})),
    Word("HVB", "home_list", frozenset({P.READ_HOMES})),
    Word("Leveranser", "delivery_list", frozenset({P.IMPORT_DELIVERIES})),
    Word("Siffror", "figures", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES})),
    Word("Rapporter", "report_list", frozenset({P.READ_OWN_FIGURES, P.READ_RELEASES})),
    Word("Medarbetare", "members", frozenset({P.MANAGE_MEMBERS})),
)


def words_for(user, path):
    """(text, address, is_current) for everything this user may open."""
    shown = [word for word in WORDS if not word.permissions or any(user.can(p) for p in word.permissions)]
    pairs = [(word.text, reverse(word.url_name)) for word in shown]
    inside = [url for _, url in pairs if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default="")
    return [(text, url, url == current) for text, url in pairs]
