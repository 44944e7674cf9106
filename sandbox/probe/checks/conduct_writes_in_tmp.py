"""Check conduct.writes_in_tmp."""

from __future__ import annotations

import re

from .. import evidence
from ..conduct import observe
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text

_REFUSED = re.compile(r"read-only file system|EROFS|errno 30", re.IGNORECASE)


def run(context: Context) -> Finding:
    """Look at the files that differ from the image, and for writes that were refused."""
    seen = observe(context)
    changed = [str(path) for path in seen.told.get("changed", [])]
    refused = [line for line in str(seen.told.get("log", "")).splitlines() if _REFUSED.search(line)]
    measurements = {"changed": float(len(changed)), "refused": float(len(refused))}
    if not changed and not refused:
        summary = text("应用没有写 /tmp 以外的地方。", "The app wrote nowhere but in /tmp.")
        return Finding(PASSED, summary, measurements)
    summary = text("应用写了或想写 /tmp 以外的地方。", "The app wrote, or tried to write, outside /tmp.")
    return Finding(
        FAILED, summary, measurements, [evidence.lines("写过的地方", "What it wrote", changed + refused[:20])]
    )


CHECK = Check(
    id="conduct.writes_in_tmp",
    group="conduct",
    title=text("只写 /tmp", "Writes in /tmp only"),
    proves=text(
        "容器里除 /tmp 和声明的卷以外，没有文件被改动，日志里也没有被拒绝的写入。",
        "No file outside /tmp and the declared volumes was changed, and the log shows no write that was refused.",
    ),
    remedy=text(
        "把临时文件写到 /tmp；缓存、编译结果和日志文件的目录用环境变量改到 /tmp，日志直接写标准输出。",
        "Write temporary files to /tmp, point caches and compiled files there too, and log to standard output.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=20,
    looks_back=True,
)
