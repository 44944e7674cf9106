"""Reads JSON and YAML that strangers uploaded into plain values, within limits (pure).

YAML is read with JSON's types only: no tags, no anchors or aliases (so nothing can be multiplied), no dates, no
merge keys; keys are texts. Limits are checked on the stream of parse events, before any value is built.
"""

import json
import re
from typing import Any, NoReturn

import yaml

from marketplace.catalogue.findings import Finding, UnreadableDocument, pointer

MAX_BYTES = 3 * 1024 * 1024
MAX_DEPTH = 60
MAX_NODES = 100_000  # twelve hundred operations have two thirds of it, checked in about a second


def read(content: bytes) -> Any:
    """Return the value of a JSON or YAML document; raises UnreadableDocument.

    Text that opens with `{` or `[` is JSON, anything else YAML.
    """
    if len(content) > MAX_BYTES:
        _refuse("too-large", limit=MAX_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("not-utf8")
    if not text.strip():
        _refuse("empty")
    if "\x00" in text:
        _refuse("not-text")
    value = _read_json(text) if text.lstrip()[:1] in "{[" else _read_yaml(text)
    measure(value)
    return value


def measure(value: Any) -> None:
    """Raise UnreadableDocument when the value is nested too deep or has too many parts."""
    nodes, level = 0, [value]
    for depth in range(MAX_DEPTH + 2):
        nodes += len(level)
        if nodes > MAX_NODES:
            _refuse("too-many", limit=MAX_NODES)
        if any(not _is_text(text) for each in level for text in _texts(each)):
            _refuse("not-text")
        level = [child for each in level for child in _children(each)]
        if not level:
            return
        if depth > MAX_DEPTH:
            break
    _refuse("too-deep", limit=MAX_DEPTH)


def lines_of(content: bytes) -> dict[str, int]:
    """Return JSON pointer -> line (from 1) for a document that `read` has taken."""
    text = content.decode("utf-8-sig").replace("\t", " ")
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return {}
    if root is None:
        return {}
    found: dict[str, int] = {}
    waiting: list[tuple[tuple[object, ...], yaml.Node, int]] = [((), root, 1)]
    while waiting:
        path, node, line = waiting.pop()
        found[pointer(path)] = line
        if isinstance(node, yaml.MappingNode):
            waiting += [((*path, key.value), value, key.start_mark.line + 1) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*path, n), value, value.start_mark.line + 1) for n, value in enumerate(node.value)]
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [value] if isinstance(value, str) else []


def _is_text(text: str) -> bool:
    """Return whether the database can keep it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _refuse(rule: str, *, line: int | None = None, place: str = "", **params: object) -> NoReturn:
    raise UnreadableDocument(Finding(rule, place, line, params))


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        _refuse("json-syntax", line=error.lineno, column=error.colno, detail=error.msg)
    except RecursionError:
        _refuse("too-deep", limit=MAX_DEPTH)
    except ValueError:
        _refuse("number-too-long")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                _refuse("duplicate-key", name=name[:80])
            seen.add(name)
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        _refuse("not-a-number", name=digits[:20])
    return value


def _no_constant(name: str) -> NoReturn:
    _refuse("not-a-number", name=name)


class _JsonTypes(yaml.CSafeLoader):
    """A safe loader that knows no dates and no yes/no, and takes every key as text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_JsonTypes.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_JsonTypes.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_JsonTypes.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,30})$"), list("-0123456789")
)
_JsonTypes.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?$"),
    list("-0123456789"),
)


def _construct_map(loader: _JsonTypes, node: yaml.MappingNode) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            _refuse("key-not-text", line=line)
        if key_node.value in value:
            _refuse("duplicate-key", line=line, name=key_node.value[:80])
        value[key_node.value] = loader.construct_object(value_node, deep=True)
    return value


def _construct_list(loader: _JsonTypes, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(each, deep=True) for each in node.value]


_JsonTypes.add_constructor("tag:yaml.org,2002:map", _construct_map)
_JsonTypes.add_constructor("tag:yaml.org,2002:seq", _construct_list)


def _read_yaml(text: str) -> Any:
    try:
        _check_events(text)
        return yaml.load(text, Loader=_JsonTypes)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse("yaml-syntax", line=mark.line + 1 if mark else None, detail=(error.problem or "")[:200])
    except yaml.YAMLError as error:
        _refuse("yaml-syntax", detail=str(error)[:200])


def _check_events(text: str) -> None:
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse("yaml-alias", line=line)
        if tag:
            _refuse("yaml-tag", line=line, tag=str(tag)[:80])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > MAX_DEPTH:
            _refuse("too-deep", line=line, limit=MAX_DEPTH)
        if nodes > 2 * MAX_NODES:
            _refuse("too-many", line=line, limit=MAX_NODES)
        if documents > 1:
            _refuse("yaml-documents", line=line)
