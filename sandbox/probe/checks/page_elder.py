"""Check page.elder."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.elder",
    group="page",
    title=text("大字版", "Elder mode"),
    proves=text(
        "会话的 elder 为 true 时，每个页面字号不小于 18 像素、行高不小于 1.5、主要按钮不小于 60 像素、其他目标不小于"
        " 44 像素、对比度不低于 4.5:1，没有东西在动。",
        "When the session says elder: true, every page has text of at least 18 px, line height of at least 1.5, main "
        "actions of at least 60 px, other targets of at least 44 px, contrast of 4.5:1, and nothing that moves.",
    ),
    remedy=text(
        "读取 POST /session 应答里的 elder，据此放大；或者让所有人看到的页面都满足这些要求。"
        "证据列出每个元素和它的尺寸。",
        "Read elder in the answer of POST /session and enlarge accordingly, or meet these sizes for everybody. The "
        "evidence lists each element with its size.",
    ),
    mandatory_by_default=False,
    default_weight=10,
)
