"""What citizens may tick beside a level; versioned, because the words of old reviews must keep their meaning."""

from django.utils.translation import gettext_lazy as _

VERSION = 1

GOOD = {
    "fast": _("quick"),
    "clear": _("the guide was right and clear"),
    "convenient": _("little to bring, no extra trip"),
    "easy": _("easy to use"),
    "friendly": _("friendly help"),
}
BAD = {
    "slow": _("took too long"),
    "guide_wrong": _("the guide was wrong or unclear"),
    "extra_material": _("asked for more than the guide says"),
    "hard": _("hard to use"),
    "faulty": _("errors or crashes"),
    "unhelpful": _("nobody helped"),
}
TAGS = GOOD | BAD


def titles(codes: list[str]) -> list[object]:
    """Return the words for stored codes; a code that no version knows is left out."""
    return [TAGS[code] for code in codes if code in TAGS]
