"""How the store draws levels, stars, tags and masked names."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.store import tags
from marketplace.store.models import LEVELS
from marketplace.store.services.holds import REASONS

register = template.Library()
WORDS = dict(LEVELS)
HALF, ALMOST = Decimal("0.25"), Decimal("0.75")


@register.inclusion_tag("store/stars.html")
def stars(mean: Decimal) -> dict[str, object]:
    """Draw five stars for a mean of levels; the figure is beside them, so they are hidden from screen readers."""
    kinds = []
    for place in range(5):
        part = Decimal(mean) - place
        kinds.append("full" if part >= ALMOST else "half" if part >= HALF else "empty")
    return {"kinds": kinds}


@register.inclusion_tag("store/face_icon.html")
def face_icon(level: object) -> dict[str, object]:
    """Draw the face of a level; its words are beside it."""
    mouths = {5: "M8 15c2.4 4 5.600 4 8 0", 4: "M8.500 15.500c2 2.300 5 2.300 7 0", 3: "M8.500 16h7"}
    mouths |= {2: "M8.500 17c2-2.300 5-2.300 7 0", 1: "M8 17.500c2.400-4 5.600-4 8 0"}
    return {"mouth": mouths.get(int(str(level)), mouths[3])}


@register.filter
def level_word(level: int) -> object:
    """Return the words of a level."""
    return WORDS.get(level, "")


@register.filter
def tag_words(codes: list[str]) -> list[object]:
    """Return the words of a review's tags."""
    return tags.titles(codes)


@register.filter
def hold_words(reason: str) -> object:
    """Return why something is held, in words."""
    return REASONS.get(reason, reason)


@register.filter
def masked_name(user: User) -> str:
    """Return a name as the public sees it: 王**, or “a citizen” where there is none."""
    name = (user.name or "").strip()
    return f"{name[0]}**" if name else _("A citizen")
