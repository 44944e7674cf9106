"""Every state by every verb: what the tables have goes through, anything else is refused with a named error."""

from datetime import timedelta

import pytest
from django.db import models

from billing import services
from billing.models import Award, Dispute, Settlement, Statement, Tariff
from marketplace.core.errors import Conflict, MoveRefused
from tests.billing import factory
from tests.billing.factory import AFTER

pytestmark = pytest.mark.django_db
SHA = "a" * 64

VERBS = {
    Tariff: {
        "proposed": lambda row, by: row.propose(by=row.created_by, now=AFTER),
        "draft": lambda row, by: row.send_back(by=by, now=AFTER, reason="r"),
        "published": lambda row, by: row.publish(by=by, now=AFTER),
        "retired": lambda row, by: row.retire(by=by, now=AFTER),
    },
    Settlement: {
        "computed": lambda row, by: row.computed(by=by, now=AFTER, version=1),
        "draft": lambda row, by: row.recompute(by=by, now=AFTER, reason="r"),
        "published": lambda row, by: row.publish(by=by, now=AFTER, dispute_until=AFTER),
        "confirmed": lambda row, by: row.confirm(by=by, now=AFTER),
        "approved": lambda row, by: row.approve(by=by, now=AFTER, sha256=SHA),
        "paid": lambda row, by: row.pay(by=by, now=AFTER),
        "closed": lambda row, by: row.close(by=by, now=AFTER),
    },
    Statement: {
        "confirmed": lambda row, by: row.confirm(by=by, now=AFTER),
        "accepted": lambda row, by: row.accept(by=by, now=AFTER),
        "superseded": lambda row, by: row.supersede(by=by, now=AFTER),
    },
    Dispute: {
        "accepted": lambda row, by: row.accept(by=by, now=AFTER, decision="d", granted_cents=1),
        "rejected": lambda row, by: row.reject(by=by, now=AFTER, decision="d"),
    },
    Award: {
        "published": lambda row, by: row.publish(by=by, now=AFTER, notice_until=AFTER),
        "withdrawn": lambda row, by: row.withdraw(by=by, now=AFTER, reason="r"),
        "approved": lambda row, by: row.approve(by=by, now=AFTER),
        "paid": lambda row, by: row.pay(by=by, now=AFTER),
    },
}
WALK = [(model, state, verb) for model, verbs in VERBS.items() for state in model.State.values for verb in verbs]


def row_of(model: type[models.Model], market: factory.Market) -> models.Model:
    """Return a row of the model; its state is set by the test."""
    if model is Tariff:
        return market.tariff
    settlement = factory.published(market)
    if model is Dispute:
        line = settlement.computation.lines.first()
        return services.open_dispute(
            line=line, claimed_cents=0, grounds="g", by=factory.owner_of(line.vendor), now=AFTER
        )
    if model is Award:
        factory.confirm_all(market, settlement)
        services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
        return services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)[0]
    return settlement if model is Settlement else Statement.objects.first()


#: What the database's own constraints want of a row in a later state.
COMPANIONS = {
    Tariff: {"proposed_by": None, "approved_by": "checker", "published_at": AFTER},
    Settlement: {"approver": "checker", "approved_at": AFTER, "approved_sha256": SHA},
    Dispute: {"decided_at": AFTER, "decision": "d"},
}


@pytest.mark.parametrize("model", VERBS, ids=lambda model: model.__name__)
def test_every_state_by_every_verb(model: type[models.Model], market: factory.Market) -> None:
    row = row_of(model, market)
    companions = {
        name: getattr(market.cast, value) if value == "checker" else value
        for name, value in COMPANIONS.get(model, {}).items()
    }
    manager = model._base_manager
    allowed = refused = 0
    for _model, state, verb in [each for each in WALK if each[0] is model]:
        manager.filter(pk=row.pk).update(state=state, **companions)
        row = manager.get(pk=row.pk)
        if verb in model.TRANSITIONS[state]:
            VERBS[model][verb](row, market.cast.checker)
            assert manager.get(pk=row.pk).state == verb
            allowed += 1
        else:
            with pytest.raises(MoveRefused):
                VERBS[model][verb](row, market.cast.checker)
            assert manager.get(pk=row.pk).state == state
            refused += 1
    assert allowed == sum(len(targets) for targets in model.TRANSITIONS.values())
    assert refused > 0


def test_every_target_of_a_table_has_a_verb() -> None:
    for model, verbs in VERBS.items():
        targets = {target for moves in model.TRANSITIONS.values() for target in moves}
        assert targets == set(verbs)


def test_silence_after_the_window_is_consent_and_an_open_dispute_is_not_silence(market: factory.Market) -> None:
    settlement = factory.published(market)
    line = settlement.computation.lines.get(app__code="app-a")
    services.open_dispute(line=line, claimed_cents=0, grounds="g", by=market.owners[0], now=AFTER)
    with pytest.raises(Conflict) as refusal:
        services.confirm_silent_statements(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert refusal.value.code == "window-open"
    later = settlement.dispute_until + timedelta(seconds=1)
    taken = services.confirm_silent_statements(settlement=settlement, by=market.cast.maker, now=later)
    assert sorted(row.vendor.code for row in taken) == ["vendor-b", "vendor-c"]
