"""Owns what the conduct checks read: how the app behaved in the engine's eyes, asked after somebody walked through."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .client import AppClient
from .context import Context
from .submission import Walk, enter, reference_in

_ANSWER_SECONDS = 2.0
_NOTICED_SECONDS = 3.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Conduct:
    """What the engine told, and the person whose way through the app came right before."""

    walk: Walk
    told: dict[str, Any]

    def number(self, name: str) -> int:
        """Return a figure of the engine; 0 when it has none."""
        value = self.told.get(name)
        return value if isinstance(value, int) else 0


def observe(context: Context) -> Conduct:
    """Let somebody walk through and ask the engine, once for each attempt."""
    key = f"conduct/{context.shared.get('attempt', 1)}"
    if key not in context.shared:
        walk = enter(context)
        if walk.ready:
            walk.status(reference_in(walk.submit()))
        context.shared[key] = Conduct(walk, _told(context))
    found: Conduct = context.shared[key]
    return found


def _told(context: Context) -> dict[str, Any]:
    """Ask the engine; where the app answers nobody any more, until the engine has counted an end or a while is over.

    Whoever waits for an answer sees the connection close some moments before the process counts as ended.
    """
    app = AppClient(context.app.host, context.app.port)  # of its own, so that the app's record stays as it is
    silent = app.send("GET", context.health_path, deadline=_ANSWER_SECONDS).answer.error
    until = time.monotonic() + _NOTICED_SECONDS
    told = context.want("app_conduct", {})
    while silent and not told.get("exits") and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        told = context.want("app_conduct", {})
    return told
