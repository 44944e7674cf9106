"""Owns a citizen's way through any app: fill in what is asked, press what carries on, see whether anything changed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import asdict

from playwright.sync_api import Error as PlaywrightError

from ..model import Text, text
from ..page_job import PageJob
from .chromium import PAGE_MS
from .guard import Guard
from .seen import Key, Place, VisitSeen, clean
from .tab import Tab

MOST_STEPS = 12
MOST_LINKS = 2
CHANGE_SECONDS = 6.0
_HELD_SECONDS = 0.3
_POLL_MS = 25
_SETTLE_MS = 60

Look = Callable[[Tab, Place], None]


class StoppedError(Exception):
    """The way ends here; `why` says so in words of ours."""

    def __init__(self, why: Text) -> None:
        super().__init__(why["en"])
        self.why = why


class Walk:
    """One person on the way."""

    def __init__(self, tab: Tab, guard: Guard, visit: VisitSeen, job: PageJob, *, until: float) -> None:
        self.tab = tab
        self.visit = visit
        self.answers = [asdict(each) for each in job.answers]
        self._app = job.app
        self._guard = guard
        self._until = until
        self.places: list[Place] = []

    def open(self, path: str) -> Place:
        """Go to an address of the app, as the platform sends people there."""
        response = self.tab.page.goto(self._app + path, wait_until="load", timeout=PAGE_MS)
        kind = (response.headers.get("content-type", "") if response else "").partition(";")[0].strip().lower()
        if kind not in ("text/html", "application/xhtml+xml"):
            zh, en = "没有给出网页，而是", "there is no page but"
            raise StoppedError(text(f"{zh} {clean(kind or '?', 60)}", f"{en} {clean(kind or '?', 60)}"))
        return self.settled()

    def settled(self) -> Place:
        """Return where the citizen is, once the page has come to rest."""
        before: Place | None = None
        for _ in range(40):
            self.check_time()
            with contextlib.suppress(PlaywrightError):  # the page is just being replaced
                here = self.tab.place()
                if before is not None and here.key == before.key and not here.empty:
                    break
                before = here
            self.tab.page.wait_for_timeout(_SETTLE_MS)
        here = self.tab.place()
        if here.empty:
            raise StoppedError(text(f"{here.path} 是空白页", f"{here.path} is a blank page"))
        return here

    def check_time(self) -> None:
        """Stop when the time of the run is up or a page went too far."""
        if self._guard.ended is not None:
            raise StoppedError(self._guard.ended)
        if time.monotonic() > self._until:
            raise StoppedError(text("页面检查的时间用完了", "the time for looking at pages is up"))

    def fill(self) -> None:
        """Fill in what is empty or wrong."""
        self.tab.call("fill", self.answers)

    def go_on(self, look: Look, *, carelessly: bool = False, clicks: int = 1) -> None:
        """Walk to the end of the way; `carelessly` presses first without filling in, to see what the app says."""
        tried: set[Key] = set()
        here = self.settled()
        for _ in range(MOST_STEPS):
            self._look(here, look)
            if not self.tab.call("onward"):
                self.visit.ended = here
                return
            if carelessly and here.key not in tried and self.tab.call("unfilled", self.answers):
                tried.add(here.key)
                if not self.press(here, clicks=clicks, may_stay=True):
                    continue
                here = self.settled()
                tried.add(here.key)
                continue
            self.fill()
            self.press(here, clicks=clicks)
            after = self.settled()
            if after.path == here.path and after.faults and here.faults:
                raise StoppedError(
                    text(f"{here.name} 不接受所填的内容", f"{here.name} does not accept what was filled in")
                )
            here = after
        raise StoppedError(text("走了很多步也没有到头", "there is no end after many steps"))

    def follow_links(self, look: Look) -> None:
        """From the end of the way, visit the pages of the app that it links to."""
        for _ in range(MOST_LINKS):
            before = self.settled()
            place = self.tab.call("link", [each.path for each in self.places])
            if not place:
                return
            self.tab.page.mouse.click(place["x"], place["y"])
            if not self.changed(before):
                return
            self._look(self.settled(), look)

    def press(self, here: Place, *, clicks: int = 1, may_stay: bool = False) -> bool:
        """Press the button that carries on and return whether anything changed. StoppedError when nothing may do."""
        button = self.tab.call("onward")
        if not button:
            raise StoppedError(text(f"{here.name} 没有可以继续的按钮", f"{here.name} has no button to go on"))
        words = clean(button["words"], 40)
        if button["covered"]:
            raise StoppedError(text(f"按钮“{words}”被别的内容挡住", f"the button “{words}” is covered"))
        self.tab.page.mouse.click(button["x"], button["y"], click_count=clicks)
        return self.went_on(here, words, may_stay=may_stay)

    def went_on(self, here: Place, words: str, *, may_stay: bool = False) -> bool:
        """Return whether the page changed after a press. StoppedError when it had to and did not."""
        if self.changed(here):
            return True
        if may_stay:
            return False
        zh = f"在 {here.name} 按下“{words}”没有反应"
        raise StoppedError(text(zh, f"pressing “{words}” on {here.name} changed nothing"))

    def changed(self, before: Place) -> bool:
        """Wait until another page is there; return at once when the browser itself holds the form back."""
        began = time.monotonic()
        while time.monotonic() - began < CHANGE_SECONDS:
            self.check_time()
            with contextlib.suppress(PlaywrightError):  # the page is just being replaced
                if self.tab.place().key != before.key:
                    self.tab.page.wait_for_load_state("load", timeout=PAGE_MS)
                    return True
                if time.monotonic() - began > _HELD_SECONDS and self.tab.call("held"):
                    return False
            self.tab.page.wait_for_timeout(_POLL_MS)
        return False

    def _look(self, here: Place, look: Look) -> None:
        if all(here.key != each.key for each in self.places):
            self.places.append(here)
            look(self.tab, here)
