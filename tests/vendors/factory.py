"""What only the vendors' tests need: valid credit codes, archives, manifests, an order with pinned interfaces."""

import hashlib
import io
from datetime import datetime
from itertools import count

from marketplace.core.identity import credit_code_check
from marketplace.orders.models import DemandOrder
from tests import factory

_numbers = count(1)


def credit_code() -> str:
    """Return a fresh valid credit code of a company in an area that doesn't exist."""
    first = f"91990100{next(_numbers):09d}"
    return first + credit_code_check(first)


def order(people: factory.Cast, *, now: datetime, **fields: object) -> DemandOrder:
    """Return an open order of the police that pins the population interface and grants 256 MB."""
    demand = factory.order(
        factory.service_item(people.police), now=now, thresholds={"memory_mb": 256}, tariff_code="T-1", **fields
    )
    pinned = factory.interface_version(people.police, code=f"population-{next(_numbers)}", scopes=["name", "address"])
    demand.interface_versions.add(pinned)
    return demand


def manifest(demand: DemandOrder, **changes: object) -> dict[str, object]:
    """Return a manifest that the order allows."""
    interfaces = [each.interface.code for each in demand.interface_versions.all()]
    usual = {"port": 8080, "health_path": "/healthz", "memory_mb": 128, "interfaces": interfaces, "scopes": ["name"]}
    return usual | {"languages": ["zh-hans", "en"]} | changes


def archive(content: bytes = b"an image archive") -> tuple[io.BytesIO, str]:
    """Return an archive and its SHA-256; nobody on the web side looks inside."""
    return io.BytesIO(content), hashlib.sha256(content).hexdigest()
