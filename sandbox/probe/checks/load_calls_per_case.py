"""Check load.calls_per_case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..departments.record import Call
from ..model import FAILED, PASSED, Check, Finding, Text, text
from ..submission import Walk, reference_in

_MOST_OF_ONE = 4
_REPEATS = 3


def _of_one_request(name: str, calls: list[Call]) -> Text | None:
    """Return what is wrong with the department calls that one request of the applicant caused, or None."""
    counted = Counter(call.name for call in calls)
    operation, most = counted.most_common(1)[0] if counted else ("", 0)
    if most > _MOST_OF_ONE:
        return text(
            f"一次 {name} 请求调用了 {most} 次 {operation}", f"one {name} request called {operation} {most} times"
        )
    return None


def run(context: Context) -> Finding:
    """Walk once while nothing else runs, and count the department calls that each request causes."""
    launch = context.launch()
    session, entered = context.open_session(launch)
    walk = Walk(context, launch, session, entered, [])
    diary = context.gateway.diary
    wrong: list[Text] = []
    counts: list[int] = []
    seen = 0
    requests: list[tuple[str, Callable[[], Exchange | None]]] = []
    for operation in walk.readable():
        requests += [(operation.id, partial(walk.read, operation))] * _REPEATS
    reference: list[str] = []

    def submit() -> Exchange:
        submitted = walk.submit()
        reference.append(reference_in(submitted))
        return submitted

    if walk.ready:
        requests.append(("submit", submit))
        requests += [("status", lambda: walk.status(reference[0]))] * _REPEATS
    before: dict[str, int] = {}
    for name, send in requests:
        send()
        calls = diary.of_case(launch.case)[seen:]
        seen += len(calls)
        counts.append(len(calls))
        problem = _of_one_request(name, calls)
        if problem:
            wrong.append(problem)
        if name in before and len(calls) > before[name]:
            wrong.append(text(f"重复 {name} 时调用次数越来越多", f"repeating {name} causes more and more calls"))
        before[name] = len(calls)
    measurements = {"calls": float(sum(counts)), "most": float(max(counts, default=0)), "requests": float(len(counts))}
    if not wrong:
        summary = text(
            f"{len(counts)} 次请求共调用部门 {sum(counts)} 次，没有重复查询。",
            f"{len(counts)} requests caused {sum(counts)} department calls, none over and over.",
        )
        return Finding(PASSED, summary, measurements)
    summary = text(f"{wrong[0]['zh']}。", f"{wrong[0]['en'].capitalize()}.")
    return Finding(FAILED, summary, measurements, [evidence.department_calls(diary.of_case(launch.case))])


CHECK = Check(
    id="load.calls_per_case",
    group="load",
    title=text("不反复查询部门", "Does not ask departments over and over"),
    proves=text(
        "申请人的一次请求不会让同一个部门接口被调用很多次，重复请求也不会越调越多。",
        "One request of the applicant does not call the same operation many times, and repeating it does not add more.",
    ),
    remedy=text(
        "同一件办件里查过的信息留着用；不要在循环里逐条查询。",
        "Keep what was looked up for the case; never query in a loop.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=5,
)
