"""Owns one open page: our scripts in a world of their own, where the page's scripts can't answer in their place."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from .chromium import HEIGHT
from .seen import Place

_SCRIPTS = Path(__file__).parent / "scripts"
_WALKING = "\n".join(
    (_SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
    for name in ("place", "fill", "language", "elder", "focus", "outside")
)
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_AXE += "\n" + (_SCRIPTS / "axe.js").read_text(encoding="utf-8")
_CALL = "function (name, values) { return globalThis.citizen[name](...values); }"
_EVALUATE_MS = 10_000


class Tab:
    """A page with our scripts beside it. Names are ours, values travel as data, nothing is pasted into code."""

    def __init__(self, page: Page, beat: Callable[[], None]) -> None:
        self.page = page
        self._beat = beat
        self._session = page.context.new_cdp_session(page)
        self._world = 0
        self._with_axe = False

    def call(self, name: str, *values: Any) -> Any:
        """Return what one of our functions says. PlaywrightError when the page is gone or hinders it."""
        self._beat()
        if not self._world:
            self._enter()
        try:
            return self._call(name, values)
        except PlaywrightError:  # most often another document has taken its place
            self._enter()
            return self._call(name, values)

    def place(self) -> Place:
        """Return where the citizen is."""
        return Place.of(self.call("place"))

    def axe(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the violations that axe finds."""
        self.call("place")  # makes sure of a world for the present document
        if not self._with_axe:
            self._evaluate(_AXE)
            self._with_axe = True
        self._beat()
        found: list[dict[str, Any]] = self._call("axe", (options,))
        return found

    def picture(self, quality: int, scale: float) -> bytes:
        """Return a JPEG of what the window shows."""
        self._beat()
        size = self.page.viewport_size or {"width": 390, "height": HEIGHT}
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": scale}
        asked = {"format": "jpeg", "quality": quality, "clip": clip, "captureBeyondViewport": False}
        return base64.b64decode(self._session.send("Page.captureScreenshot", asked)["data"])

    def clip(self, area: dict[str, float]) -> bytes:
        """Return the exact pixels of a part of the window."""
        self._beat()
        asked = {"format": "png", "clip": {**area, "scale": 1}, "captureBeyondViewport": False}
        return base64.b64decode(self._session.send("Page.captureScreenshot", asked)["data"])

    def _enter(self) -> None:
        """Make our world in the document that is open now."""
        frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        made = self._session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "probe"})
        self._world = made["executionContextId"]
        self._with_axe = False
        self._evaluate(_WALKING)

    def _evaluate(self, code: str) -> None:
        asked = {"expression": code, "contextId": self._world, "timeout": _EVALUATE_MS}
        if "exceptionDetails" in self._session.send("Runtime.evaluate", asked):
            raise PlaywrightError("the page hinders its examination")

    def _call(self, name: str, values: tuple[Any, ...]) -> Any:
        answer = self._session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": _CALL,
                "executionContextId": self._world,
                "arguments": [{"value": name}, {"value": list(values)}],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise PlaywrightError("the page hinders its examination")
        return answer["result"].get("value")
