"""Prints how many seeded faults of the reference app the checks find, each by its name.

Usage: python -m tests.benchmarks.sandbox_mutants [name ...]
Each mutant runs as a local process against the checks of the groups in which its fault lies, and counts as found when
a check fails that the good app passes. Mutants of the fault group mostly wait, so several run at once; the others are
measured alone.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sandbox.probe.browser import walk_pages
from tests.sandbox.mutants.catalogue import MUTANTS
from tests.sandbox.mutants.model import Mutant
from tests.sandbox.probe.bench import job, run

AT_ONCE = 4


def failed_checks(mutant: Mutant) -> list[str]:
    """The checks that fail for a mutant."""
    pages = walk_pages if "page" in mutant.groups else None
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as state:
        source = mutant.write(Path(folder))
        found = run(job(groups={"start", *mutant.groups}), Path(state), pages=pages, source=source)
    return [check for check, line in found.items() if line["outcome"] == "failed"]


def look(mutant: Mutant) -> tuple[Mutant, list[str], float]:
    """One mutant, the checks that fail for it, and the seconds that took; said as soon as it is known."""
    began = time.monotonic()
    checks = failed_checks(mutant)
    seconds = time.monotonic() - began
    print(f"{mutant.name:28} {seconds:6.1f} s  {', '.join(checks) or 'NOT FOUND'}", flush=True)
    return mutant, checks, seconds


def figures(names: list[str] | None = None) -> dict[str, Any]:
    """Run all mutants, or those named."""
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    waiting = [mutant for mutant in chosen if mutant.groups == ("fault",)]
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        seen = list(pool.map(look, waiting))
    seen += [look(mutant) for mutant in chosen if mutant not in waiting]
    found = {mutant.name: checks for mutant, checks, _seconds in seen}
    return {
        "figures": {
            "mutants_found": sum(bool(checks) for checks in found.values()),
            "mutants_total": len(chosen),
        },
        "medians": {
            "seconds_a_mutant": round(statistics.median(seconds for *_, seconds in seen), 1),
            "not_found": [name for name, checks in found.items() if not checks],
            "found_by": found,
        },
    }


if __name__ == "__main__":
    print(figures(sys.argv[1:])["figures"])
