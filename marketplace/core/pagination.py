"""Cursor pagination of API lists: an opaque cursor, `items`, `next`; stable while rows are added."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja import Schema

from marketplace.core.errors import InvalidInput

Item = TypeVar("Item")
LIMIT = 50
MAX_LIMIT = 200


class Page(Schema, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, null on the last one."""

    items: list[Item]
    next: str | None = None


def page_of(
    rows: QuerySet[Any],
    *,
    cursor: str = "",
    limit: int = LIMIT,
    show: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """Return one page of the rows, newest key last: {"items", "next"}.

    The order is that of the primary key, so rows added meanwhile come on later pages and none comes twice. Raises
    InvalidInput for a cursor that isn't one of ours. `show` turns a row into what the schema takes.
    """
    size = max(1, min(limit, MAX_LIMIT))
    after = _read(cursor)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found: list[Model] = list(rows.order_by("pk")[: size + 1])
    following = _write(found[size - 1].pk) if len(found) > size else None
    return {"items": [show(row) if show else row for row in found[:size]], "next": following}


def _write(key: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([1, key]).encode()).decode().rstrip("=")


def _read(cursor: str) -> int | None:
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        version, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput(_("This cursor isn't one of ours; start again without it."), field="cursor") from error
    if version != 1 or not isinstance(key, int) or isinstance(key, bool) or not 0 <= key < 2**63:
        raise InvalidInput(_("This cursor isn't one of ours; start again without it."), field="cursor")
    return key
