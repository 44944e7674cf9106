"""A move happens once, from where the row really stands, with its audit event, or not at all."""

import threading

import pytest
from django.db import connection

from marketplace.core.errors import MoveRefused
from marketplace.core.models import AuditEvent
from tests import factory
from vendors.models import Vendor


@pytest.mark.django_db
def test_a_move_is_audited_with_before_and_after(cast, now):
    cast.vendor._move("suspended", by=cast.operator, now=now, reason="test")
    event = AuditEvent.objects.get(subject=f"vendors.vendor:{cast.vendor.pk}")
    assert (event.actor, event.verb) == (f"user:{cast.operator.pk}", "suspended")
    assert (event.before, event.after) == ({"state": "verified"}, {"state": "suspended", "reason": "test"})


@pytest.mark.django_db
def test_the_row_decides_and_not_what_is_in_memory(cast, now):
    stale = Vendor.objects.get(pk=cast.vendor.pk)
    cast.vendor._move("suspended", by=cast.operator, now=now)
    with pytest.raises(MoveRefused):
        stale._move("suspended", by=cast.operator, now=now)
    assert AuditEvent.objects.filter(subject=f"vendors.vendor:{cast.vendor.pk}").count() == 1


def race(moves: int, cast: factory.Cast, now) -> list[str]:
    """Suspend the same vendor from several threads at once; return what each met."""
    outcomes: list[str] = []
    start = threading.Barrier(moves)

    def move() -> None:
        try:
            vendor = Vendor.objects.get(pk=cast.vendor.pk)
            start.wait()
            vendor._move("suspended", by="system:test", now=now)
            outcomes.append("moved")
        except MoveRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move) for _ in range(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_of_several_moves_at_once_one_wins(cast, now):
    assert race(4, cast, now) == ["moved", "refused", "refused", "refused"]
    assert AuditEvent.objects.filter(subject=f"vendors.vendor:{cast.vendor.pk}").count() == 1
