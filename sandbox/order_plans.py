"""The plan of an order, and where the outcome of its rehearsal goes."""

from datetime import datetime
from typing import Any

from marketplace.orders.models import DemandOrder

try:
    from marketplace.orders.plan import plan_of
    from marketplace.orders.services import record_rehearsal
except ImportError:

    def plan_of(order: DemandOrder) -> dict[str, Any]:
        """Return the plan as far as the order's own row has it."""
        return {
            "plan_version": 1,
            "order": order.code,
            "contract": order.contract,
            "interfaces": [],
            "scenarios": [],
            "thresholds": order.thresholds,
            "checks": order.checks,
            "world": {"people": 1000},
        }

    def record_rehearsal(*, order: DemandOrder, plan_sha256: str, passed: bool, message: str, now: datetime) -> None:
        """Note the outcome on the order."""
        DemandOrder.objects.filter(pk=order.pk).update(
            rehearsed_at=now if passed else None, rehearsed_plan=plan_sha256, rehearsal_message=message
        )


__all__ = ["plan_of", "record_rehearsal"]
