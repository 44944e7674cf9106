"""Owns generated requests: Schemathesis draws them from the contract, the seed decides which."""

from __future__ import annotations

import json
import warnings
from typing import Any
from urllib.parse import quote, unquote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from .odd import Generated

_MOST_TEXT = 8_000


class SchemathesisFuzzer:
    """Generates requests for the operations of one contract."""

    def __init__(self, document: dict[str, Any], seed_number: int) -> None:
        self._seed = seed_number
        schema: OpenApiSchema = schemathesis.openapi.from_dict(document)
        found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
        self._operations = {each.definition.raw.get("operationId", each.label): each for each in found}

    def requests(self, operation_id: str, *, valid: bool, most: int) -> list[Generated]:
        """Return up to `most` requests; none when an operation leaves no room for invalid ones."""
        operation = self._operations[operation_id]
        mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
        made: list[Generated] = []

        @seed(self._seed)
        @settings(
            max_examples=most,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def collect(case: Any) -> None:
            made.append(_generated(case))

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                collect()
            except HypothesisException:
                return []
        return made


def _generated(case: Any) -> Generated:
    query = urlencode(_flat(case.query), errors="replace")
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", quote(unquote(str(value)), safe="", errors="replace"))
    headers = {
        str(name): str(value)[:_MOST_TEXT]
        for name, value in (case.headers or {}).items()
        if str(name).lower() != "authorization"
    }
    return Generated(case.method, f"{path}?{query}" if query else path, *_body(case, headers))


def _flat(query: Any) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        pairs += [(str(name), str(each)[:_MOST_TEXT]) for each in (value if isinstance(value, list) else [value])]
    return pairs


def _body(case: Any, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
    if case.media_type is None:
        return headers, b""
    headers = {**headers, "Content-Type": case.media_type}
    if isinstance(case.body, bytes):
        return headers, case.body
    try:
        return headers, json.dumps(case.body, ensure_ascii=False).encode("utf-8", "replace")
    except (TypeError, ValueError):
        return headers, b""
