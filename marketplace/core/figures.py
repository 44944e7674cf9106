"""Geometry of the charts drawn on the server: plain numbers in, numbers for SVG out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 640
LABEL_WIDTH = 190
VALUE_WIDTH = 110
ROW_HEIGHT = 34
BAR_HEIGHT = 20


@dataclass(frozen=True)
class Bar:
    """One bar: where it starts and how long it is, in units of the drawing, with its words."""

    label: str
    text: str
    tone: str
    x: float
    y: int
    width: float
    text_x: float

    @property
    def middle(self) -> int:
        """The baseline of the words beside the bar."""
        return self.y + BAR_HEIGHT - 5


@dataclass(frozen=True)
class Chart:
    """A finished drawing."""

    bars: tuple[Bar, ...]
    height: int
    axis_x: float
    width: int = WIDTH
    bar_height: int = BAR_HEIGHT


def bars(rows: Iterable[Mapping[str, object]]) -> Chart:
    """Return horizontal bars from zero, the longest filling the room."""
    given = list(rows)
    values = [_number(row["value"]) for row in given]
    largest = max((abs(value) for value in values), default=Decimal(0)) or Decimal(1)
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    made = []
    for index, (row, value) in enumerate(zip(given, values, strict=True)):
        width = float(abs(value) / largest * room)
        made.append(_bar(row, index=index, x=LABEL_WIDTH, width=width, tone=str(row.get("tone", ""))))
    return Chart(tuple(made), height=ROW_HEIGHT * len(given) + 4, axis_x=LABEL_WIDTH)


def stacked(rows: Iterable[Mapping[str, object]]) -> Chart:
    """Return a waterfall: each step starts where the one before it ended; a total starts at zero."""
    given = list(rows)
    spans, level = [], Decimal(0)
    for row in given:
        value = _number(row["value"])
        start, end = (Decimal(0), value) if row.get("total") else (level, level + value)
        spans.append((start, end))
        level = end
    low = min([Decimal(0), *(min(span) for span in spans)])
    high = max([Decimal(0), *(max(span) for span in spans)])
    scale = Decimal(WIDTH - LABEL_WIDTH - VALUE_WIDTH) / ((high - low) or Decimal(1))
    made = []
    for index, (row, (start, end)) in enumerate(zip(given, spans, strict=True)):
        tone = "" if row.get("total") else ("ok" if end >= start else "bad")
        x = float(LABEL_WIDTH + (min(start, end) - low) * scale)
        made.append(_bar(row, index=index, x=x, width=float(abs(end - start) * scale), tone=tone))
    return Chart(tuple(made), height=ROW_HEIGHT * len(given) + 4, axis_x=float(LABEL_WIDTH - low * scale))


def _bar(row: Mapping[str, object], *, index: int, x: float, width: float, tone: str) -> Bar:
    text = str(row.get("text", "") or f"{_number(row['value']):,}")
    width = max(width, 1.0)
    return Bar(
        label=str(row["label"]),
        text=text,
        tone=tone,
        x=round(x, 1),
        y=index * ROW_HEIGHT + 7,
        width=round(width, 1),
        text_x=round(x + width + 8, 1),
    )


def _number(value: object) -> Decimal:
    return Decimal(str(getattr(value, "amount", value)))
