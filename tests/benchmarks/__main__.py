"""Runs the benchmarks of one area and writes their figures, with medians and machine beside them.

Usage: python -m tests.benchmarks sandbox [--json FILE] [--only NAME ...]
An area's modules are named after it; each has `figures() -> {"figures": {key: number}, "medians": {...}}`.
Nothing is asserted here.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def modules(area: str) -> list[str]:
    """The benchmarks of an area, by the names of their files."""
    return sorted(path.stem for path in HERE.glob(f"{area}*.py"))


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": os.cpu_count(),
        "processor": names[0] if names else platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description="Benchmarks of one area.")
    parser.add_argument("area", help="the beginning of the modules' names, such as sandbox")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--only", nargs="*", default=[], help="modules to run, without their folder")
    options = parser.parse_args()
    if not modules(options.area):
        parser.error(f"there are no benchmarks named {options.area}*")
    told: dict[str, object] = {"area": options.area, "machine": machine(), "medians": {}}
    medians: dict[str, object] = {}
    for name in options.only or modules(options.area):
        began = time.monotonic()
        print(f"== {name}", flush=True)
        measured = importlib.import_module(f"tests.benchmarks.{name}").figures()
        told |= measured["figures"]
        medians[name] = measured["medians"] | {"benchmark_seconds": round(time.monotonic() - began, 1)}
        print(json.dumps(measured, ensure_ascii=False, indent=1), flush=True)
    told["medians"] = medians
    if options.json:
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
