"""Owns the order of a run: each check once, a failed one again with the same seed, every result told as it comes."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile
from typing import Any

from . import evidence, page_visits
from .catalogue import CHECKS, check_for
from .context import Context, NeedsPodError, WantRefusedError
from .model import ERROR, FAILED, PASSED, SKIPPED, Check, Finding, text
from .results import Emit, result

_FIRST = "start.healthy"


def planned(plan: dict[str, Any]) -> list[str]:
    """Return the ids of the plan's checks in the order in which they run; scenarios in the plan's order."""
    place = {check.id: number for number, check in enumerate(CHECKS)}
    ids = [each["id"] for each in plan["checks"]]
    return sorted(ids, key=lambda each: place[check_for(each).id])


def run_checks(context: Context, emit: Emit) -> None:
    """Run all checks of the plan against the app and emit progress and results."""
    ids = planned(context.plan)
    scenarios = {f"scenario.{each['code']}": each for each in context.plan.get("scenarios", [])}
    usable = True
    firsts: dict[str, Finding] = {}
    for number, check_id in enumerate(ids):
        check = check_for(check_id)
        progress = {"type": "progress", "check": check_id, "total": len(ids)}
        emit({**progress, "state": "running", "done": number})
        if not usable:
            why = text("应用没有启动，没有进行这项检查。", "The app did not start, so this was not checked.")
            emit(result(check_id, check.group, Finding(SKIPPED, why)))
        else:
            if check.group == "page":
                page_visits.look(context, [each for each in ids if each.startswith("page.")], emit)
            if check.together and check_id not in firsts:
                firsts = _at_once(context, ids[number:])
            if check.run is not None:  # of the other page checks the browser tells the results
                found = twice_if_failed(context, check, scenarios.get(check_id), first=firsts.get(check_id))
                emit(result(check_id, check.group, found, digestible=check.digestible))
                usable = not (check_id == _FIRST and found.outcome != PASSED)
        emit({**progress, "state": "done", "done": number + 1})
    if context.coverage is not None:
        emit(context.coverage.message())


def _at_once(context: Context, ids: list[str]) -> dict[str, Finding]:
    """Run the neighbours at the head of a list that may run together; return what each found."""
    checks = list(takewhile(lambda check: check.together, map(check_for, ids)))
    with ThreadPoolExecutor(len(checks)) as pool:
        return dict(zip(ids, pool.map(lambda check: _guarded(context, check, None), checks), strict=False))


def twice_if_failed(
    context: Context, check: Check, scenario: dict[str, Any] | None, *, first: Finding | None = None
) -> Finding:
    """Run a check; a failed one again. Measurements take the better of two, all else must fail or pass alike.

    `first` is what it found when it ran together with its neighbours; the second time it runs alone.
    """
    context.shared["attempt"] = 1
    first = first or _guarded(context, check, scenario)
    share = first.measurements.get("share", 1.0 if first.outcome == PASSED else 0.0)
    if first.outcome == PASSED and share == 1.0:
        return first
    if first.outcome not in (PASSED, FAILED):
        return first
    context.shared["attempt"] = 2
    second = _guarded(context, check, scenario)
    if not check.digestible:
        better = second.measurements.get("share", float(second.outcome == PASSED)) > share
        return second if better else first
    if second.outcome == first.outcome:
        return first
    told = text(
        f"同样的输入，两次结果不同。失败的一次：{first.summary['zh']}",
        f"Differs between runs with the same input. When it failed: {first.summary['en']}",
    )
    return replace(first, summary=told)


def _guarded(context: Context, check: Check, scenario: dict[str, Any] | None) -> Finding:
    assert check.run is not None  # noqa: S101 -- page checks don't come here
    try:
        return check.run(context, scenario) if scenario is not None else check.run(context)
    except NeedsPodError:
        return Finding(SKIPPED, text("这项检查只能在沙箱里进行。", "This can only be checked inside the sandbox."))
    except WantRefusedError as refusal:
        why = text("沙箱没能完成这项检查需要的操作。", "The sandbox could not do what this check needs.")
        return Finding(ERROR, why, evidence=[evidence.lines("原因", "Reason", [str(refusal)])])
    except Exception:  # noqa: BLE001 -- one broken check must not take the others with it
        why = text("检查程序自身出错，这不是应用的问题。", "The check itself failed; this is not the app's fault.")
        return Finding(
            ERROR, why, evidence=[evidence.lines("位置", "Place", traceback.format_exc(limit=-3).splitlines())]
        )
    finally:
        context.gateway.faults.off(case="")
