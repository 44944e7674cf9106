"""Geometry of the charts drawn on the server: plain numbers in, shares of the width out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

WIDTH = Decimal(100)


@dataclass(frozen=True)
class Bar:
    """One bar: where it starts and how long it is, in hundredths of the width, with its words."""

    label: str
    text: str
    tone: str
    start: str
    length: str


@dataclass(frozen=True)
class Chart:
    """A finished drawing: the bars and where zero lies."""

    bars: tuple[Bar, ...]
    zero: str


def bars(rows: Iterable[Mapping[str, object]]) -> Chart:
    """Return horizontal bars from zero, the longest filling the room."""
    return _chart([(row, Decimal(0), _number(row["value"]), str(row.get("tone", ""))) for row in rows])


def waterfall(rows: Iterable[Mapping[str, object]]) -> Chart:
    """Return a waterfall: each step starts where the one before it ended; a total starts at zero."""
    spans, level = [], Decimal(0)
    for row in rows:
        value = _number(row["value"])
        start, end = (Decimal(0), value) if row.get("total") else (level, level + value)
        tone = "" if row.get("total") else ("ok" if value >= 0 else "bad")
        spans.append((row, start, end, tone))
        level = end
    return _chart(spans)


def _chart(spans: list[tuple[Mapping[str, object], Decimal, Decimal, str]]) -> Chart:
    low = min([Decimal(0), *(min(start, end) for _row, start, end, _tone in spans)])
    high = max([Decimal(0), *(max(start, end) for _row, start, end, _tone in spans)])
    scale = WIDTH / ((high - low) or Decimal(1))
    made = tuple(
        Bar(
            label=str(row["label"]),
            text=str(row.get("text", "") or f"{_number(row['value']):,}"),
            tone=tone,
            start=_place((min(start, end) - low) * scale),
            length=_place(abs(end - start) * scale),
        )
        for row, start, end, tone in spans
    )
    return Chart(made, zero=_place(-low * scale))


def _place(value: Decimal) -> str:
    return f"{value:.2f}"


def _number(value: object) -> Decimal:
    return Decimal(str(getattr(value, "amount", value)))
