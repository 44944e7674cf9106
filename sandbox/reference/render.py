"""Owns turning values into HTML: everything is escaped unless it was made here."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

_PLACE = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_HERE = Path(__file__).parent
_TEMPLATES = {path.stem: path.read_text(encoding="utf-8") for path in (_HERE / "templates").glob("*.html")}


class Html(str):
    """Text that is already HTML."""

    __slots__ = ()


def escaped(value: object) -> str:
    """Return a value as HTML text."""
    return value if isinstance(value, Html) else html.escape(str(value))


def fill(template: str, values: Mapping[str, object]) -> Html:
    """Return a template's HTML. KeyError for a place without a value."""
    return Html(_PLACE.sub(lambda place: escaped(values[place[1]]), _TEMPLATES[template]))


def static(name: str, accent: str) -> bytes:
    """Return one of our own files in the app's colour."""
    return (_HERE / "static" / name).read_text(encoding="utf-8").replace("{{ accent }}", accent).encode()


def facts(rows: list[tuple[str, object]]) -> Html:
    """Return a summary list."""
    lines = "".join(f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in rows)
    return Html(f"<dl>{lines}</dl>")


def radios(*, name: str, legend: str, hint: str, choices: list[tuple[str, str]], chosen: str, error: str) -> Html:
    """Return one question with a choice."""
    described = " ".join(([f"{name}-hint"] if hint else []) + ([f"{name}-error"] if error else []))
    parts = [f'<fieldset class="{"wrong" if error else "right"}"']
    parts.append(f' aria-describedby="{described}">' if described else ">")
    parts.append(f"<legend>{escaped(legend)}</legend>")
    parts.append(f'<p class="hint" id="{name}-hint">{escaped(hint)}</p>' if hint else "")
    parts.append(f'<p class="error" id="{name}-error">{escaped(error)}</p>' if error else "")
    for place, (value, label) in enumerate(choices):
        element = name if place == 0 else f"{name}-{place + 1}"
        checked = " checked" if value == chosen else ""
        parts.append(
            f'<div class="choice"><input type="radio" id="{element}" name="{name}" value="{escaped(value)}" '
            f"required{checked}>"
            f'<label for="{element}">{escaped(label)}</label></div>'
        )
    return Html("".join(parts) + "</fieldset>")


def telephone(*, name: str, label: str, hint: str, value: str, error: str) -> Html:
    """Return the question for a mobile phone."""
    described = f"{name}-hint" + (f" {name}-error" if error else "")
    invalid = ' aria-invalid="true"' if error else ""
    message = f'<p class="error" id="{name}-error">{escaped(error)}</p>' if error else ""
    return Html(
        f'<div class="field{" wrong" if error else ""}"><label class="label" for="{name}">{escaped(label)}</label>'
        f'<p class="hint" id="{name}-hint">{escaped(hint)}</p>{message}'
        f'<input type="tel" inputmode="numeric" autocomplete="tel-national" id="{name}" name="{name}" '
        f'maxlength="11" required '
        f'value="{escaped(value)}" aria-describedby="{described}"{invalid}></div>'
    )


def tick(*, name: str, label: str, error: str) -> Html:
    """Return one box to tick."""
    message = f'<p class="error" id="{name}-error">{escaped(error)}</p>' if error else ""
    described = f' aria-describedby="{name}-error"' if error else ""
    return Html(
        f'<div class="field{" wrong" if error else ""}">{message}<div class="choice">'
        f'<input type="checkbox" id="{name}" name="{name}" value="yes" required{described}>'
        f'<label for="{name}">{escaped(label)}</label></div></div>'
    )


def error_list(title: str, errors: dict[str, str]) -> Html:
    """Return the box at the top of a page that links to each field in error, or nothing."""
    if not errors:
        return Html("")
    items = "".join(f'<li><a href="#{name}">{escaped(sentence)}</a></li>' for name, sentence in errors.items())
    return Html(f'<div class="errors" role="alert"><h2>{escaped(title)}</h2><ul>{items}</ul></div>')
