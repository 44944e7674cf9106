"""Lists come in pages; a cursor that isn't ours is refused."""

import base64

import pytest

from marketplace.accounts.models import Department
from marketplace.core.errors import InvalidInput
from marketplace.core.pagination import MAX_LIMIT, page_of
from tests import factory

pytestmark = pytest.mark.django_db


def test_every_row_comes_once_even_when_rows_are_added_meanwhile():
    first = [factory.department(f"d-{number}") for number in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = page_of(Department.objects.all(), cursor=cursor, limit=2)
        seen += page["items"]
        cursor = page["next"]
        if len(seen) == 2:
            first.append(factory.department("d-late"))
    assert seen == first


def test_a_page_is_never_longer_than_the_limit_allows():
    factory.department("one")
    assert page_of(Department.objects.all(), limit=10**9)["next"] is None
    assert len(page_of(Department.objects.all(), limit=-3)["items"]) == 1
    assert MAX_LIMIT == 200


@pytest.mark.parametrize(
    "cursor",
    ["x", "ä", "W10", base64.urlsafe_b64encode(b"[1, true]").decode(), base64.urlsafe_b64encode(b"[2, 1]").decode()],
)
def test_a_cursor_of_somebody_else_is_refused(cursor):
    with pytest.raises(InvalidInput):
        page_of(Department.objects.all(), cursor=cursor)
