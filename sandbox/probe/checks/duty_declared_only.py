"""Check duty.declared_only."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="duty.declared_only",
    group="duty",
    title=text("只用申报过的接口", "Only declared interfaces"),
    proves=text(
        "应用只调用清单里申报的接口和数据范围,且每次调用都符合接口规范。",
        "The app calls only the interfaces and scopes of its manifest, and every call is valid.",
    ),
    remedy=text(
        "在清单中补报确实需要的接口,或去掉多余的调用;不合规范的调用按证据中的位置修改。",
        "Declare the interface in the manifest if you need it, or remove the call. Fix invalid calls at the place named.",
    ),
    mandatory_by_default=True,
    default_weight=5,
)
