"""What a run needs beside its plan: seed, manifest, memory, and the job that the probe gets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from marketplace.orders.defaults import UsualCheck
from sandbox.engine.limits import APP_MEMORY_MB_LEAST, APP_MEMORY_MB_MOST
from sandbox.models import SandboxRun
from sandbox.probe.catalogue import CHECKS

SEEDS = 2**31
MANIFEST = {
    "port": 8080,
    "health_path": "/healthz",
    "memory_mb": 256,
    "interfaces": [],
    "scopes": [],
    "languages": ["zh-hans", "en"],
}


def usual_checks() -> list[UsualCheck]:
    """Return the probe's checks as orders know them."""
    return [
        UsualCheck(
            id=check.id,
            title_zh=check.title["zh"],
            title_en=check.title["en"],
            mandatory=check.mandatory_by_default,
            weight=check.default_weight,
            always_mandatory=check.always_mandatory,
        )
        for check in CHECKS
    ]


def fresh_seed() -> int:
    """Return a seed that no app can guess."""
    return secrets.randbelow(SEEDS)


def manifest_of(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a version with the platform's defaults; the port is the sandbox's."""
    known = {name: declared[name] for name in MANIFEST if name in declared}
    return MANIFEST | known | {"port": MANIFEST["port"], "memory_mb": memory_mb(declared)}


def reference_manifest(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the reference app declares: every interface of the plan and all that they reveal."""
    interfaces = [each["code"] for each in plan.get("interfaces", [])]
    scopes: set[str] = set()
    for each in plan.get("interfaces", []):
        for operations in each["openapi"].get("paths", {}).values():
            for operation in operations.values():
                scopes.update(operation.get("x-minshi-scopes", []) if isinstance(operation, dict) else [])
    return MANIFEST | {"interfaces": interfaces, "scopes": sorted(scopes)}


def memory_mb(declared: Mapping[str, Any]) -> int:
    """Return the memory that the app gets, within the platform's bounds."""
    asked = declared.get("memory_mb", MANIFEST["memory_mb"])
    wanted = asked if isinstance(asked, int) and not isinstance(asked, bool) else 256
    return min(max(wanted, APP_MEMORY_MB_LEAST), APP_MEMORY_MB_MOST)


def with_interface(plan: Mapping[str, Any], *, code: str, version: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan with one interface in another version, and everything else as it is."""
    interfaces = [
        each | {"version": version, "openapi": document} if each["code"] == code else each
        for each in plan["interfaces"]
    ]
    return {**plan, "interfaces": interfaces}


def job_of(run: SandboxRun, *, wall_clock_seconds: float) -> dict[str, Any]:
    """Return the probe's first frame."""
    return {
        "plan": run.plan,
        "seed": run.seed,
        "run": str(run.reference),
        "manifest": run.manifest,
        "limits": {"wall_clock_seconds": wall_clock_seconds},
    }
