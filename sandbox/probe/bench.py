"""Owns putting a run together: city, departments, launcher, client and contract from one job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .city import World
from .client import AppClient
from .context import Context, Fuzzer, Want
from .coverage import Coverage
from .departments.gateway import Gateway
from .departments.launch import Launcher, Residents, TokenKeys
from .openapi import Document
from .page_job import PageJob
from .rehearsal import rehearse


def make_gateway(job: dict[str, Any]) -> tuple[Gateway, Launcher]:
    """Return the simulated departments of a job, not yet serving, and the launcher that sends people in."""
    plan = job["plan"]
    world = World(int(job["seed"]), int(plan.get("world", {}).get("people", 1000)))
    residents = Residents(world)
    launcher = Launcher(world, residents, seed=int(job["seed"]))
    return Gateway(world, plan["interfaces"], TokenKeys(launcher.jwks()), residents), launcher


def make_context(
    job: dict[str, Any],
    gateway: Gateway,
    launcher: Launcher,
    *,
    app: AppClient,
    want: Want,
    fuzzer: Fuzzer,
    page_job: Callable[[PageJob], dict[str, Any]] | None = None,
) -> Context:
    """Return what the checks use against an app."""
    contract = Document(job["plan"]["contract"])
    coverage = Coverage(contract)
    heard = replace(app, heard=coverage.note)
    return Context(job, heard, gateway, launcher, contract, want, fuzzer, rehearse, page_job, coverage)
