"""Check page.language."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.language",
    group="page",
    title=text("中文与英文", "Chinese and English"),
    proves=text(
        "以中文和英文进入时，每个页面的 lang 属性正确，文字真是这种语言，按钮、标题和标签没有漏译。",
        "Entered in Chinese and in English, every page has the right lang, its text really is in that language, and no "
        "button, heading or label is left untranslated.",
    ),
    remedy=text(
        "读取 POST /session 应答里的 language；设置 <html lang>；别的语言的片段（如切换语言的按钮）要有自己的 lang。",
        "Read language in the answer of POST /session; set <html lang>; give parts in another language, such as the "
        "language switch, a lang of their own.",
    ),
    mandatory_by_default=False,
    default_weight=5,
)
