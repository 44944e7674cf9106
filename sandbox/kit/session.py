"""One run of the test kit: which checks can be done here, doing them with the probe itself, and the report of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.probe.bench import make_gateway
from sandbox.probe.browser import walk_pages
from sandbox.probe.catalogue import check_for
from sandbox.probe.local import run_local
from sandbox.probe.page_job import PageJob
from sandbox.probe.results import Emit
from sandbox.reports.check_words import NEED_A_CONTAINER
from sandbox.reports.document import CheckFacts, Document, RunFacts, document_of
from sandbox.reports.messages import Result, read_coverage, read_result
from sandbox.reports.renderings.coverage import operations_of
from sandbox.reports.verdict import Found, Verdict, duties_of, judge

FIRST = "start.healthy"
LOOKED_BACK_ON = ("contract", "scenario", "fault")
DEFAULT_PASS_MARK = 80
HOST = "127.0.0.1"
Want = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Contents:
    """What lies in an unpacked kit."""

    about: Mapping[str, Any]
    plan: dict[str, Any]
    manifest: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Contents:
        """Read it. OSError or ValueError when something is missing or no JSON."""
        parts = [
            json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("kit", "plan", "manifest")
        ]
        return cls(*parts)


@dataclass(frozen=True)
class Setup:
    """What to check and how; `browser` is where Chromium is, empty for none; `only` empty for everything."""

    app: str
    seed: int
    gateway_port: int
    only: Sequence[str] = ()
    browser: str = ""
    has_container: bool = False


@dataclass
class Session:
    """The checks against one app; `tell` gets every result as it comes."""

    contents: Contents
    setup: Setup
    tell: Callable[[Result], None] = lambda _result: None
    results: dict[str, Result] = field(default_factory=dict)
    coverage: dict[str, dict[str, int]] = field(default_factory=dict)
    not_here: dict[str, str] = field(default_factory=dict)

    @property
    def planned(self) -> list[dict[str, Any]]:
        """The checks that are done here: the chosen ones and what they need.

        All need the first one; one that looks back needs the groups in which the app shows what it does.
        """
        chosen = [each for each in self.contents.plan["checks"] if self._is_chosen(each["id"])]
        return [each for each in chosen if each["id"] not in self.not_here and not self._why_not(each["id"])]

    def run(self, want: Want) -> None:
        """Play the departments and do the checks; `want` does what they ask of the engine. OSError: port taken."""
        for each in self.contents.plan["checks"]:
            if self._is_chosen(each["id"]) and (why := self._why_not(each["id"])):
                self.not_here[each["id"]] = why
        bench = make_gateway(self._job())
        bench[0].start(HOST, self.setup.gateway_port)
        pages = self._pages if self.setup.browser else None
        try:
            run_local(self._job(), self.setup.app, self._take, bench=bench, want=want, pages=pages)
        finally:
            bench[0].stop()

    def verdict(self) -> Verdict:
        """Return the verdict over what was done here."""
        plan = self._job()["plan"]
        pass_mark = Decimal(str(plan.get("thresholds", {}).get("pass_mark", DEFAULT_PASS_MARK)))
        found = [Found(each.check, each.outcome, each.share, each.digestible) for each in self.results.values()]
        return judge(duties_of(plan), found, pass_mark=pass_mark, subject={"seed": self.setup.seed})

    def exit_code(self) -> int:
        """Return 0 when all that was done holds, 1 when something doesn't, 2 when something could not be done."""
        outcomes = {each.outcome for each in self.results.values()}
        if "failed" in outcomes:
            return 1
        return 2 if outcomes - {"passed", "advisory"} or not self.results else 0

    def document(self, *, image: str, began: datetime, log_tail: str = "") -> Document:
        """Return the report, in the form of every report of the sandbox."""
        verdict, about = self.verdict(), self.contents.about
        earned = {each.duty.code: each.earned for each in verdict.points}
        now = datetime.now(UTC)
        facts = RunFacts(
            reference="kit",
            kind="kit",
            state="passed" if self.exit_code() == 0 else "failed",
            order=str(about["order"]),
            plan=self._job()["plan"],
            plan_sha256=str(about["plan_sha256"]),
            seed=self.setup.seed,
            app=about.get("app") or None,
            version=about.get("version") or None,
            image=image,
            manifest=self.contents.manifest,
            limits=about["limits"],
            figures={"coverage": self.coverage},
            score=verdict.score,
            queued_at=began,
            started_at=began,
            finished_at=now,
            seconds=round((now - began).total_seconds(), 2),
            log_tail=log_tail,
        )
        return document_of(facts, [self._facts(each, earned[each.check], now) for each in self.results.values()])

    def _facts(self, found: Result, points: Decimal, now: datetime) -> CheckFacts:
        return CheckFacts(
            code=found.check,
            outcome=found.outcome,
            summary=found.summary,
            points=points,
            digestible=found.digestible,
            measurements=found.measurements,
            evidence=found.evidence,
            at=now,
        )

    def _job(self) -> dict[str, Any]:
        plan = {**self.contents.plan, "checks": self.planned}
        limits = {"wall_clock_seconds": 3600}
        return {
            "plan": plan,
            "seed": self.setup.seed,
            "run": "kit",
            "manifest": self.contents.manifest,
            "limits": limits,
        }

    def _is_chosen(self, code: str) -> bool:
        group = code.partition(".")[0]
        return (
            not self.setup.only
            or code == FIRST
            or self._is_asked_for(code)
            or (group in LOOKED_BACK_ON and self._looks_back)
        )

    def _is_asked_for(self, code: str) -> bool:
        return code in self.setup.only or code.partition(".")[0] in self.setup.only

    @property
    def _looks_back(self) -> bool:
        codes = [each["id"] for each in self.contents.plan["checks"]]
        return any(check_for(code).looks_back for code in codes if self._is_asked_for(code))

    def _why_not(self, code: str) -> str:
        """Return why a check can't be done here (a word of `telling`), empty when it can."""
        if code.startswith(NEED_A_CONTAINER) and not self.setup.has_container:
            return "container"
        return "browser" if code.startswith("page.") and not self.setup.browser else ""

    def _pages(self, job: PageJob, emit: Emit) -> dict[str, str]:
        return walk_pages(replace(job, executable=self.setup.browser), emit)

    def _take(self, message: dict[str, Any]) -> None:
        """Read a line of the probe as the platform reads it: the same bounds, the same cleaning."""
        codes = [each["id"] for each in self.planned]
        if message["type"] == "result":
            found = read_result(message, planned=codes, seen=self.results)
            first = self.results.get(FIRST)
            if found.outcome == "skipped" and first is not None and first.outcome == "passed":
                self.not_here[found.check] = "sandbox"  # the app runs, so it was the check that couldn't be done
                return
            self.results[found.check] = found
            self.tell(found)
        elif message["type"] == "coverage":
            operations = operations_of(self.contents.plan.get("contract", {}))
            self.coverage = read_coverage(message, operations=operations)
