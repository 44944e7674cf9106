"""Check page.keyboard."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.keyboard",
    group="page",
    title=text("只用键盘也能办完", "Done by keyboard alone"),
    proves=text(
        "不碰鼠标，从启动页面一直填到回执：Tab 键到得了每个控件，焦点看得见、不被困住、顺序合理，"
        "点按目标不小于 24 像素。",
        "Without a mouse, from launch to receipt: Tab reaches every control, the focus is visible, never trapped and "
        "in a sensible order, and targets are at least 24 pixels.",
    ),
    remedy=text(
        "使用原生的按钮、链接和输入框；不要去掉焦点轮廓（outline: none）；不要写大于 0 的 tabindex；"
        "证据列出每个有问题的元素。",
        "Use native buttons, links and inputs; never remove the focus outline; no tabindex above 0. The evidence lists "
        "each element.",
    ),
    mandatory_by_default=False,
    default_weight=10,
)
