"""Owns the city's chance: replayable draws that are the same on every machine and every version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws for one purpose. Only `random()` is asked: the one method whose sequence Python promises to keep."""

    def __init__(self, *purpose: object) -> None:
        """`purpose` names what is drawn, such as seed, kind and number; equal names give equal draws."""
        seed = blake2b("/".join(map(str, purpose)).encode(), digest_size=8).digest()
        self._random = random.Random(int.from_bytes(seed, "big")).random  # noqa: S311 -- replayable, not secret

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return int(self._random() * limit)

    def among(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included; `low` when there is nothing between."""
        return low + int(self._random() * (high - low + 1)) if high > low else low

    def percent(self, share: float) -> bool:
        """Return True in `share` cases of a hundred."""
        return self._random() * 100 < share

    def pick(self, things: Sequence[T]) -> T:
        """Return one of some things."""
        return things[int(self._random() * len(things))]

    def row(self, table: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Return a row of a table of shares; the last number of each row is its share."""
        return table[self.weighted([row[-1] for row in table])]

    def weighted(self, weights: Sequence[float]) -> int:
        """Return the place of one weight, the heavier the likelier."""
        left = self._random() * sum(weights)
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return place
        return len(weights) - 1

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return some things in another order."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self._random() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
