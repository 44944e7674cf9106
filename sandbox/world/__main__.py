"""Owns the city on the command line: JSON lines of everybody, of the companies, or only a count and the digest.

Usage: python -m sandbox.world --people 1000000 --seed 1 [--companies | --count | --digest] > city.jsonl
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from .city import AS_OF, World, as_row


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox.world", description="Write the simulated city, one person a line.")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, help="the city's today")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--companies", action="store_true", help="write the companies instead of the people")
    what.add_argument("--count", action="store_true", help="make everybody, write only how many, seconds and memory")
    what.add_argument("--digest", action="store_true", help="write only the SHA-256 of the whole city")
    return parser.parse_args(arguments)


def _rows(world: World, *, companies: bool) -> Iterator[dict[str, Any]]:
    if companies:
        return (asdict(company) for company in world.companies())
    return (as_row(dossier) for dossier in world.dossiers())


def _count(world: World) -> dict[str, Any]:
    began = time.monotonic()
    people = sum(1 for _ in world.people())
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"people": people, "seconds": round(seconds, 1), "a_second": round(people / seconds), "peak_mb": round(peak)}


def main(arguments: list[str]) -> int:
    """Write what was asked for to standard output."""
    options = _parse(arguments)
    world = World(options.seed, options.people, options.as_of)
    if options.digest:
        sys.stdout.write(world.digest() + "\n")
        return 0
    if options.count:
        sys.stdout.write(json.dumps(_count(world)) + "\n")
        return 0
    for row in _rows(world, companies=options.companies):
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
