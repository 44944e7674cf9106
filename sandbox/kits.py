"""The test kits of orders and runs: what goes into each, and who may have one."""

from __future__ import annotations

from django.db.models import QuerySet

from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import canonical_bytes, plan_of
from sandbox.engine import limits
from sandbox.kit.bundle import Kit, bundle
from sandbox.models import SandboxRun
from sandbox.plans import manifest_of, reference_manifest

SEED_OF_ORDERS = 1


def orders_with_a_kit(user: object) -> QuerySet[DemandOrder]:
    """Return the orders whose plan the person may see; one without a contract has nothing to test yet."""
    visible = DemandOrder.objects.visible_to(user).exclude(contract={}).select_related("service_item")
    return visible.distinct()


def kit_of_order(order: DemandOrder) -> bytes:
    """Return the kit of an order as it stands now; its manifest declares everything, for the vendor to cut down."""
    plan = plan_of(order)
    return bundle(
        Kit(
            order=order.code,
            plan=canonical_bytes(plan),
            seed=SEED_OF_ORDERS,
            manifest=reference_manifest(plan),
            limits=limits.as_data(),
        )
    )


def kit_of_run(run: SandboxRun) -> bytes:
    """Return the kit that repeats a finished run: its plan, its seed, the manifest that it was tested with."""
    version = run.version
    return bundle(
        Kit(
            order=run.order.code,
            plan=canonical_bytes(run.plan),
            seed=run.seed,
            manifest=manifest_of(run.manifest),
            limits=run.limits or limits.as_data(),
            run=str(run.reference),
            app=version.app.code if version else "",
            version=version.version if version else "",
        )
    )
