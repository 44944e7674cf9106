"""Check contract.conforms."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="contract.conforms",
    group="contract",
    title=text("应答符合契约", "Answers as declared"),
    proves=text(
        "每次应答的状态码、内容类型和字段都与契约一致。",
        "Status, content type and fields of every answer are the ones that the contract declares.",
    ),
    remedy=text(
        "对照证据中列出的不符之处修改应答;错误一律用 application/problem+json。",
        "Compare the answer with the place named in the evidence. Errors are application/problem+json.",
    ),
    mandatory_by_default=True,
    default_weight=10,
)
