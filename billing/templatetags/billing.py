"""Filters for amounts that are kept in cents."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from djmoney.money import Money

from billing import explanation
from marketplace.core import bilingual

register = template.Library()


@register.filter
def yuan(cents: int | None) -> Money | None:
    """Return cents as Money, for the `money` filter; None stays None."""
    return None if cents is None else Money(Decimal(cents) / 100, "CNY")


@register.filter
def named_in(code: str, things: Mapping[str, object]) -> str:
    """Return the localized name of the thing with this code, the code itself where there is none."""
    return bilingual.localized(things[code], "name") if code in things else code


@register.filter
def waterfall_rows(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of `figure_waterfall` for a line's values."""
    return explanation.waterfall_rows(values)
