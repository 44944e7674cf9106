"""Check page.without_script."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.without_script",
    group="page",
    title=text("没有脚本也能办", "Works without scripts"),
    proves=text(
        "关闭 JavaScript 后，申请人仍能从启动页面走到回执：旧手机、辅助设备和弱网络下也办得成。",
        "With JavaScript off an applicant still gets from launch to receipt: on old phones and on bad networks too.",
    ),
    remedy=text(
        "用普通表单和链接，由服务端给出每个页面；脚本只用来锦上添花。",
        "Use plain forms and links and let the server make every page; scripts may only add to it.",
    ),
    mandatory_by_default=False,
    default_weight=0,
    place=80,
)
