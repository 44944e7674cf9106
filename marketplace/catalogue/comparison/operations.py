"""Compares the operations of two documents: which there are, who may call them, parameters, bodies, answers (pure)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalogue.comparison import alternatives, security
from marketplace.catalogue.comparison.rules import Change
from marketplace.catalogue.comparison.schemas import Located, follow
from marketplace.catalogue.comparison.values import Pair, compare_schemas
from marketplace.catalogue.openapi import METHODS, Placed, placed_operations

Key = tuple[str, str]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the changes from one checked document to the next, breaking ones first."""
    pair = Pair(before, after)
    old, new = _by_address(before), _by_address(after)
    found = [
        Change("operation-removed", each.place, each.name, each.name) for key, each in old.items() if key not in new
    ]
    found += [
        Change("operation-added", each.place, each.name, each.name) for key, each in new.items() if key not in old
    ]
    for key, each in new.items():
        if key in old:
            found += _operation(pair.on(where=each.name), old[key], each)
    found += _news(pair.on(where="webhooks"), Located("/webhooks", before.get("webhooks") or {}), after)
    return sorted(set(found), key=lambda change: change.order)


def _by_address(document: Mapping[str, Any]) -> dict[Key, Placed]:
    """Return the operations by what a caller sees: the path without the names of its parameters, and the method."""
    return {(re.sub(r"\{[^{}]*\}", "{}", each.path), each.method): each for each in placed_operations(document)}


def _operation(pair: Pair, old: Placed, new: Placed) -> Iterator[Change]:
    yield from security.compare_security(pair, old, new)
    was, now = old.operation, new.operation
    if now.get("deprecated") is True and was.get("deprecated") is not True:
        yield pair.change("operation-deprecated", new.place, name=new.name)
    names = {"was": str(was.get("operationId", "—")), "now": str(now.get("operationId", "—"))}
    if "operationId" in was and names["was"] != names["now"]:
        yield pair.change("operation-renamed", new.place, name=new.name, **names)
    yield from _personal_data(pair, new.place, was, now)
    yield from _parameters(pair.on(sends=True), old, new)
    yield from _body(pair.on(sends=True), Located(old.place, was), Located(new.place, now))
    yield from _answers(pair, Located(old.place, was), Located(new.place, now))
    yield from _callbacks(pair, Located(old.place, was), Located(new.place, now))


def _personal_data(pair: Pair, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    was, now = (
        {each for each in operation.get("x-minshi-scopes") or [] if isinstance(each, str)} for operation in (old, new)
    )
    for scope in sorted(now - was):
        yield pair.change("personal-data-added", place, name=scope)
    for scope in sorted(was - now):
        yield pair.change("personal-data-removed", place, name=scope)


# ---------------------------------------------------------------------- what is sent


def _listed(document: Mapping[str, Any], operation: Placed) -> dict[Key, Located]:
    found: dict[Key, Located] = {}
    for place, parameters in (
        (operation.shared_place, operation.shared),
        (f"{operation.place}/parameters", operation.operation.get("parameters") or []),
    ):
        for number, parameter in enumerate(parameters):
            there = follow(document, Located(f"{place}/{number}", parameter))
            found[there.value.get("name"), there.value.get("in")] = there
    return found


def _parameters(pair: Pair, old: Placed, new: Placed) -> Iterator[Change]:
    was, now = _listed(pair.before, old), _listed(pair.after, new)
    for one, other in zip(old.path_names, new.path_names, strict=True):
        if one != other and (one, "path") in was and (other, "path") in now:
            yield pair.change("path-parameter-renamed", now[other, "path"].place, name=other, was=one, now=other)
            was[other, "path"] = was.pop((one, "path"))
    gone = {key: was[key] for key in was if key not in now}
    fresh = {key: now[key] for key in now if key not in was}
    for key, parameter in list(gone.items()):
        yield _gone_parameter(pair, key, parameter, gone, fresh)
    for key, parameter in fresh.items():
        required = parameter.value.get("required") is True
        yield pair.change(
            "parameter-required-added" if required else "parameter-added", parameter.place, name=str(key[0])
        )
    for key in now:
        if key in was:
            yield from _parameter(pair.on(name=str(key[0])), was[key], now[key])


def _gone_parameter(
    pair: Pair, key: Key, parameter: Located, gone: dict[Key, Located], fresh: dict[Key, Located]
) -> Change:
    """Return what became of a parameter: moved, renamed or removed; takes what it became out of `fresh`."""
    moved = next((each for each in fresh if each[0] == key[0]), None)
    if moved is not None:
        place = fresh.pop(moved).place
        return pair.change("parameter-moved", place, name=str(key[0]), was=str(key[1]), now=str(moved[1]))
    alike = [each for each in fresh if each[1] == key[1] and _alike(pair, parameter, fresh[each])]
    if len(alike) == 1 and sum(each[1] == key[1] for each in gone) == 1:
        place = fresh.pop(alike[0]).place
        return pair.change("parameter-renamed", place, name=str(key[0]), was=str(key[0]), now=str(alike[0][0]))
    return pair.change("parameter-removed", parameter.place, name=str(key[0]))


def _alike(pair: Pair, old: Located, new: Located) -> bool:
    return alternatives.same(pair.before, pair.after, old.inner("schema"), new.inner("schema"))


def _parameter(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = old.value.get("required") is True, new.value.get("required") is True
    if was != now:
        yield pair.change("parameter-required" if now else "parameter-optional", new.place)
    if _style(old.value) != _style(new.value):
        yield pair.change("parameter-style-changed", new.place, was=_style(old.value), now=_style(new.value))
    if new.value.get("deprecated") is True and old.value.get("deprecated") is not True:
        yield pair.change("request-field-deprecated", new.place)
    yield from compare_schemas(pair, _schema_of(old), _schema_of(new))


def _style(parameter: Mapping[str, Any]) -> str:
    """Return how the value is written: style and whether it is spread out, or its media type."""
    if isinstance(parameter.get("content"), dict):
        return ", ".join(sorted(parameter["content"]))
    usual = {"query": "form", "cookie": "form"}.get(str(parameter.get("in")), "simple")
    style = parameter.get("style", usual)
    schema = parameter.get("schema")
    kinds = schema.get("type") if isinstance(schema, dict) else None
    spread = (
        parameter.get("explode", style == "form") if kinds in ("array", "object") or "explode" in parameter else None
    )
    return f"{style} explode={str(spread).lower()}" if spread is not None else str(style)


def _schema_of(part: Located) -> Located:
    """Return the schema of a parameter or header, which may stand in `content`."""
    content = part.value.get("content")
    if isinstance(content, dict) and content:
        return part.inner("content", next(iter(content)), "schema")
    return part.inner("schema")


def _body(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = old.value.get("requestBody"), new.value.get("requestBody")
    place = f"{new.place}/requestBody"
    if was is None and now is None:
        return
    if now is None:
        yield pair.change("body-removed", f"{old.place}/requestBody")
        return
    after = follow(pair.after, Located(place, now))
    required = after.value.get("required") is True
    if was is None:
        yield pair.change("body-required" if required else "body-added", after.place)
        return
    before = follow(pair.before, Located(f"{old.place}/requestBody", was))
    if required != (before.value.get("required") is True):
        yield pair.change("body-required" if required else "body-optional", after.place)
    yield from _content(pair, before, after)


def _content(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = ({_media(each): each for each in part.value.get("content") or {}} for part in (old, new))
    for media in was.keys() - now.keys():
        yield pair.change(pair.rule("media-removed"), old.inner("content", was[media]).place, name=media)
    for media in now.keys() - was.keys():
        yield pair.change(pair.rule("media-added"), new.inner("content", now[media]).place, name=media)
    for media in now:
        if media in was:
            before, after = old.inner("content", was[media], "schema"), new.inner("content", now[media], "schema")
            yield from compare_schemas(pair, before, after)


def _media(name: str) -> str:
    return name.partition(";")[0].strip().lower()


# ---------------------------------------------------------------------- what is answered


def _answers(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = old.inner("responses"), new.inner("responses")
    for status in was.value:
        cover = _covering(now.value, str(status))
        if cover is None:
            rule = "error-answer-removed" if str(status)[:1] in "45" else "answer-removed"
            yield pair.change(rule, was.inner(status).place, name=str(status))
            continue
        before, after = follow(pair.before, was.inner(status)), follow(pair.after, now.inner(cover))
        yield from _content(pair.on(name=str(status)), before, after)
        yield from _headers(pair, before, after)
    for status in now.value:
        if _covering(was.value, str(status)) is None:
            rule = "success-answer-added" if str(status)[:1] in "123" else "answer-added"
            yield pair.change(rule, now.inner(status).place, name=str(status))


def _covering(responses: Mapping[str, Any], status: str) -> str | None:
    """Return the key under which a status is described: exact, its class (4XX), or default."""
    return next((key for key in (status, f"{status[:1]}XX", "default") if key in responses), None)


def _headers(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = (
        {str(each).lower(): part.inner("headers", each) for each in part.value.get("headers") or {}}
        for part in (old, new)
    )
    for name in was.keys() - now.keys():
        yield pair.change("response-header-removed", was[name].place, name=name)
    for name, header in now.items():
        if name not in was:
            yield pair.change("response-header-added", header.place, name=name)
            continue
        before, after = follow(pair.before, was[name]), follow(pair.after, header)
        if before.value.get("required") is True and after.value.get("required") is not True:
            yield pair.change("response-header-optional", after.place, name=name)
        yield from compare_schemas(pair.on(name=name), _schema_of(before), _schema_of(after))


# ---------------------------------------------------------------------- what the department sends by itself


def _callbacks(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    was, now = old.inner("callbacks"), new.inner("callbacks")
    for name in was.value:
        if name not in now.value:
            yield pair.change("news-removed", was.inner(name).place, name=str(name))
            continue
        before, after = follow(pair.before, was.inner(name)), follow(pair.after, now.inner(name))
        yield from _sent(pair, before, after)
    for name in now.value:
        if name not in was.value:
            yield pair.change("news-added", now.inner(name).place, name=str(name))


def _news(pair: Pair, old: Located, after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _sent(pair, old, Located("/webhooks", after.get("webhooks") or {}))


def _sent(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    """Compare what the department calls: the app reads those bodies, so they are on the response side."""
    was = dict(_calls(pair.before, old))
    now = dict(_calls(pair.after, new))
    for key in was.keys() - now.keys():
        yield pair.change("news-removed", was[key].place, name=" ".join(key))
    for key, call in now.items():
        if key not in was:
            yield pair.change("news-added", call.place, name=" ".join(key))
            continue
        before = follow(pair.before, was[key].inner("requestBody"))
        yield from _content(pair, before, follow(pair.after, call.inner("requestBody")))


def _calls(document: Mapping[str, Any], part: Located) -> Iterator[tuple[Key, Located]]:
    for name, value in part.value.items():
        if str(name).startswith("x-") or not isinstance(value, dict):
            continue
        item = follow(document, part.inner(name))
        for method in METHODS:
            if isinstance(item.value.get(method), dict):
                yield (method.upper(), str(name)), item.inner(method)
