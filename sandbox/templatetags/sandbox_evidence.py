"""Shows evidence as plain text; what comes from an app is cleaned once more and escaped by the template."""

import json
from collections.abc import Mapping

from django import template
from django.utils.translation import gettext_lazy as _

from sandbox.reports.cleaning import clean_text
from sandbox.reports.messages import media_of
from sandbox.reports.renderings import http_text

register = template.Library()

WORDS = {
    "accepted": _("taken"),
    "repeated": _("known already, the same receipt again"),
    "fault": _("the fault that was switched on"),
    "answered": _("answered"),
    "refused": _("refused by its rules"),
    "invalid": _("not as the interface says"),
    "unauthorised": _("without a valid session"),
    "dropped": _("the caller hung up"),
    "browser": _("came from the browser, refused"),
    "slow_before": _("slow; nothing was taken"),
    "slow_after": _("slow; it was taken"),
    "error_before": _("error 500; nothing was taken"),
    "error_after": _("error 500; it was taken"),
    "reset": _("the connection was cut; nothing was taken"),
    "reset_after": _("the connection was cut; it was taken"),
    "malformed": _("broken JSON; it was taken"),
    "misshapen": _("JSON of another shape; it was taken"),
    "wrong_type": _("a web page instead of JSON; it was taken"),
    "truncated": _("cut short; it was taken"),
    "stale": _("an old answer"),
    "lying": _("an answer about somebody else"),
}


register.filter("as_json", http_text.as_json)
register.filter("sent", http_text.sent)
register.filter("received", http_text.received)


@register.filter
def as_text(value: object) -> str:
    """Return a text as it is, a pair of languages in the reader's, anything else as JSON on one line."""
    return clean_text(value) if isinstance(value, str) else clean_text(json.dumps(value, ensure_ascii=False))


@register.filter
def in_words(code: object) -> object:
    """Return what a word of the probe's record means to people."""
    return WORDS.get(code, code) if isinstance(code, str) else ""


@register.filter
def picture(data: object) -> str:
    """Return the data: address of a screenshot, empty unless its bytes are a small PNG or JPEG as they say."""
    if not isinstance(data, Mapping) or not isinstance(data.get("base64"), str):
        return ""
    media = media_of(data["base64"])
    return f"data:{media};base64,{data['base64']}" if media and media == data.get("media") else ""


@register.filter
def measured(value: object) -> str:
    """Return a measurement as people write it: whole numbers without a fraction, a dash for none."""
    if not isinstance(value, int | float):
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


@register.filter
def change(share: object) -> str:
    """Return a change as a signed percentage, nothing where there is none to tell."""
    return f"{share * 100:+.0f}%" if isinstance(share, int | float) else ""
