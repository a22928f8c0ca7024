"""Every page that a persona reaches by links: in order, in Swedish, writing nothing, and telling nobody what is not hers."""

import re
import sys
from collections import Counter
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.template import Node, engines
from django.test import Client
from django.utils import timezone

from bou_portal.accounts.models import User
from bou_portal.audit.models import Event
from bou_portal.reports.models import Report
from tests import town

OUTSIDERS = (
    "procurer", "development_leader", "regional_reader", "system_keeper", "partner", "county_board", "foster_centre",
)  # fmt: skip
NEIGHBOURS = tuple(who for who in town.PEOPLE if who.startswith("neighbour"))
# What only the child's own municipality may see: the children's codes, the rater's name and words.
# As the children's codes begin; without the dash four letters turn up by chance in a page's tokens.
CHILDREN = tuple(f"{code}-" for code in (*town.CODES.values(), town.NEIGHBOURS_CODE))
RATER = (town.PEOPLE["social_worker"].name, town.PEOPLE["social_worker"].email, town.SECRET_TEXT)
ENGLISH = (
    "This field",
    "Please ",
    "Invalid",
    "Sign In",
    "Password",
    " Required",
    "Log in",
    "Submit",
    "Yesterday",
    "Page not",
)
RAW = ("None", "{{", "{%", "&lt;QuerySet", "object at 0x", "datetime.", "Decimal(")
INLINE = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=["']|javascript:""")
OPTION = re.compile(r"<option.*?</option>", re.S)
UID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<==)[^&]*|(?<=^/siffror/)(?!region|halsa|avbrott)\w+(?=/)"
    r"|(?<=^/nyckeltal/)[A-Z]\w+(?=/)|(?<=/)\d+(?=/)"
)
ALIKE = 2  # pages of one kind: addresses that differ in a uid, a choice or a figure only
# The last one counts that a municipality's people searched and compared this month, and knows nobody.
WRITTEN_BY_READING = {"sessions.session", "audit.event", "placements.homeuse"}


class Page(HTMLParser):
    """What a page links to, and what its reader sees."""

    def __init__(self, html):
        super().__init__()
        self.links, self.headings, self.lang, self.title = [], 0, None, ""
        self.words, self.inside = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "a" and (found.get("href") or "").startswith(("/", "?")):
            self.links.append(found["href"])
        self.headings += tag == "h1"
        self.lang = found.get("lang") if tag == "html" else self.lang
        if tag in ("title", "code", "script"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, text):
        if self.inside == ["title"]:
            self.title += text
        if not self.inside:
            self.words.append(text)


class Unknown(str):
    """In place of a variable that no template was given: remembers which, in the templates that are ours."""

    found = None

    def __new__(cls):
        made = super().__new__(cls, "okänd")
        made.found = []
        return made

    def __contains__(self, text):
        return text == "%s" or super().__contains__(text)

    def __mod__(self, variable):
        frame = sys._getframe()
        while frame and not isinstance(node := frame.f_locals.get("self"), Node):
            frame = frame.f_back
        origin = getattr(node, "origin", None) if frame else None
        if origin and Path(str(origin)).is_relative_to(settings.BASE_DIR / "templates"):
            self.found.append(f"{Path(str(origin)).relative_to(settings.BASE_DIR)}: {variable}")
        return ""


@pytest.fixture
def unknown(monkeypatch):
    """What our own templates ask for and are not given."""
    marked = Unknown()
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", marked)
    return marked.found


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The town, with its reports published."""
    with django_db_blocker.unblock(), transaction.atomic():
        town.build()
        Report.objects.update(status=Report.Status.DONE, pdf=b"%PDF-1.7", published_at=timezone.now())
        yield
        transaction.set_rollback(True)


def crawl(who):
    """{path: the answer} for everything within reach of the persona's start page."""
    client = Client()
    client.force_login(User.objects.get(email=town.PEOPLE[who].email))
    found, kinds, ahead = {}, Counter(), ["/"]
    while ahead:
        path = ahead.pop()
        kind = UID.sub("…", path)
        if path in found or kinds[kind] == ALIKE:
            continue
        kinds[kind] += 1
        found[path] = client.get(path)
        if found[path].headers.get("Content-Type", "").startswith("text/html"):
            ahead += [absolute(link, path) for link in Page(found[path].content.decode()).links if is_new(link)]
        elif found[path].status_code == 302:
            ahead.append(found[path].url)
    return found


def absolute(link, path):
    return (path.partition("?")[0] + link if link.startswith("?") else link).partition("#")[0]


def is_new(link):
    """Orders and pages of a list are more of the same."""
    return not re.search(r"[?&](sortera|sida|ordning)=|/pdf/$", link)


@contextmanager
def nothing_written():
    before = counts()
    yield
    assert {label: (before[label], count) for label, count in counts().items() if count != before[label]} == {}


def counts():
    return {
        m._meta.label_lower: m.objects.count()
        for m in apps.get_models()
        if m._meta.label_lower not in WRITTEN_BY_READING
    }


def wrong(path, response):
    """Why this is no page to show anybody."""
    if response.status_code != 200:
        return [] if response.status_code == 302 else [f"{path}: {response.status_code}"]
    if not response.headers["Content-Type"].startswith("text/html"):
        return []
    html = response.content.decode()
    page = Page(html)
    said = " ".join(page.words)
    checks = {
        "not marked as Swedish": page.lang != "sv",
        f"{page.headings} main headings": page.headings != 1,
        "no title": len(page.title.strip()) < len(" – BoU-portalen"),
        "inline style or script": INLINE.search(html),
        **{f"says {text!r}": re.search(rf"(?<!\w){re.escape(text)}", said) for text in (*ENGLISH, *RAW)},
    }
    return [f"{path}: {problem}" for problem, is_so in checks.items() if is_so]


@pytest.mark.parametrize("who", town.PEOPLE)
def test_every_page_within_reach_is_in_order_and_tells_only_what_is_hers(world, db, unknown, caplog, who):
    """One walk through all her pages, which writes nothing; then everything that must hold for what she saw."""
    caplog.set_level("DEBUG")
    with nothing_written():
        pages = crawl(who)
    assert [problem for path, response in pages.items() for problem in wrong(path, response)] == []
    assert sorted(set(unknown)) == []
    assert titles_of_several(pages) == {}
    assert told_to_outsiders(pages, who) == []
    assert told_beside_pages(pages, who, caplog) == []
    assert small_municipalities_told(pages, who) == []
    if who in ("social_worker", "unit_manager", "head_of_ifo"):  # the walk reached what it is about
        assert any("VIPA" in response.content.decode(errors="replace") for response in pages.values())


def titles_of_several(pages):
    """Titles that two kinds of page share."""
    titles = {}
    for path, response in pages.items():
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            titles.setdefault(Page(response.content.decode()).title.strip(), set()).add(
                UID.sub("…", path.partition("?")[0])
            )
    return {title: paths for title, paths in titles.items() if len(paths) > 1}


def told_to_outsiders(pages, who):
    """Whoever is not of the child's municipality reads of no child, and nobody but the rater of who rated."""
    if who not in (*OUTSIDERS, *NEIGHBOURS):
        return []
    own = town.PEOPLE[who].place
    secrets = [code for code in CHILDREN if not (own == "2480" and code.startswith(town.NEIGHBOURS_CODE))]
    secrets += RATER if own != "2281" else RATER[:2]  # her own municipality's words, but not whose
    # Whom a list offers, as an activity's owner, has an account: that says nothing of who rated.
    text = "\n".join(
        f"{path}\n{OPTION.sub('', response.content.decode(errors='replace'))}" for path, response in pages.items()
    )
    return [secret for secret in secrets if secret in text]


def told_beside_pages(pages, who, caplog):
    """In addresses, which stay in histories; in the server's log, the portal's own log and mails, which others read."""
    events = "\n".join(str(event) for event in Event.objects.values_list("detail", "target_id"))
    mails = "".join(str(message.message()) for message in mail.outbox)
    beside = "\n".join([*pages, without_queries(caplog), mails])
    secrets = (*CHILDREN, *(RATER if who in (*OUTSIDERS, *NEIGHBOURS) else RATER[2:]))
    return [text for text in secrets if text in beside] + [code for code in CHILDREN if code in events]


def without_queries(caplog):
    """The database's own debugging is off in every installation."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))


def small_municipalities_told(pages, who):
    """Three children are placed in Ånge. What the region's readers get has two dots instead."""
    if who not in ("development_leader", "regional_reader"):
        return []
    return [
        path
        for path, response in pages.items()
        for row in re.findall(r"<tr.*?</tr>", response.content.decode(errors="replace"), re.S)
        if "/siffror/" in path and ">Ånge" in row and re.search(r">\s*3\s*<", row)
    ]
