"""Prints how fast the simulated city is made, and that its memory doesn't grow: people a second and peak memory.

Usage: python -m tests.benchmarks.sandbox_city [people ...]      (defaults: 1000 10000 100000 1000000)
Each size is made by a process of its own, so that the peaks don't add up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROOT = Path(__file__).parents[2]


def made(people: int) -> dict[str, Any]:
    """Make a city in a process of its own; people, seconds, people a second and the peak memory in MB."""
    command = [sys.executable, "-m", "sandbox.world", "--people", str(people), "--count"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    counted: dict[str, Any] = json.loads(done.stdout)
    return counted


def figures(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Return what was measured; the issue asks for no ratio here, so `figures` is empty."""
    return {"figures": {}, "medians": {f"city_{size}": made(size) for size in sizes}}


if __name__ == "__main__":
    print(json.dumps(figures(tuple(map(int, sys.argv[1:])) or SIZES), indent=2))
