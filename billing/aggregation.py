"""Counts sealed facts and reviews per app and item: written once in Ibis, run on DuckDB or another engine.

The same rule as `billing.pricing.billable`, which is the definition. Only exact functions: group by, then count; a
`nunique` would become an approximate count on some engines.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _

from billing import parquet
from billing.models import FactSeal
from billing.pricing.facts import Opinion, Usage
from billing.sealing import manifest_digest

FACTS = ibis.schema({field.name: field.type for field in parquet.FACTS})
REVIEWS = ibis.schema({field.name: field.type for field in parquet.REVIEWS})


def usage_expression(facts: ir.Table, cap_per_citizen: int) -> ir.Table:
    """Return (app, service_item, decided, billable, applicants, held, late) of a table with the columns of FACTS.

    One row per case (the countable one before a held one, then the earliest), then at most `cap_per_citizen` per
    applicant and item over all apps, the earliest first, ties by case number.
    """
    preference = ["held", "decided_at", "app", "service_item", "applicant", "late"]
    numbered = facts.mutate(copy=ibis.row_number().over(group_by="case", order_by=preference))
    unique = numbered.filter(numbered.copy == 0)
    ranked = unique.mutate(
        nth=ibis.row_number().over(group_by=["applicant", "service_item", "held"], order_by=["decided_at", "case"])
    )
    countable = ~ranked.held
    return (
        ranked.group_by("app", "service_item")
        .aggregate(
            decided=ranked.count(),
            billable=ranked.count(where=countable & (ranked.nth < cap_per_citizen)),
            applicants=ranked.count(where=countable & (ranked.nth == 0)),
            held=ranked.count(where=ranked.held),
            late=ranked.count(where=ranked.late),
        )
        .order_by("app", "service_item")
    )


def opinion_expression(reviews: ir.Table) -> ir.Table:
    """Return (app, service_item, reviews, faces, squares); a case has one review, copies are left out."""
    numbered = reviews.mutate(copy=ibis.row_number().over(group_by="case", order_by=["submitted_at", "app", "face"]))
    unique = numbered.filter(numbered.copy == 0)
    return (
        unique.group_by("app", "service_item")
        .aggregate(reviews=unique.count(), faces=unique.face.sum(), squares=(unique.face * unique.face).sum())
        .order_by("app", "service_item")
    )


def count_sealed(seals: Iterable[FactSeal], cap_per_citizen: int) -> tuple[list[Usage], list[Opinion]]:
    """Count the files that the manifests name, after checking the chain and every file's bytes."""
    facts: list[Path] = []
    reviews: list[Path] = []
    for seal in seals:
        if manifest_digest(seal) != seal.digest:
            raise parquet.SealBroken(_("The manifest of %(day)s was changed.") % {"day": seal.day})
        if seal.facts_sha256:
            facts.append(parquet.verified("facts", seal.day, seal.facts_sha256))
        if seal.reviews_sha256:
            reviews.append(parquet.verified("reviews", seal.day, seal.reviews_sha256))
    connection = ibis.duckdb.connect()
    try:
        usage = usage_expression(_table(connection, facts, FACTS), cap_per_citizen)
        opinions = opinion_expression(_table(connection, reviews, REVIEWS))
        return (
            [Usage(**row) for row in usage.to_pyarrow().to_pylist()],
            [Opinion(**row) for row in opinions.to_pyarrow().to_pylist()],
        )
    finally:
        connection.disconnect()


def _table(connection: ibis.BaseBackend, paths: Sequence[Path], schema: ibis.Schema) -> ir.Table:
    if not paths:
        return ibis.memtable([], schema=schema)
    return connection.read_parquet([str(path) for path in paths], hive_partitioning=False)
