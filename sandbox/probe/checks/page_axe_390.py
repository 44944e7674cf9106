"""Check page.axe_390."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.axe_390",
    group="page",
    title=text("手机页面无障碍", "Accessible on a phone"),
    proves=text(
        "从启动到回执的每个页面，在 390 像素宽的手机上没有 WCAG 2.2 AA 的自动检测问题，也不用左右滑动。",
        (
            "From launch to receipt, no page has a WCAG 2.2 AA violation that "
            "a machine can see, at 390 pixels, and none scrolls sideways."
        ),
    ),
    remedy=text(
        "证据列出每个问题的规则、位置和说明，附截图；页面宽度不要写死。",
        (
            "The evidence names rule, place and explanation of each "
            "violation, with a screenshot. Do not fix the width of pages."
        ),
    ),
    mandatory_by_default=False,
    default_weight=10,
)
