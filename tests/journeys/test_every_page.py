"""Every kind of page that a persona can reach by links, seen in a browser."""

import pytest

from tests import town

MOST = 230  # pages a persona opens; more means that the tour has gone astray


@pytest.mark.parametrize("who", [who for who in town.PEOPLE if not who.startswith("neighbour")])
def test_every_page_within_reach_is_accessible(visit, who):
    visitor = visit(who)
    ahead, known = ["/"], {"/"}
    while ahead:
        visitor.goes(ahead.pop(0))
        for path in visitor.paths():
            kind = visitor.kind(path)
            if kind not in known:
                known.add(kind)
                ahead.append(path)
    assert 5 < len(known) < MOST


@pytest.mark.parametrize(
    "path",
    [
        "/konto/losenord/glomt/",
        "/konto/losenord/glomt/skickat/",
        "/konto/skaffa/",
        "/inbjudan/fel/",
        "/galleri/",
        "/om/",
    ],
)
def test_every_open_page_is_accessible(visit, path):
    visit().goes(path)
