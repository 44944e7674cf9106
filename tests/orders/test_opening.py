"""An order opens only complete and after its own plan passed a rehearsal."""

import pytest

from marketplace.core.errors import Conflict, DomainError, InvalidInput, MoveRefused
from marketplace.orders import services
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import PLAN_MB, canonical_bytes, plan_of, sha256_of
from marketplace.orders.signals import order_amended, order_closing, order_rehearsal_requested
from sandbox.engine import limits
from tests.orders import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Return a list that collects what a signal sends."""
    received = []

    def listen(signal):
        def receiver(sender, **news):
            received.append(news)

        signal.connect(receiver, weak=False)
        listening.append((signal, receiver))
        return received

    listening = []
    yield listen
    for signal, receiver in listening:
        signal.disconnect(receiver)


def test_from_draft_to_the_board(cast, now):
    order = factory.draft(cast, now=now)
    services.submit_order(order=order, by=cast.editor, now=now)
    factory.rehearsed(order, now=now)
    services.open_order(order=order, by=cast.publisher, now=now)
    order.refresh_from_db()
    assert (order.state, order.opened_at) == ("open", now)


def test_an_order_that_was_not_rehearsed_does_not_open(cast, now):
    order = factory.draft(cast, now=now)
    services.submit_order(order=order, by=cast.editor, now=now)
    with pytest.raises(Conflict) as refusal:
        services.open_order(order=order, by=cast.publisher, now=now)
    assert refusal.value.code == "not-rehearsed"


def test_a_failed_rehearsal_opens_nothing(cast, now):
    order = factory.draft(cast, now=now)
    services.submit_order(order=order, by=cast.editor, now=now)
    plan = sha256_of(plan_of(order))
    services.record_rehearsal(order=order, plan_sha256=plan, passed=False, message="40 / 80", now=now)
    with pytest.raises(Conflict) as refusal:
        services.open_order(order=order, by=cast.publisher, now=now)
    assert refusal.value.code == "not-rehearsed"


def test_a_plan_that_changed_since_its_rehearsal_opens_nothing(cast, now):
    order = factory.draft(cast, now=now)
    factory.rehearsed(order, now=now)
    services.edit_order(order=order, by=cast.editor, now=now, thresholds=order.thresholds | {"pass_mark": 90})
    services.submit_order(order=order, by=cast.editor, now=now)
    with pytest.raises(Conflict) as refusal:
        services.open_order(order=order, by=cast.publisher, now=now)
    assert refusal.value.code == "not-rehearsed"


@pytest.mark.parametrize(
    ("part", "spoil"),
    [
        ("title", lambda order: DemandOrder.objects.filter(pk=order.pk).update(title_en="")),
        ("tariff", lambda order: DemandOrder.objects.filter(pk=order.pk).update(tariff_code="")),
        ("contract", lambda order: DemandOrder.objects.filter(pk=order.pk).update(contract={})),
        ("thresholds", lambda order: DemandOrder.objects.filter(pk=order.pk).update(checks=[])),
        ("scenarios", lambda order: order.scenarios.all().delete()),
        ("interfaces", lambda order: order.interface_versions.clear()),
        ("service_item", lambda order: type(order.service_item).objects.update(state="draft")),
    ],
)
def test_what_is_missing_is_named(cast, now, part, spoil):
    order = factory.draft(cast, now=now)
    spoil(order)
    order = DemandOrder.objects.get(pk=order.pk)
    with pytest.raises(services.OrderIncomplete) as refusal:
        services.submit_order(order=order, by=cast.editor, now=now)
    assert list(refusal.value.lacks) == [part]


def test_a_plan_that_the_sandbox_would_not_take_is_refused_where_it_can_be_mended(cast, now, monkeypatch):
    order = factory.draft(cast, now=now)
    size = len(canonical_bytes(plan_of(order)))
    assert PLAN_MB * 2**20 < limits.FRAME_BYTES
    monkeypatch.setattr("marketplace.orders.services.opening.PLAN_MB", (size - 1) / 2**20)
    for act in (services.submit_order, services.request_rehearsal):
        with pytest.raises(services.OrderIncomplete) as refusal:
            act(order=order, by=cast.editor, now=now)
        assert list(refusal.value.lacks) == ["interfaces"]


def test_a_rehearsal_is_news_for_the_sandbox(cast, now, heard):
    order = factory.draft(cast, now=now)
    news = heard(order_rehearsal_requested)
    services.request_rehearsal(order=order, by=cast.editor, now=now)
    order.refresh_from_db()
    assert order.rehearsal_requested_at == now
    assert [each["order"] for each in news] == [order]


def test_an_open_order_is_not_rehearsed(cast, now):
    order = factory.opened(cast, now=now)
    with pytest.raises(Conflict):
        services.request_rehearsal(order=order, by=cast.editor, now=now)


def test_a_layer_above_can_keep_an_order_open(cast, now):
    order = factory.opened(cast, now=now)

    def refuse(sender, **news):
        raise DomainError("unanswered", code="question-unanswered")

    order_closing.connect(refuse)
    try:
        with pytest.raises(DomainError, match="unanswered"):
            services.close_order(order=order, by=cast.publisher, now=now)
    finally:
        order_closing.disconnect(refuse)
    assert DemandOrder.objects.get(pk=order.pk).state == "open"
    services.close_order(order=order, by=cast.publisher, now=now)
    assert DemandOrder.objects.get(pk=order.pk).state == "closed"


def test_sending_back_needs_a_reason_and_shows_it(cast, now):
    order = factory.draft(cast, now=now)
    services.submit_order(order=order, by=cast.editor, now=now)
    with pytest.raises(InvalidInput):
        services.send_back_order(order=order, by=cast.publisher, now=now, reason=" ")
    services.send_back_order(order=order, by=cast.publisher, now=now, reason="缺少一个场景")
    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("draft", "缺少一个场景")


class TestAmending:
    """Edits after opening are amendments."""

    def test_a_date_is_amended_while_open(self, cast, now, heard):
        order = factory.opened(cast, now=now)
        news = heard(order_amended)
        amendment = services.amend_order(
            order=order, by=cast.publisher, now=now, reason="延期", submissions_close_on=now.date().replace(month=12)
        )
        assert amendment.changes == {"submissions_close_on": [None, "2026-12-03"]}
        assert [each["amendment"] for each in news] == [amendment]

    def test_what_is_tested_is_not_changed_while_open(self, cast, now):
        order = factory.opened(cast, now=now)
        thresholds = order.thresholds | {"pass_mark": 70}
        with pytest.raises(Conflict) as refusal:
            services.amend_order(order=order, by=cast.publisher, now=now, reason="x", thresholds=thresholds)
        assert refusal.value.code == "suspend-first"

    def test_what_is_tested_is_rehearsed_again_before_resuming(self, cast, now):
        order = factory.opened(cast, now=now)
        services.suspend_order(order=order, by=cast.publisher, now=now, reason="门槛过高")
        thresholds = order.thresholds | {"pass_mark": 70}
        amendment = services.amend_order(order=order, by=cast.publisher, now=now, reason="降低", thresholds=thresholds)
        assert amendment.changes == {"thresholds/pass_mark": [80, 70]}
        with pytest.raises(Conflict):
            services.resume_order(order=order, by=cast.publisher, now=now)
        factory.rehearsed(order, now=now)
        services.resume_order(order=order, by=cast.publisher, now=now)
        assert DemandOrder.objects.get(pk=order.pk).state == "open"

    def test_an_amendment_that_changes_nothing_is_refused(self, cast, now):
        order = factory.opened(cast, now=now)
        with pytest.raises(InvalidInput):
            services.amend_order(order=order, by=cast.publisher, now=now, reason="x", title_en=order.title_en)


MOVES = {
    "submit": ("draft", lambda order, who, now: order.submit(by=who, now=now)),
    "send_back": ("review", lambda order, who, now: order.send_back(by=who, now=now, reason="r")),
    "open": ("review suspended", lambda order, who, now: order.open(by=who, now=now)),
    "suspend": ("open", lambda order, who, now: order.suspend(by=who, now=now, reason="r")),
    "close": ("open", lambda order, who, now: order.close(by=who, now=now)),
    "withdraw": ("draft review open", lambda order, who, now: order.withdraw(by=who, now=now, reason="r")),
}


@pytest.mark.parametrize("state", DemandOrder.State.values)
@pytest.mark.parametrize("verb", MOVES)
def test_every_verb_from_every_state(cast, now, state, verb):
    order = factory.draft(cast, now=now)
    DemandOrder.objects.filter(pk=order.pk).update(state=state, opened_at=now)
    order.refresh_from_db()
    allowed, move = MOVES[verb]
    if state in allowed.split():
        move(order, cast.publisher, now)
        assert DemandOrder.objects.get(pk=order.pk).state != state
    else:
        with pytest.raises(MoveRefused):
            move(order, cast.publisher, now)
        assert DemandOrder.objects.get(pk=order.pk).state == state
