"""Cuts Chinese into overlapping pairs and single characters, for a search index without a dictionary (pure).

"居住证" becomes 居住 住证 居 住 证; words of other scripts stay whole, in lower case.
"""

import re
import unicodedata
from collections.abc import Iterator

CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
RUN = re.compile(f"([{CHINESE}]+)|([^\\W_{CHINESE}]+)")


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for found in RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield found.group(1) or "", found.group(2) or ""


def indexed(text: str) -> str:
    """Return the terms of a text for the index: pairs and single characters, separated by spaces."""
    terms: list[str] = []
    for chinese, other in _runs(text):
        terms += [chinese[n : n + 2] for n in range(len(chinese) - 1)] + list(chinese) + ([other] if other else [])
    return " ".join(terms)


def asked(query: str) -> list[str]:
    """Return the terms of a query: pairs, or the single character where there is no pair; each once."""
    terms: list[str] = []
    for chinese, other in _runs(query):
        pairs = [chinese[n : n + 2] for n in range(len(chinese) - 1)]
        terms += pairs or ([chinese] if chinese else [])
        terms += [other] if other else []
    return list(dict.fromkeys(terms))
