"""Every state of vendors, claims and versions meets every verb: what the table has happens, the rest is refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from marketplace.core.errors import MoveRefused
from marketplace.core.models import AuditEvent
from tests import factory
from tests.vendors.conftest import Answering
from vendors.models import AppVersion, Claim, Vendor

Verb = Callable[[Any, dict[str, Any]], None]

VENDOR_VERBS: dict[str, tuple[str, dict[str, str], Verb]] = {
    "verify": ("verified", {"registered": "verified"}, lambda row, given: row.verify(**given)),
    "refuse": ("refused", {"registered": "refused"}, lambda row, given: row.refuse(**given, reason="否")),
    "register_again": ("registered", {"refused": "registered"}, lambda row, given: row.register_again(**given)),
    "suspend": ("suspended", {"verified": "suspended"}, lambda row, given: row.suspend(**given, reason="否")),
    "resume": ("verified", {"suspended": "verified"}, lambda row, given: row.resume(**given)),
}
CLAIM_VERBS: dict[str, tuple[str, dict[str, str], Verb]] = {
    "deliver": ("delivered", {"active": "delivered"}, lambda row, given: row.deliver(**given)),
    "withdraw": ("withdrawn", {"active": "withdrawn"}, lambda row, given: row.withdraw(**given)),
}
PASSED = {"score": 90, "image_digest": "sha256:" + "a" * 64}
VERSION_VERBS: dict[str, tuple[str, dict[str, str], Verb]] = {
    "refuse": (
        "refused",
        {"uploaded": "refused", "queued": "refused"},
        lambda row, given: row.refuse(**given, refusal={"code": "x"}),
    ),
    "queue": ("queued", {"uploaded": "queued", "testing": "queued"}, lambda row, given: row.queue(**given)),
    "start_testing": ("testing", {"queued": "testing"}, lambda row, given: row.start_testing(**given)),
    "certify": ("certified", {"testing": "certified"}, lambda row, given: row.certify(**given, **PASSED)),
    "fail": ("failed", {"testing": "failed"}, lambda row, given: row.fail(**given)),
    "supersede": ("superseded", {"certified": "superseded"}, lambda row, given: row.supersede(**given)),
    "revoke": ("revoked", {"certified": "revoked"}, lambda row, given: row.revoke(**given, reason="x")),
}


def walk(model: type, verbs: dict[str, tuple[str, dict[str, str], Verb]]) -> list[Any]:
    """Return every state x verb of the model as test parameters."""
    return [pytest.param(state, verb, id=f"{state}-{verb}") for state in model.State.values for verb in verbs]


def step(row: Any, verb: tuple[str, dict[str, str], Verb], given: dict[str, Any]) -> None:
    """Do the verb and check the row, the memory and the audit against the table."""
    before = row.state
    _target, moves, do = verb
    told = AuditEvent.objects.count()
    if before in moves:
        do(row, given)
        assert row.state == moves[before]
        event = AuditEvent.objects.latest("pk")
        assert (event.before["state"], event.after["state"]) == (before, moves[before])
        assert AuditEvent.objects.count() == told + 1
    else:
        with pytest.raises(MoveRefused):
            do(row, given)
        assert AuditEvent.objects.count() == told
    assert type(row).objects.get(pk=row.pk).state == moves.get(before, before)


@pytest.mark.parametrize(("state", "verb"), walk(Vendor, VENDOR_VERBS))
def test_vendor(cast: factory.Cast, now: datetime, state: str, verb: str) -> None:
    row = factory.vendor(now=now, owner=cast.citizen, state=state)
    step(row, VENDOR_VERBS[verb], {"by": cast.operator, "now": now})


@pytest.mark.parametrize(("state", "verb"), walk(Claim, CLAIM_VERBS))
def test_claim(cast: factory.Cast, answering: Answering, now: datetime, state: str, verb: str) -> None:
    row = Claim.objects.get()
    Claim.objects.update(state=state)
    row.refresh_from_db()
    step(row, CLAIM_VERBS[verb], {"by": cast.developer, "now": now})


@pytest.mark.parametrize(("state", "verb"), walk(AppVersion, VERSION_VERBS))
def test_version(answering: Answering, now: datetime, state: str, verb: str) -> None:
    row = factory.certified_version(
        answering.app, answering.order, by=answering.developer, now=now, state=state, certified_at=now
    )
    step(row, VERSION_VERBS[verb], {"by": "system:test", "now": now})


def test_the_tables_are_walked_whole() -> None:
    for model, verbs in ((Vendor, VENDOR_VERBS), (Claim, CLAIM_VERBS), (AppVersion, VERSION_VERBS)):
        walked = {(state, to) for _target, moves, _do in verbs.values() for state, to in moves.items()}
        assert walked == {(state, to) for state, targets in model.TRANSITIONS.items() for to in targets}
