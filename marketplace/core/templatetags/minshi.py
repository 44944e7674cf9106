"""Template filters that every page may use without loading them."""

from django import template

from marketplace.core import bilingual

register = template.Library()


@register.filter
def localized(thing: object, field: str) -> str:
    """Return `thing.field_<language>`."""
    return bilingual.localized(thing, field)


@register.filter
def pick(texts: dict[str, str]) -> str:
    """Return the text of the active language from {"zh", "en"}."""
    return bilingual.pick(texts)
