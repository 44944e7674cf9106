"""Owns looking at one page: axe at three widths, what a width hides, the language, elder mode, pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .seen import Key, PageSeen, Place, VisitSeen, add, clean
from .tab import Tab

WIDTHS = (1280, 390, 320)
PHONE = 390
MOST_PICTURE_BYTES = 22 * 1024
_HEIGHT = 900
_STILL_MS = 250
_QUICK = 20
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "iframes": False,
}
CONTRAST: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "resultTypes": ["violations"],
    "iframes": False,
}

LookAt = Callable[[Tab, PageSeen], None]


def thoroughly(tab: Tab, page: PageSeen) -> None:
    """Examine a page at three widths with axe, and the language it is in."""
    page.too_large = bool(tab.call("tooLarge"))
    page.language = _language(tab, "zh")
    page.narrow = bool(tab.call("narrow"))
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": _HEIGHT})
        lost = tab.call("lost", width)
        if lost:
            page.lost[width] = clean(lost, 20)
        found = [] if page.too_large else [_violation(each) for each in tab.axe(AXE_OPTIONS)]
        page.violations[width] = found
        if width != WIDTHS[-1] or lost or found:
            page.pictures[width] = picture(tab, width)
    tab.page.set_viewport_size({"width": WIDTHS[0], "height": _HEIGHT})


def in_english(tab: Tab, page: PageSeen) -> None:
    """Examine the language of a page that was asked for in English."""
    page.language = _language(tab, "en")
    page.pictures[PHONE] = picture(tab, PHONE)


def as_elder(tab: Tab, page: PageSeen) -> None:
    """Examine a page that was asked for in elder mode."""
    page.pictures[PHONE] = picture(tab, PHONE)
    before, since = tab.picture(_QUICK, 1.0), time.monotonic()
    found = tab.call("smallText") + tab.call("smallTargets")
    page.elder = [
        {"what": clean(each["what"], 20), "value": float(each["value"]), "html": clean(each["html"], 200)}
        for each in found
    ]
    page.contrast = [_violation(each) for each in tab.axe(CONTRAST)]
    page.moving = [clean(each, 200) for each in tab.call("moving")]
    lost = tab.call("lost", PHONE)
    if lost:
        page.lost[PHONE] = clean(lost, 20)
    tab.page.wait_for_timeout(max(1.0, _STILL_MS - (time.monotonic() - since) * 1000))
    if not page.moving and tab.picture(_QUICK, 1.0) != before:  # a page that nobody touches looks different
        page.moving = [page.place.path]


def at_nothing(tab: Tab, page: PageSeen) -> None:
    """Only pass by."""


def look_with(visit: VisitSeen, known: set[Key], look_at: LookAt) -> Callable[[Tab, Place], None]:
    """Return a look that adds each page to a visit, but for those that are known."""

    def look(tab: Tab, place: Place) -> None:
        for address in tab.call("outside"):
            add(visit.outside, clean(address, 200))
        if place.key not in known:
            known.add(place.key)
            page = PageSeen(place)
            visit.pages.append(page)
            look_at(tab, page)

    return look


def picture(tab: Tab, width: int) -> bytes:
    """Return a picture of the window that fits into a result, or nothing."""
    for quality in (50, 30, 15):
        raw = tab.picture(quality, 0.5 if width > 1000 else 1.0)
        if len(raw) <= MOST_PICTURE_BYTES:
            return raw
    return b""


def _language(tab: Tab, expected: str) -> dict[str, Any]:
    told = tab.call("language", expected)
    return {
        "expected": expected,
        "declared": clean(told["declared"], 40),
        "han": int(told["han"]),
        "latin": int(told["latin"]),
        "strays": [clean(each, 80) for each in told["strays"][:10]],
    }


def _violation(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": clean(each["rule"], 60),
        "impact": clean(each["impact"], 20),
        "help": clean(each["help"], 200),
        "count": int(each["count"]),
        "places": [
            {"html": clean(place["html"], 300), "target": clean(place["target"], 200)} for place in each["places"][:3]
        ],
    }
