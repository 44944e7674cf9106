"""Owns the Chromium process: started once, killed when a page holds it for ever, started anew for the next visit."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
HEIGHT = 900
PAGE_MS = 8_000
STILL_SECONDS = 12.0
_TICK = 0.2


class Chromium:
    """A browser that always comes back; `beat` says that it still answers."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._process = 0
        self._beaten = time.monotonic()
        self._watching = False
        self._ended = threading.Event()
        self.killed = False

    def __enter__(self) -> Chromium:
        self._playwright = sync_playwright().start()
        threading.Thread(target=self._watch, name="still", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._close()
        if self._playwright is not None:
            self._playwright.stop()

    def beat(self) -> None:
        """Say that the browser has just answered."""
        self._beaten = time.monotonic()

    def context(self, *, width: int, language: str, scripts: bool) -> BrowserContext:
        """Return a fresh context: no cookies, no cache, no service workers, no downloads, no permissions."""
        context = self._running().new_context(
            viewport={"width": width, "height": HEIGHT},
            locale=language,
            java_script_enabled=scripts,
            service_workers="block",
            accept_downloads=False,
        )
        context.set_default_timeout(PAGE_MS)
        self.beat()
        self._watching = True
        return context

    def leave(self, context: BrowserContext) -> None:
        """Close a context; a browser that can't is killed and forgotten."""
        with contextlib.suppress(PlaywrightError):
            context.close()
        self._watching = False
        if self.killed:
            self._close()

    def _running(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            assert self._playwright is not None  # noqa: S101 -- entered before used
            self._browser = self._playwright.chromium.launch(
                executable_path=self._executable, args=ARGUMENTS, ignore_default_args=["--disable-popup-blocking"]
            )
            self._process = _process_of(self._browser)
            self.killed = False
        return self._browser

    def _close(self) -> None:
        if self._browser is not None:
            with contextlib.suppress(PlaywrightError):
                self._browser.close()
        self._browser = None

    def _watch(self) -> None:
        while not self._ended.wait(_TICK):
            if self._watching and self._process and time.monotonic() - self._beaten > STILL_SECONDS:
                self._watching = False
                self.killed = True
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._process, signal.SIGKILL)


def _process_of(browser: Browser) -> int:
    """Return the number of the browser's own process."""
    session = browser.new_browser_cdp_session()
    told: dict[str, Any] = session.send("SystemInfo.getProcessInfo")
    session.detach()
    return next((int(each["id"]) for each in told["processInfo"] if each["type"] == "browser"), 0)
