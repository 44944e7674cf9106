"""Owns what a clear message is: a declared status, a sentence in the citizen's language, nothing of the inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .client import Exchange, shown
from .context import Context
from .model import Text, text

_INSIDES = re.compile(
    r"Traceback \(most recent|File \"[^\"]+\", line \d+|\bat [\w.$<>]+\([\w.]+:\d+\)|goroutine \d+ \[|panic:"
    r"|\b(?:[a-z]+\.){2,}\w*(?:Exception|Error)\b|\b\w+(?:Exception|Error)\b[:(]|ECONNRE\w+|ETIMEDOUT|errno \d+"
    r"|127\.0\.0\.1|localhost|:9000\b|GATEWAY_URL|/session\b|SELECT .+ FROM |0x[0-9a-f]{6,}",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{3,}")
_ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z'’]+){2,}")


def unclear(context: Context, exchange: Exchange, *, language: str = "zh-hans") -> Text | None:
    """Return what is unclear about an answer that is not a success, or None.

    The status is one that the contract declares; some text of the answer is a sentence in the citizen's language;
    nothing in it is a stack trace, an address or the name of something inside.
    """
    answer = exchange.answer
    said = list(_texts(answer.json())) if answer.is_json else [shown(answer.body, 65_536)]
    found = insides(said)
    if found:
        return text(f"答复里有程序内部的内容“{found}”", f"the answer shows the app's insides: “{found}”")
    if 200 <= answer.status < 400:
        return None
    operation, _, _ = context.contract.match(exchange.method, exchange.target)
    if operation is None or context.contract.declared_response(operation, answer.status) is None:
        return text(
            f"申请人得到契约没有声明的 {answer.status}",
            f"the applicant got {answer.status}, which the contract does not declare",
        )
    sentence = _ENGLISH if language == "en" else _CHINESE
    if not any(sentence.search(each) for each in said):
        return text(
            f"申请人得到 {answer.status}，没有用申请人的语言说清发生了什么",
            f"the applicant got {answer.status} without a sentence in their language on what happened",
        )
    return None


def insides(said: list[str]) -> str:
    """Return a piece of the app's insides that some texts show, or nothing."""
    for each in said:
        found = _INSIDES.search(each[:65_536])
        if found:
            return found[0][:60]
    return ""


def says(exchange: Exchange, sentence: str) -> bool:
    """Return whether an answer holds a sentence, in any of its texts."""
    answer = exchange.answer
    said = list(_texts(answer.json())) if answer.is_json else [shown(answer.body, 65_536)]
    return any(sentence in each for each in said)


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield every text in a JSON value, not deeper than an answer for people is."""
    if isinstance(value, str):
        yield value[:65_536]
    elif isinstance(value, dict | list) and depth < 8:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, depth + 1)
