"""How long a settlement takes: counts sealed facts with the platform's own query and runs the arithmetic.

Usage: python -m tests.benchmarks.settlement [facts] [apps]      (defaults: 1000000 facts, 500 apps, 50 items)
"""

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import django
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
django.setup()

from billing import aggregation, parquet  # noqa: E402
from billing.pricing.facts import Ceiling, Opinion, Register, Usage  # noqa: E402
from billing.pricing.settle import Inputs, Outcome, settle  # noqa: E402
from tests.billing.pricing_cast import TIERS, tariff  # noqa: E402

DAYS, ITEMS, DEPARTMENTS = 90, 50, 10
MICROSECONDS_PER_DAY = 86_400_000_000


def write_facts(folder: Path, facts: int, apps: int) -> None:
    """Write one file a day, as the sealing does; the same rows each time."""
    rng = random.Random(7)
    for day in range(DAYS):
        rows = range(day * facts // DAYS, (day + 1) * facts // DAYS)
        app = [rng.randrange(apps) for _ in rows]
        columns = {
            "case": [f"MS{row:012d}" for row in rows],
            "app": [f"app-{each:04d}" for each in app],
            "version": ["1.0.0"] * len(rows),
            "service_item": [f"item-{each % ITEMS:03d}" for each in app],
            "department": [f"dept-{each % ITEMS % DEPARTMENTS:02d}" for each in app],
            "applicant": [f"{rng.randrange(facts // 2):064x}" for _ in rows],
            "decided_at": [day * MICROSECONDS_PER_DAY + rng.randrange(MICROSECONDS_PER_DAY) for _ in rows],
            "confirmed_by": ["api"] * len(rows),
            "outcome": ["completed"] * len(rows),
            "held": [rng.random() < 0.01 for _ in rows],
            "late": [False] * len(rows),
        }
        pq.write_table(pa.table(columns, schema=parquet.FACTS), folder / f"{day:03d}.parquet", compression="zstd")


def count(folder: Path) -> list[Usage]:
    """Count with the query of the platform on DuckDB."""
    connection = ibis.duckdb.connect()
    table = connection.read_parquet([str(path) for path in sorted(folder.glob("*.parquet"))])
    rows = aggregation.usage_expression(table, 3).to_pyarrow().to_pylist()
    connection.disconnect()
    return [Usage(**row) for row in rows]


def compute(usage: list[Usage]) -> Outcome:
    """Run the arithmetic with tight ceilings, so that every line is scaled."""
    items = {row.service_item: {"tiers": TIERS, "user_rate": "0.30"} for row in usage}
    department = {item: f"dept-{int(item[-3:]) % DEPARTMENTS:02d}" for item in items}
    register = Register({row.app: f"vendor-{row.app}" for row in usage}, department)
    opinions = [Opinion(row.app, row.service_item, 100, 430, 1900) for row in usage]
    ceilings = [Ceiling(code, 1_000_000) for code in sorted(set(department.values()))]
    return settle(tariff(items=items), Inputs(usage, opinions, ceilings, (), register))


def main(facts: int = 1_000_000, apps: int = 500) -> None:
    """Print facts, seconds of each part and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        write_facts(Path(folder), facts, apps)
        start = time.perf_counter()
        usage = count(Path(folder))
        counted = time.perf_counter()
        outcome = compute(usage)
        done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"facts {facts}  lines {len(outcome.lines)}  decided {sum(row.decided for row in usage)}")
    print(f"count {counted - start:.2f} s  arithmetic {done - counted:.2f} s  peak memory {peak} MB")


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]])
