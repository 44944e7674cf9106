"""Check scenario.*."""

from __future__ import annotations

from typing import Any

from ..context import Context
from ..model import Check, Finding, text


def run(context: Context, scenario: dict[str, Any]) -> Finding:
    """Walk one scenario of the plan."""
    return context.rehearse(context, scenario)


CHECK = Check(
    id="scenario.*",
    group="scenario",
    title=text("验收场景", "Acceptance scenario"),
    proves=text(
        "按部门写的场景一步步走：每一步的应答，以及部门实际收到的内容，都与预期一致。",
        "Walks the department's scenario step by step: every answer, and what departments received, is as expected.",
    ),
    remedy=text(
        "看证据中第一个没有通过的步骤：列出了期望、实际应答和部门收到的调用。",
        (
            "Look at the first failed step in the evidence: it shows what "
            "was expected, what came back and what departments received."
        ),
    ),
    mandatory_by_default=True,
    default_weight=10,
    run=run,
)
