"""Owns the visits of a job: who comes in how, what they look at, and why a visit ended before its end."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field

from playwright.sync_api import Error as PlaywrightError

from ..model import Text, text
from ..page_job import DOUBLE_CLICK, ELDER, ENGLISH, KEYBOARD, READ, REFUSED, WITHOUT_SCRIPT, PageJob, Visit
from . import keyboard, looking
from .chromium import PAGE_MS, Chromium
from .guard import Guard
from .looking import LookAt
from .seen import Key, VisitSeen, clean
from .tab import Tab
from .walking import Look, StoppedError, Walk


@dataclass(frozen=True)
class Way:
    """How a visit of one purpose goes."""

    width: int = 390
    language: str = "zh-CN"
    look_at: LookAt = looking.at_nothing
    carelessly: bool = False
    clicks: int = 1
    scripts: bool = True


WAYS = {
    READ: Way(width=1280, look_at=looking.thoroughly, carelessly=True),
    REFUSED: Way(width=1280, look_at=looking.thoroughly),
    ENGLISH: Way(language="en-GB", look_at=looking.in_english, carelessly=True),
    ELDER: Way(look_at=looking.as_elder, carelessly=True),
    KEYBOARD: Way(width=1280),
    DOUBLE_CLICK: Way(clicks=2),
    WITHOUT_SCRIPT: Way(scripts=False),
}


@dataclass
class Visitors:
    """Makes the visits of one job with one browser; pages that were read once are not read again."""

    chromium: Chromium
    job: PageJob
    until: float
    known: dict[int, set[Key]] = field(default_factory=dict)

    def make(self, visit: Visit, attempt: int) -> VisitSeen:
        """Make one visit with the launch of an attempt and return what was seen."""
        way, seen = WAYS[visit.purpose], VisitSeen(visit.purpose)
        if time.monotonic() > self.until:
            seen.trouble = text("页面检查的时间用完了", "the time for looking at pages is up")
            return seen
        context = self.chromium.context(width=way.width, language=way.language, scripts=way.scripts)
        guard = Guard(context, self.job.app, seen)
        try:
            page = context.new_page()
            guard.watch(page)
            walk = Walk(Tab(page, self.chromium.beat), guard, seen, self.job, until=self.until)
            self._walk(walk, way, visit.launch_paths[attempt], attempt)
        except StoppedError as stopped:
            seen.trouble = stopped.why
        except PlaywrightError as error:
            seen.hung = self.chromium.killed
            seen.trouble = guard.ended or why(error, hung=seen.hung)
        finally:
            self.chromium.leave(context)
        return seen

    def _walk(self, walk: Walk, way: Way, path: str, attempt: int) -> None:
        purpose = walk.visit.purpose
        known = self.known.setdefault(attempt, set()) if purpose in (READ, REFUSED) else set()
        look = looking.look_with(walk.visit, known, way.look_at)
        walk.open(path)
        if purpose == KEYBOARD:
            keyboard.go_on(walk)
            return
        walk.go_on(look, carelessly=way.carelessly, clicks=way.clicks)
        if purpose == DOUBLE_CLICK:
            _press_again(walk)
        elif purpose not in (REFUSED, WITHOUT_SCRIPT):
            walk.follow_links(look)
        if purpose == READ:
            _come_in_again(walk, path, look)


def _press_again(walk: Walk) -> None:
    """Keep what the receipt says, go back as people do, press once more, and keep what is said then."""
    walk.visit.texts.append(clean(walk.tab.call("text"), 3500))
    with contextlib.suppress(PlaywrightError):
        walk.tab.page.go_back(wait_until="load", timeout=PAGE_MS)
    here = walk.settled()
    if walk.tab.call("onward"):
        walk.fill()
        walk.press(here, may_stay=True)
        walk.settled()
    walk.visit.texts.append(clean(walk.tab.call("text"), 3500))


def _come_in_again(walk: Walk, path: str, look: Look) -> None:
    """Use a launch link that was used before, as the browser's own history does."""
    here = walk.open(path)
    if all(here.key != each.key for each in walk.places):
        walk.places.append(here)
        look(walk.tab, here)


def why(error: PlaywrightError, *, hung: bool) -> Text:
    """Say in words of ours why the browser gave up."""
    said = error.message
    if hung or "crash" in said.lower():
        return text("页面让浏览器停止了响应", "a page made the browser stop responding")
    for mark, zh, en in _REASONS:
        if mark in said:
            return text(zh, en)
    shown = clean(said.partition("\n")[0], 200)
    return text(f"浏览器报告：{shown}", f"the browser says: {shown}")


_REASONS = (
    ("ERR_TOO_MANY_REDIRECTS", "重定向没有尽头", "it redirects without end"),
    ("ERR_CONNECTION_REFUSED", "应用没有在监听", "the app is not listening"),
    ("ERR_EMPTY_RESPONSE", "应用没有应答就断开", "the app closes without an answer"),
    ("ERR_BLOCKED_BY_CLIENT", "它要离开应用自己的地址", "it leads away from the app's own address"),
    ("Download is starting", "给出的是下载而不是网页", "it is a download, not a page"),
    ("Timeout", f"{PAGE_MS // 1000} 秒内没有打开", f"it did not open within {PAGE_MS // 1000} seconds"),
    ("interrupted by another navigation", "页面自己跳走了", "the page leads away by itself"),
    ("hinders its examination", "页面妨碍了检查", "the page hinders its examination"),
    ("context", "页面不停地自己重新加载", "the page loads itself anew without end"),
)
