"""Shows evidence as plain text; what comes from an app is cleaned once more and escaped by the template."""

import json
from collections.abc import Mapping

from django import template

from sandbox.cleaning import clean_text
from sandbox.messages import SIGNATURES

register = template.Library()


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
        lines += ["", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=1)]
    return clean_text("\n".join(lines))
