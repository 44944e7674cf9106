"""Content kept in Chinese and English side by side (`name_zh`, `name_en`)."""

from django.utils.translation import get_language


def localized(thing: object, field: str) -> str:
    """Return the field in the active language, falling back to Chinese when the other is empty."""
    language = (get_language() or "zh-hans").split("-")[0]
    return getattr(thing, f"{field}_{language}", "") or getattr(thing, f"{field}_zh", "")


def pick(texts: dict[str, str]) -> str:
    """Return one of {"zh": ..., "en": ...} by the active language."""
    language = (get_language() or "zh-hans").split("-")[0]
    return texts.get(language) or texts.get("zh", "")
