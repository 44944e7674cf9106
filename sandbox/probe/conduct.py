"""Owns what the conduct checks read: how the app behaved in the engine's eyes, asked after somebody walked through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .context import Context
from .submission import Walk, enter, reference_in


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
        context.shared[key] = Conduct(walk, context.want("app_conduct", {}))
    found: Conduct = context.shared[key]
    return found
