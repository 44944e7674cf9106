"""Check page.axe_320."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.axe_320",
    group="page",
    title=text("放大四倍仍能用", "Usable when enlarged four times"),
    proves=text(
        "在 320 像素宽（相当于把电脑页面放大到 400%）的窗口里，每个页面没有 WCAG 2.2 AA 的自动检测问题，"
        "也不用左右滑动。",
        "At 320 pixels, which is a wide page enlarged to 400%, no page has a WCAG 2.2 AA violation that a machine can "
        "see, and none scrolls sideways.",
    ),
    remedy=text(
        "不要写死宽度；长编号允许换行（overflow-wrap: anywhere）；窄屏时表格改为上下排列。",
        "Do not fix widths; let long numbers wrap (overflow-wrap: anywhere); stack tables on narrow screens.",
    ),
    mandatory_by_default=False,
    default_weight=5,
)
