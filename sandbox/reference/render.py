"""Owns turning values into HTML: everything is escaped unless it was made here."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
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


def facts(rows: Sequence[tuple[object, ...]]) -> Html:
    """Return a summary list of names and values, each with a link to change it where there is one."""
    lines = "".join(
        f"<div><dt>{escaped(name)}</dt>{''.join(f'<dd>{escaped(value)}</dd>' for value in values)}</div>"
        for name, *values in rows
    )
    return Html(f"<dl>{lines}</dl>")


def steps(label: str, spoken: str, names: list[str], *, now: int) -> Html:
    """Return how far the way is; `spoken` says it in one sentence."""
    items = ""
    for place, name in enumerate(names, 1):
        kind = "done" if place < now else "now" if place == now else "later"
        current = ' aria-current="step"' if place == now else ""
        items += f'<li class="{kind}"{current}>{escaped(name)}</li>'
    return Html(f'<p class="unseen">{escaped(spoken)}</p><ol class="steps" aria-label="{escaped(label)}">{items}</ol>')


def marks(rows: list[tuple[str, str, bool]]) -> Html:
    """Return what has happened and what is still to come, in order."""
    items = "".join(
        f'<li class="{"done" if done else "later"}"><strong>{escaped(what)}</strong><span>{escaped(when)}</span></li>'
        for what, when, done in rows
    )
    return Html(f'<ol class="marks">{items}</ol>')


def switch(*, action: str, to: str, back: str, label: str, lang: str = "") -> Html:
    """Return a button that shows the same page in another way."""
    spoken = f' lang="{lang}"' if lang else ""
    return Html(
        f'<form method="post" action="{action}"><input type="hidden" name="to" value="{to}">'
        f'<input type="hidden" name="back" value="{back}"><button class="switch" type="submit"{spoken}>'
        f"{escaped(label)}</button></form>"
    )


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
