"""Check page.axe_1280."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.axe_1280",
    group="page",
    title=text("电脑页面无障碍", "Accessible on a computer"),
    proves=text(
        "从启动到回执的每个页面，在 1280 像素宽的窗口里没有 WCAG 2.2 AA 的自动检测问题。",
        "From launch to receipt, no page has a WCAG 2.2 AA violation that a machine can see, at 1280 pixels.",
    ),
    remedy=text(
        "证据列出每个问题的规则、位置和说明，附截图。",
        "The evidence names rule, place and explanation of each violation, with a screenshot.",
    ),
    mandatory_by_default=False,
    default_weight=10,
)
