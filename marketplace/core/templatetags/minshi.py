"""Template filters and tags that every page may use without loading them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import bilingual
from marketplace.core.figures import bars, waterfall
from marketplace.core.tones import tone_of

register = template.Library()


@register.filter
def localized(thing: object, field: str) -> str:
    """Return `thing.field_<language>`."""
    return bilingual.localized(thing, field)


@register.filter
def pick(texts: dict[str, str]) -> str:
    """Return the text of the active language from {"zh", "en"}."""
    return bilingual.pick(texts)


@register.filter
def money(value: object) -> str:
    """Return an amount of yuan as ¥1,234.56; takes a Money, a Decimal or an int; a dash for nothing."""
    amount = getattr(value, "amount", value)
    if amount is None or amount == "":
        return "—"
    exact = Decimal(str(amount))
    sign = "−" if exact < 0 else ""
    return f"{sign}¥{abs(exact):,.2f}"


@register.filter
def cents(value: int | None) -> str:
    """Return an amount kept in whole cents like `money`."""
    return "—" if value is None else money(Decimal(value) / 100)


@register.filter
def fraction(value: object, places: int = 4) -> str:
    """Return an exact fraction kept as text (1983/432) as a decimal with so many places."""
    if value is None or value == "":
        return "—"
    exact = Fraction(str(value))
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):,.{places}f}"


@register.filter
def number(value: object, places: int | None = None) -> str:
    """Return a number with grouped thousands, optionally with a fixed number of decimal places."""
    if value is None or value == "":
        return "—"
    exact = Decimal(str(value))
    return f"{exact:,.{places}f}" if places is not None else f"{exact:,}"


@register.filter
def percent(value: object, places: int = 1) -> str:
    """Return a share (0 to 1) as a percentage."""
    if value is None or value == "":
        return "—"
    return f"{Decimal(str(value)) * 100:.{places}f}%"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a date in the active language: 2026年8月3日, 3 August 2026."""
    if not value:
        return "—"
    return formats.date_format(_local(value), _("j F Y"), use_l10n=False)


@register.filter
def moment(value: datetime | None) -> str:
    """Return a date with hour and minute in the platform's zone."""
    if not value:
        return "—"
    return formats.date_format(_local(value), _("j F Y, H:i"), use_l10n=False)


@register.filter
def when(value: date | datetime | None) -> str | SafeString:
    """Return a <time> element: with hour and minute for a moment, without for a date."""
    if not value:
        return "—"
    text = moment(value) if isinstance(value, datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', _local(value).isoformat(), text)


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Return a length of time in its two largest units; takes a timedelta or seconds."""
    if value is None or value == "":
        return "—"
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else float(value))
    units = (
        (86400, lambda n: ngettext("%(n)s day", "%(n)s days", n) % {"n": n}),
        (3600, lambda n: ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}),
        (60, lambda n: _("%(n)s min") % {"n": n}),
        (1, lambda n: _("%(n)s s") % {"n": n}),
    )
    parts = []
    for size, label in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(label(count))
    return " ".join(parts[:2]) or units[-1][1](0)


@register.filter
def masked(text: str, visible: int = 4) -> str:
    """Return the text with all but its last characters replaced by dots."""
    return "•" * max(0, len(text) - visible) + text[-visible:]


@register.filter
def tag(label: object, tone: str = "idle") -> SafeString:
    """Return a tag with a word and a sign; tones: ok, warn, bad, busy, idle, seal."""
    return format_html('<span class="tag tag--{}">{}</span>', tone, label)


@register.filter
def state_tag(thing: object) -> SafeString:
    """Return the tag of a row's state, its tone taken from the one table in core/tones.py."""
    label = thing.get_state_display()  # type: ignore[attr-defined]
    model = thing._meta.model_name  # type: ignore[attr-defined]
    return tag(label, tone_of(str(thing.state), model))  # type: ignore[attr-defined]


@register.inclusion_tag("components/bars.html")
def figure_bars(rows: Iterable[Mapping[str, object]], caption: str, unit: str = "") -> dict[str, object]:
    """Draw horizontal bars in a table that carries the same figures as words.

    Each row has `label`, `value` (a number) and optionally `text` (how the value is written) and `tone` (ok, bad).
    """
    return {"chart": bars(rows), "caption": caption, "unit": unit}


@register.inclusion_tag("components/bars.html")
def figure_waterfall(rows: Iterable[Mapping[str, object]], caption: str) -> dict[str, object]:
    """Draw how an amount comes about: rows of `label`, `value` (signed step) and `total` (True for a sum so far)."""
    return {"chart": waterfall(rows), "caption": caption}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Mapping[str, object], page: Page) -> dict[str, object]:
    """Link to the previous and next page, keeping the other parameters of the address."""
    request = context.get("request")
    kept = request.GET.copy() if isinstance(request, HttpRequest) else None
    if kept is not None:
        kept.pop("page", None)
    return {"page": page, "kept": f"{kept.urlencode()}&" if kept else ""}
