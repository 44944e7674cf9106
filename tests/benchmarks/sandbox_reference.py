"""Prints what whole runs of the reference app in real pods show: seconds, requests, pages, alarms, equal verdicts.

Usage: python -m tests.benchmarks.sandbox_reference [runs]
Of the runs (20) the first half has one seed, of the rest each its own.
A false alarm is a run of the good app in which any check fails.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from decimal import Decimal
from typing import Any

from sandbox.engine import Engine, connect
from sandbox.reference_image import build_reference
from sandbox.reports.verdict import Found, Verdict, duties_of, judge
from tests.sandbox.probe.bench import job

RUNS = 20
SEED = 42
WALL_CLOCK_SECONDS = 300.0
MEMORY_MB = 256


def whole_run(
    engine: Engine, image_id: str, volumes: list[str], seed: int, number: int
) -> tuple[Verdict, dict[str, Any], float]:
    """One run of all checks; the verdict, the result lines by check, and its seconds."""
    a_job = job(seed)
    lines: dict[str, dict[str, Any]] = {}

    def keep(message: dict[str, Any]) -> None:
        if message.get("type") == "result":
            lines[message["check"]] = message

    began = time.monotonic()
    engine.run_pod(
        image_id,
        a_job,
        run_id=f"benchmark-{number}",
        memory_mb=MEMORY_MB,
        volumes=volumes,
        on_message=keep,
        wall_clock_seconds=WALL_CLOCK_SECONDS,
    )
    seconds = time.monotonic() - began
    found = [
        Found(check, line["outcome"], line["measurements"].get("share"), line["digestible"])
        for check, line in lines.items()
    ]
    subject = {"seed": seed, "image": image_id}
    pass_mark = Decimal(a_job["plan"]["thresholds"]["pass_mark"])
    return judge(duties_of(a_job["plan"]), found, pass_mark=pass_mark, subject=subject), lines, seconds


def figures(runs: int = RUNS) -> dict[str, Any]:
    """Run the good app `runs` times, half of them with the same seed."""
    engine = connect()
    engine.ensure_images(print)
    image_id, volumes = build_reference(engine, APP_VARIANT="good")
    took: list[float] = []
    same: list[tuple[str, Decimal]] = []
    alarms: Counter[str] = Counter()
    alarmed, requests, pages = 0, 0, 0
    for number in range(runs):
        seed = SEED if number < (runs + 1) // 2 else SEED + number
        verdict, lines, seconds = whole_run(engine, image_id, volumes, seed, number)
        took.append(seconds)
        failed = [each.duty.code for each in verdict.points if each.outcome not in ("passed", "advisory")]
        alarms.update(failed)
        alarmed += bool(failed)
        if seed == SEED:
            same.append((verdict.digest, verdict.score))
        requests = int(lines["contract.no_server_error"]["measurements"]["requests"])
        pages = int(lines["page.axe_1280"]["measurements"].get("pages", 0))
        print(
            f"run {number + 1}: {seconds:.1f} s, score {verdict.score}, {', '.join(failed) or 'no alarm'}", flush=True
        )
    engine.remove_image(image_id)
    return {
        "figures": {
            "reference_run_seconds": round(statistics.median(took), 1),
            "reference_requests": requests,
            "reference_pages": pages,
            "false_alarms": alarmed,
            "equal_verdicts": max(Counter(same).values()),
        },
        "medians": {
            "runs": runs,
            "runs_with_the_same_seed": len(same),
            "seconds": {
                "least": round(min(took), 1),
                "median": round(statistics.median(took), 1),
                "most": round(max(took), 1),
            },
            "alarms": dict(alarms),
        },
    }


if __name__ == "__main__":
    print(figures(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
