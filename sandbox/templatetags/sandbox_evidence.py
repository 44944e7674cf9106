"""Shows evidence as plain text; what comes from an app is cleaned once more and escaped by the template."""

import json
from collections.abc import Mapping

from django import template
from django.utils.translation import gettext_lazy as _

from sandbox.cleaning import clean_text
from sandbox.messages import SIGNATURES

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
}


@register.filter
def as_json(value: object) -> str:
    """Return any data as readable JSON text."""
    if isinstance(value, str):
        return clean_text(value)
    return clean_text(json.dumps(value, ensure_ascii=False, indent=1))


@register.filter
def as_text(value: object) -> str:
    """Return a text as it is, a pair of languages in the reader's, anything else as JSON on one line."""
    return clean_text(value) if isinstance(value, str) else clean_text(json.dumps(value, ensure_ascii=False))


@register.filter
def in_words(code: object) -> object:
    """Return what a word of the probe's record means to people."""
    return WORDS.get(code, code) if isinstance(code, str) else ""


@register.filter
def sent(request: object) -> str:
    """Return a request as HTTP would write it."""
    if not isinstance(request, Mapping):
        return ""
    return _message(f"{request.get('method', '')} {request.get('target', '')}", request)


@register.filter
def received(response: object) -> str:
    """Return a response as HTTP would write it, or the word for why there is none."""
    if not isinstance(response, Mapping):
        return ""
    status, error = response.get("status"), response.get("error")
    return _message(" ".join(str(part) for part in (status, error) if part) or "—", response)


@register.filter
def picture(data: object) -> str:
    """Return the data: address of a screenshot, empty unless it is one that was checked on the way in."""
    if not isinstance(data, Mapping) or data.get("media") not in SIGNATURES.values():
        return ""
    return f"data:{data['media']};base64,{data.get('base64', '')}"


def _message(first: str, parts: Mapping[str, object]) -> str:
    headers = parts.get("headers")
    lines = [first]
    if isinstance(headers, Mapping):
        lines += [f"{name}: {value}" for name, value in headers.items()]
    body = parts.get("body")
    if body:
        lines += ["", _readable(body)]
    return clean_text("\n".join(lines))


def _readable(body: object) -> str:
    """Return JSON indented; a text that isn't (whole) JSON as it is."""
    if isinstance(body, str):
        if not body.startswith(("{", "[")):
            return body
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return str(body)
    return json.dumps(body, ensure_ascii=False, indent=1)
