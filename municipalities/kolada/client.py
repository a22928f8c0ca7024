"""Asking Kolada's API, version 3: politely, page by page, and never anybody else.

What is known of it stands in https://api.kolada.se/v3/docs: at most 25 ids in a part of an address, at most 5 000 rows
on a page, no key. No limit of calls is published, but too many are answered with 429. The standard library does it:
one host, GET and JSON only, so that a library would add nothing but its own redirects to guard.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

IDS_AT_ONCE = 25
ROWS_PER_PAGE = 5_000
SECONDS = 20  # for one answer to begin, and between two of its pieces
MOST_BYTES = 20 * 2**20
MOST_PAGES = 500
WAITS = (2, 4, 8)  # seconds between tries, when Kolada is busy or silent
BETWEEN = 0.2  # seconds: at most five calls a second
AT_HOME = {"127.0.0.1", "localhost", "::1"}

UNREADABLE = "Svaret från Kolada gick inte att läsa. Försök igen senare."
SILENT = "Kolada gick inte att nå. Kontrollera att servern når ut på nätet, och försök igen."


class KoladaError(Exception):
    """The fetch cannot go on; the message is a Swedish sentence for the leader."""


class _Busy(Exception):
    """Worth another try in a while."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        """None: the answer 30x becomes an error of its own."""
        return None


@dataclass
class Kolada:
    """The API at an address. `sleep` waits; tests give another."""

    base: str = ""
    sleep: Callable[[float], None] = time.sleep
    calls: int = field(default=0, init=False)

    def __post_init__(self):
        self.base = (self.base or settings.KOLADA_URL).rstrip("/")
        self.home = urlsplit(self.base)
        if self.home.scheme != "https" and self.home.hostname not in AT_HOME:
            raise KoladaError("Adressen till Kolada måste börja med https. Se KOLADA_URL i driftens inställningar.")
        self._opener = build_opener(_NoRedirects)
        self._last = float("-inf")

    def kpis(self, ids) -> Iterator[list]:
        """What is known of these indicators (at most 25), a page at a time."""
        return self._pages(f"/kpi/{self._ids(ids)}", {})

    def values(self, ids, places, since=None) -> Iterator[list]:
        """All years of these indicators for these places (at most 25 of each), a page at a time.

        `since`: only what was changed on that day or later, with what was taken away.
        """
        wishes = {"from_date": since.isoformat()} if since else {}
        return self._pages(f"/data/kpi/{self._ids(ids)}/municipality/{self._ids(places)}", wishes)

    @staticmethod
    def _ids(ids):
        if not 0 < len(ids) <= IDS_AT_ONCE:
            raise ValueError(f"1 to {IDS_AT_ONCE} ids at a time, not {len(ids)}")
        return ",".join(ids)

    def _pages(self, path, wishes):
        address, seen = f"{self.base}{path}?{urlencode({**wishes, 'per_page': ROWS_PER_PAGE})}", set()
        while address:
            if address in seen or len(seen) == MOST_PAGES:
                raise KoladaError("Kolada bläddrar i ring. Hämtningen stoppades. Försök igen senare.")
            seen.add(address)
            page = self._page(address)
            yield page["values"]
            address = self._at_home(page.get("next_url"))

    def _at_home(self, address):
        """The next page's address on the host that was configured. Another host is refused, another scheme is not used."""
        if not address:
            return None
        try:
            asked = urlsplit(address)
            same = asked.hostname == self.home.hostname and asked.port in (None, 443, self.home.port)
        except (TypeError, ValueError, AttributeError):
            raise KoladaError(UNREADABLE) from None
        if not same or not asked.path.startswith(self.home.path + "/"):
            raise KoladaError("Kolada hänvisade till en annan adress än sin egen. Hämtningen stoppades.")
        return f"{self.home.scheme}://{self.home.netloc}{asked.path}?{asked.query}"

    def _page(self, address):
        for wait in (*WAITS, None):
            try:
                return self._asked(address)
            except _Busy as busy:
                if wait is None:
                    raise KoladaError(str(busy)) from busy
                self.sleep(wait)
        raise AssertionError("unreachable")

    def _asked(self, address):
        """One call: a page's JSON, `_Busy`, or KoladaError."""
        if (left := self._last + BETWEEN - time.monotonic()) > 0:
            self.sleep(left)
        self._last, self.calls = time.monotonic(), self.calls + 1
        # the scheme was checked above: https, or this machine in tests
        request = Request(address, headers={"Accept": "application/json", "User-Agent": "BoU-portalen"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                content = answer.read(MOST_BYTES + 1)
        except HTTPError as error:
            with error:
                raise refusal(error.code) from None
        except (OSError, HTTPException) as error:
            raise _Busy(SILENT) from error
        if len(content) > MOST_BYTES:
            raise KoladaError("Kolada svarade med orimligt mycket på en gång. Hämtningen stoppades.")
        return read_page(content)


def refusal(status):
    """What an answer other than 200 means."""
    if status == 429:
        return _Busy("Kolada har för mycket att göra just nu (429). Försök igen om en stund.")
    if status >= 500:
        return _Busy(f"Kolada har ett fel hos sig ({status}). Försök igen om en stund.")
    if status == 410:
        return KoladaError("Kolada har stängt den adress som portalen frågar (410). Portalen behöver en ny version.")
    return KoladaError(
        f"Kolada tog inte emot frågan ({status}). Försök igen, och hör av dig till driften om det fortsätter."
    )


def read_page(content: bytes) -> dict:
    """A page as Kolada writes it, from the API or from a saved file. Raises KoladaError."""
    try:
        page = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise KoladaError(UNREADABLE) from None
    if not isinstance(page, dict) or not isinstance(page.get("values"), list) or not is_storable(page):
        raise KoladaError(UNREADABLE)
    return page


def is_storable(page):
    """Whether its text can be written down: JSON can say halves of signs and a NUL, a database cannot keep them."""
    try:
        text = json.dumps(page, ensure_ascii=False)
        text.encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return "\\u0000" not in text


def _no_number(word):
    raise ValueError(f"{word} is no number")
