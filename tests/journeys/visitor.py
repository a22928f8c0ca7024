"""Somebody in front of a real browser. Every page she comes to is checked: accessibility, width, focus, errors."""

import re

from axe_playwright_python.sync_playwright import Axe

WIDE, PHONE, SMALLEST = ({"width": width, "height": height} for width, height in ((1280, 900), (390, 844), (320, 640)))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# What differs between two pages of one kind: uids, codes of places and figures, quarters, and the choices after "?".
UID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)\d[\w-]*(?=/)"
    r"|(?<=^/siffror/)(?!region)\w+(?=/)|(?<=^/nyckeltal/)[A-Z]\w+(?=/)"
)
FILE = re.compile(r"/pdf/$|\.(csv|xlsx|json|atom)$")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The sharpest outline or shadow around what has the focus, in pixels; labels may draw it for their hidden input.
RING = """() => Math.max(...[document.activeElement, document.activeElement.closest("label"),
  document.activeElement.nextElementSibling].filter(Boolean).map(element => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    return Math.max(outline, style.boxShadow === "none" ? 0 : 2);
  }))"""


class Visitor:
    """One person's browser. What is wrong with the pages is collected in `problems`; a journey ends by asserting none."""

    def __init__(self, browser, address, checked, *, size=WIDE, **options):
        self.context = browser.new_context(viewport=size, base_url=address, locale="sv-SE", **options)
        self.context.set_default_timeout(30_000)
        self.size, self.checked, self.problems = size, checked, []
        self.has_scripts = options.get("java_script_enabled", True)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message):
        """The browser's own complaints: a refused style or script, a file that is not there. Not the page's status."""
        if message.type == "error" and message.location["url"] != self.page.url:
            self.problems.append(f"{self.page.url}: {message.text}")

    # --- moving about ---------------------------------------------------------------------------------------------
    def goes(self, path):
        self.page.goto(path)
        self.looks()

    def clicks(self, name, role="link", *, exact=False):
        """Click something that leads to another page, and look at that page."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.looks()

    def presses(self, name):
        self.clicks(name, "button")

    def goes_by_keyboard(self, *, to):
        """Press Tab until the focus is on what matches the selector, as somebody without a mouse does."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", to):
                return
        raise AssertionError(f"Tab never reached {to}")

    def signs_in(self, person, password):
        self.goes("/konto/logga-in/")
        self.page.get_by_label("E-post").fill(person.email)
        self.page.get_by_label("Lösenord").fill(password)
        self.presses(re.compile("^Logga in$"))

    def signs_out(self):
        self.presses("Logga ut")

    def downloads(self, name):
        """What a link gives, as bytes."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=name).first.click()
        return download.value.path().read_bytes()

    # --- looking --------------------------------------------------------------------------------------------------
    @property
    def text(self):
        return self.page.inner_text("body")

    @property
    def heading(self):
        return self.page.inner_text("h1")

    def looks(self):
        """Check the page she is on, unless the same page was checked before. The checks themselves are scripts."""
        if not self.has_scripts:
            return
        path = self.kind("/" + self.page.url.partition("://")[2].partition("/")[2])
        seen = (path, UID.sub("…", self.heading), self.page.locator("main form").count())
        if seen not in self.checked:
            self.checked.add(seen)
            self._check(f"{path} ”{self.heading}”")

    def checks_once_more(self, state):
        """The same page in another state."""
        self._check(f"{self.page.url} {state}", focus=False)

    @staticmethod
    def kind(path):
        """The address without what differs between two pages of the same kind."""
        return UID.sub("…", path.partition("?")[0].partition("#")[0])

    def paths(self):
        """Where the links on this page lead within the portal; files are not pages."""
        found = self.page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
        return [path for path in dict.fromkeys(found) if not FILE.search(path.partition("?")[0])]

    def _check(self, where, *, focus=True):
        for size in (WIDE, PHONE):
            self.page.set_viewport_size(size)
            self._check_with_axe(f"{where} {size['width']} px")
        self._check_width(where)
        self.page.set_viewport_size(self.size)
        if focus:
            self._check_focus(where)

    def _check_with_axe(self, where):
        for violation in Axe().run(self.page, options=AXE).response["violations"]:
            for node in violation["nodes"]:
                self.problems.append(f"{where}: {violation['id']} at {node['target']}: {node['html'][:200]}")

    def _check_width(self, where):
        for size in (PHONE, SMALLEST):
            self.page.set_viewport_size(size)
            if (over := self.page.evaluate(OVERFLOW)) > 0:
                self.problems.append(f"{where}: {over} px wider than {size['width']} px")

    def _check_focus(self, where):
        """The first things that Tab reaches show that they have the focus."""
        for _ in range(3):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                break
            if self.page.evaluate(RING) < 2:
                self.problems.append(
                    f"{where}: no focus ring on {self.page.evaluate('document.activeElement.outerHTML')[:150]}"
                )
        self.page.evaluate("document.activeElement.blur()")

    def leaves(self):
        self.context.close()
        return self.problems
