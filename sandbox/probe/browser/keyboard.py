"""Owns a citizen without a mouse: Tab through each page, fill it in and send it with keys alone, see the focus."""

from __future__ import annotations

from typing import Any

from ..model import text
from .looking import at_nothing, look_with
from .seen import PageSeen, Place, clean
from .tab import Tab
from .walking import MOST_STEPS, StoppedError, Walk

MOST_STOPS = 150
_MOST_CHOICES = 15
_MARGIN = 6
TARGET_SIZE: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["target-size"]},
    "resultTypes": ["violations"],
    "iframes": False,
}


def go_on(walk: Walk) -> None:
    """Walk to the end of the way by keyboard only."""
    look = look_with(walk.visit, set(), at_nothing)
    here = walk.settled()
    for _ in range(MOST_STEPS):
        walk.places.append(here)
        look(walk.tab, here)
        page = walk.visit.pages[-1]
        for violation in walk.tab.axe(TARGET_SIZE):
            page.keyboard += [("small", clean(each["html"], 200)) for each in violation["places"]]
        carries = _once_around(walk, page)
        button = walk.tab.call("onward")
        if not button:
            walk.visit.ended = here
            return
        words = clean(button["words"], 40)
        if not carries:
            zh = f"在 {here.name} 用 Tab 键到不了“{words}”"
            raise StoppedError(text(zh, f"on {here.name} the Tab key does not reach “{words}”"))
        _back_to_button(walk, here, words)
        walk.tab.page.keyboard.press("Enter")
        walk.went_on(here, words)
        after = walk.settled()
        if after.path == here.path and after.faults:
            raise StoppedError(text(f"{here.name} 用键盘填不完", f"{here.name} can't be filled in by keyboard"))
        here = after
    raise StoppedError(text("走了很多步也没有到头", "there is no end after many steps"))


def _once_around(walk: Walk, page: PageSeen) -> bool:
    """Press Tab until the focus has left the page, filling in on the way; return whether the button was met."""
    tab = walk.tab
    tab.call("begin")
    carries = False
    before: dict[str, Any] | None = None
    for _ in range(MOST_STOPS):
        walk.check_time()
        tab.page.keyboard.press("Tab")
        stop = tab.call("focus", walk.answers)
        if stop is None or stop["again"]:
            break
        page.stops += 1
        carries = carries or bool(stop["carries"])
        _judge_stop(tab, page, stop, before)
        before = stop
        if stop["task"]:
            _do(tab, stop["task"])
    kind = "trapped" if stop is not None else "unreachable"
    page.keyboard += [(kind, clean(html, 200)) for html in tab.call("unmet")]
    return carries


def _judge_stop(tab: Tab, page: PageSeen, stop: dict[str, Any], before: dict[str, Any] | None) -> None:
    html = clean(stop["html"], 200)
    if not stop["visible"] and not _pixels_differ(tab, stop["box"]):
        page.keyboard.append(("unseen", html))
    in_main = before is not None and before["inMain"] and stop["inMain"]
    if stop["first"] or (before is not None and in_main and _jumps_back(before["box"], stop["box"])):
        page.keyboard.append(("order", html))


def _jumps_back(before: dict[str, float], now: dict[str, float]) -> bool:
    """Whether the focus went up the page without going to another column."""
    return now["y"] + now["height"] < before["y"] - 1 and now["x"] < before["x"] + before["width"]


def _pixels_differ(tab: Tab, box: dict[str, float]) -> bool:
    """Whether a stop without any change of style looks different with the focus on it."""
    clip = {
        "x": max(0.0, box["x"] - _MARGIN),
        "y": max(0.0, box["y"] - _MARGIN),
        "width": min(1280.0, box["width"] + 2 * _MARGIN),
        "height": min(900.0, box["height"] + 2 * _MARGIN),
    }
    focused = tab.clip(clip)
    tab.call("unfocus")
    alone = tab.clip(clip)
    tab.call("refocus")
    return focused != alone


def _do(tab: Tab, task: dict[str, Any]) -> None:
    """Do with keys what a form field asks for."""
    keys, value = tab.page.keyboard, task["value"]
    if task["kind"] == "checkbox":
        keys.press("Space")
    elif task["kind"] == "radio":
        if not tab.call("checked"):
            keys.press("Space")
        _arrow_to(tab, value)
    elif task["kind"] == "select":
        _arrow_to(tab, value)
    elif task["typed"]:
        keys.press("Control+A")
        keys.type(value)
    else:
        tab.call("setHere", value)  # how a date is typed differs from browser to browser


def _arrow_to(tab: Tab, value: str) -> None:
    for _ in range(_MOST_CHOICES):
        if tab.call("value") == value:
            return
        tab.page.keyboard.press("ArrowDown")


def _back_to_button(walk: Walk, here: Place, words: str) -> None:
    """Go round once more, to the button that carries on."""
    for _ in range(MOST_STOPS):
        walk.tab.page.keyboard.press("Tab")
        stop = walk.tab.call("focus", walk.answers)
        if stop is not None and stop["carries"]:
            return
    raise StoppedError(
        text(f"在 {here.name} 回不到“{words}”", f"on {here.name} the focus does not come back to “{words}”")
    )
