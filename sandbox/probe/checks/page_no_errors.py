"""Check page.no_errors."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.no_errors",
    group="page",
    title=text("浏览器没有报错", "No errors in the browser"),
    proves=text(
        "整个过程中浏览器控制台没有错误、脚本没有异常、样式图片等没有 4xx 或 5xx，页面不弹对话框、不擅自下载。",
        "All the way the console shows no error, no script fails, no stylesheet or picture answers 4xx or 5xx, and no "
        "page opens dialogs or starts downloads.",
    ),
    remedy=text(
        "证据列出浏览器报告的每个错误；常见原因是缺了文件，或内容安全策略挡住了自己的脚本。",
        "The evidence lists what the browser reports; most often a file is missing, or the page's own policy blocks "
        "its script.",
    ),
    mandatory_by_default=False,
    default_weight=5,
)
