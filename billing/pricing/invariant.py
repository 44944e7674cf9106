"""Owns the check that stays on: what must hold whatever the input, told by name when it doesn't."""

from __future__ import annotations


class InvariantError(AssertionError):
    """The arithmetic contradicts itself: a fault in the program, never in the input. Nothing may be posted."""


def hold(condition: bool, sentence: str) -> None:  # noqa: FBT001
    """Raise InvariantError unless `condition`; unlike `assert`, it can't be switched off."""
    if not condition:
        raise InvariantError(sentence)
