"""Check fault.exactly_once."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="fault.exactly_once",
    group="fault",
    title=text("部门只收到一件", "Exactly one submission"),
    proves=text(
        "部门收下了却没来得及应答、申请人连点两次提交,部门都只收到一件申请。",
        "Whether the department took the application but its answer was lost, or the applicant pressed twice, the department has exactly one.",
    ),
    remedy=text(
        "同一件办件的每次重试都带同一个 Idempotency-Key;同一会话的提交在应用内排队,第二次返回同一回执。",
        "Send the same Idempotency-Key with every retry of one case; let submissions of one session queue in the app, and give the second the same receipt.",
    ),
    mandatory_by_default=True,
    default_weight=10,
)
