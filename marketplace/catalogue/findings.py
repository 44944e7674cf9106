"""What is wrong in a document, and where: the value that readers and rules hand back (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Finding:
    """One error: `rule` names the sentence, `place` is a JSON pointer (RFC 6901), `line` counts from 1."""

    rule: str
    place: str = ""
    line: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)


class UnreadableDocument(Exception):
    """The bytes aren't a document that can be taken; `finding` says why."""

    def __init__(self, finding: Finding):
        super().__init__(finding.rule)
        self.finding = finding


def pointer(parts: Iterable[object]) -> str:
    """Return the JSON pointer of a path of keys and positions."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def with_lines(findings: Iterable[Finding], lines: Mapping[str, int]) -> list[Finding]:
    """Return the findings with the line of their place, or of the nearest place around it."""
    return [replace(each, line=each.line or _nearest(each.place, lines)) for each in findings]


def _nearest(place: str, lines: Mapping[str, int]) -> int | None:
    while place and place not in lines:
        place = place.rpartition("/")[0]
    return lines.get(place)
