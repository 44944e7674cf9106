"""Owns the way of a browser without scripts to the first page: launch, cookies, redirects; what the page asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from .client import Exchange
from .context import Context

if TYPE_CHECKING:
    from .departments.launch import Launch

_MOST_HOPS = 5
_TYPED = frozenset({"text", "tel", "number", "date", "email", "search", ""})


@dataclass
class Field:
    """One thing that a page asks for: kind of input, its label, what it already says."""

    kind: str
    name: str
    label: str = ""
    value: str = ""
    element: str = ""


@dataclass
class Visit:
    """One way in: the exchanges in order, the last one is the page."""

    launch: Launch
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The text of the last answer."""
        return self.exchanges[-1].answer.body.decode("utf-8", "replace") if self.exchanges else ""


def visit(context: Context, launch: Launch) -> Visit | None:
    """Follow a launch to its first page; None when the contract has no launch page."""
    operation = context.role("launch")
    if operation is None:
        return None
    found = Visit(launch)
    target = f"{operation.path}?token={launch.token}"
    cookies: dict[str, str] = {}
    for _ in range(_MOST_HOPS):
        headers = {"Accept": "text/html"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        exchange = context.app.send("GET", target, headers=headers)
        found.exchanges.append(exchange)
        for name, value in exchange.answer.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                cookies[key.strip()] = rest.partition(";")[0]
        target = exchange.answer.header("location")
        if exchange.answer.status // 100 != 3 or not target.startswith("/"):
            break
    return found


class _Reader(HTMLParser):
    """Collects the inputs of a page with the texts of their labels."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self._labels: dict[str, str] = {}
        self._label: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an input or the beginning of a label."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("input", "textarea"):
            kind = given.get("type", "").lower() if tag == "input" else ""
            made = Field(kind, given.get("name", ""), given.get("aria-label", ""), given.get("value", ""))
            made.element = given.get("id", "")
            self.fields.append(made)
        elif tag == "label":
            self._label = given.get("for", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a label."""
        if tag == "label":
            self._label = None

    def handle_data(self, data: str) -> None:
        """Collect the text of a label."""
        if self._label is not None:
            self._labels[self._label] = self._labels.get(self._label, "") + data.strip()

    def found(self) -> list[Field]:
        """Return the fields with their labels."""
        for each in self.fields:
            each.label = self._labels.get(each.element, "") or each.label or each.name
        return self.fields


def asked_for(page: str) -> list[Field]:
    """Return what a page asks people to type or attach; choices, ticks and hidden fields aside."""
    reader = _Reader()
    reader.feed(page[:1_000_000])
    return [each for each in reader.found() if each.kind in _TYPED or each.kind == "file"]
