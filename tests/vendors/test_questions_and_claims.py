"""Questions about orders and claims on them."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.services import grant_department_role
from marketplace.core.errors import Conflict, DomainError, InvalidInput, MoveRefused, NotAllowed
from marketplace.core.models import CalendarDay
from marketplace.notices.models import Notice
from marketplace.orders import services as order_services
from marketplace.orders.models import DemandOrder
from marketplace.orders.signals import order_amended
from tests import factory as people_factory
from tests.vendors import factory
from vendors import services
from vendors.models import Claim, Member, Question, Vendor


def ask(cast: people_factory.Cast, order: DemandOrder, now: datetime, **changes: object) -> Question:
    usual = {"vendor": cast.vendor, "order": order, "text": "接口何时可用？", "by": cast.developer, "now": now}
    return services.ask_question(**(usual | changes))


def claim(cast: people_factory.Cast, order: DemandOrder, now: datetime, **changes: object) -> Claim:
    usual = {"vendor": cast.vendor, "order": order, "by": cast.developer, "now": now}
    return services.claim_order(**(usual | {"accept_tariff": True, "accept_data_terms": True} | changes))


def test_an_answer_is_due_in_working_days(cast: people_factory.Cast, now: datetime) -> None:
    CalendarDay.objects.create(date=date(2026, 8, 5), is_working=False)
    question = ask(cast, factory.order(cast, now=now, answer_days=3), now)
    assert question.due_at.isoformat() == "2026-08-08T00:00:00+08:00"
    assert set(Notice.objects.filter(kind="question-asked").values_list("user", flat=True)) == {cast.publisher.pk}


def test_asking_the_same_again_asks_once(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    assert ask(cast, order, now) == ask(cast, order, now, text=" 接口何时可用？ ")
    assert Question.objects.count() == 1


def test_questions_close_at_the_end_of_the_day(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now, questions_close_on=date(2026, 8, 3))
    last_minute = datetime.fromisoformat("2026-08-03T23:59:00+08:00")
    assert ask(cast, order, last_minute)
    with pytest.raises(Conflict) as refused:
        ask(cast, order, last_minute + timedelta(minutes=1), text="还来得及吗？")
    assert refused.value.code == "questions-closed"


@pytest.mark.parametrize("state", ["draft", "review", "suspended", "closed", "withdrawn"])
def test_only_open_orders_take_questions_and_claims(cast: people_factory.Cast, now: datetime, state: str) -> None:
    order = factory.order(cast, now=now, state=state)
    for attempt in (ask, claim):
        with pytest.raises(Conflict) as refused:
            attempt(cast, order, now)
        assert refused.value.code == "order-not-open"


@pytest.mark.parametrize("state", ["registered", "refused", "suspended"])
def test_only_verified_vendors_ask_and_claim(cast: people_factory.Cast, now: datetime, state: str) -> None:
    Vendor.objects.filter(pk=cast.vendor.pk).update(state=state)
    order = factory.order(cast, now=now)
    for attempt in (ask, claim):
        with pytest.raises(NotAllowed) as refused:
            attempt(cast, order, now)
        assert refused.value.code == ("vendor-suspended" if state == "suspended" else "vendor-not-verified")


@pytest.mark.parametrize(("role", "may"), [("developer", True), ("finance", False), ("viewer", False), ("", False)])
def test_roles_that_ask_and_claim(cast: people_factory.Cast, now: datetime, role: str, may: bool) -> None:
    order = factory.order(cast, now=now)
    if role:
        Member.objects.create(vendor=cast.vendor, user=cast.citizen, role=role)
    for attempt in (ask, claim):
        if may:
            assert attempt(cast, order, now, by=cast.citizen)
            continue
        with pytest.raises(NotAllowed):
            attempt(cast, order, now, by=cast.citizen)


@pytest.mark.parametrize("text", ["", "  \n", "问" * 2001])
def test_a_question_needs_a_sensible_length(cast: people_factory.Cast, now: datetime, text: str) -> None:
    with pytest.raises(InvalidInput):
        ask(cast, factory.order(cast, now=now), now, text=text)


def test_the_department_answers_once(cast: people_factory.Cast, now: datetime) -> None:
    question = ask(cast, factory.order(cast, now=now), now)
    seen_by_a_colleague = Question.objects.get(pk=question.pk)
    services.answer_question(question=question, answer="八月中旬。", by=cast.publisher, now=now)
    with pytest.raises(Conflict) as refused:
        services.answer_question(question=seen_by_a_colleague, answer="九月。", by=cast.publisher, now=now)
    assert refused.value.code == "answered-already"
    assert Question.objects.get().answer == "八月中旬。"
    assert Notice.objects.filter(kind="question-answered", user=cast.developer).count() == 1


@pytest.mark.parametrize("who", ["editor", "developer", "citizen", "operator", "stranger"])
def test_only_publishers_of_the_department_answer(cast: people_factory.Cast, now: datetime, who: str) -> None:
    question = ask(cast, factory.order(cast, now=now), now)
    with pytest.raises(NotAllowed):
        services.answer_question(question=question, answer="x", by=getattr(cast, who), now=now)


def test_another_departments_publisher_does_not_answer(cast: people_factory.Cast, now: datetime) -> None:
    other = people_factory.department("transport")
    clerk = people_factory.person("clerk")
    grant_department_role(department=other, user=clerk, role="publisher", by="system:test", now=now)
    question = ask(cast, factory.order(cast, now=now), now)
    with pytest.raises(NotAllowed):
        services.answer_question(question=question, answer="x", by=clerk, now=now)


def test_the_database_keeps_an_answer_and_its_time_together(cast: people_factory.Cast, now: datetime) -> None:
    question = ask(cast, factory.order(cast, now=now), now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(answer="没有时间")


def test_an_order_stays_open_while_a_question_is_unanswered(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    question = ask(cast, order, now)
    with pytest.raises(Conflict) as refused:
        order_services.close_order(order=order, by=cast.publisher, now=now)
    assert refused.value.code == "unanswered-questions"
    assert DemandOrder.objects.get(pk=order.pk).state == DemandOrder.State.OPEN
    services.answer_question(question=question, answer="可以。", by=cast.publisher, now=now)
    order_services.close_order(order=DemandOrder.objects.get(pk=order.pk), by=cast.publisher, now=now)
    assert DemandOrder.objects.get(pk=order.pk).state == DemandOrder.State.CLOSED


def test_a_claim_keeps_what_was_accepted(cast: people_factory.Cast, now: datetime) -> None:
    made = claim(cast, factory.order(cast, now=now), now)
    assert (made.state, made.accepted_tariff, made.accepted_terms) == ("active", "T-1", "data-processing-1")


@pytest.mark.parametrize("term", ["accept_tariff", "accept_data_terms"])
def test_both_terms_are_accepted(cast: people_factory.Cast, now: datetime, term: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        claim(cast, factory.order(cast, now=now), now, **{term: False})
    assert refused.value.field == term


def test_one_vendor_claims_once_and_again_after_giving_back(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    first = claim(cast, order, now)
    with pytest.raises(Conflict) as refused:
        claim(cast, order, now)
    assert refused.value.code == "claimed-already"
    services.withdraw_claim(claim=first, by=cast.developer, now=now)
    assert claim(cast, order, now).pk != first.pk


def test_any_number_of_vendors_claim(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    claim(cast, order, now)
    other = people_factory.vendor(now=now, owner=cast.stranger)
    claim(cast, order, now, vendor=other, by=cast.stranger)
    assert order.claims.count() == 2


def test_submissions_close_at_the_end_of_the_day(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now, submissions_close_on=date(2026, 8, 2))
    with pytest.raises(Conflict) as refused:
        claim(cast, order, now)
    assert refused.value.code == "submissions-closed"


def test_an_affiliated_vendor_cannot_claim(cast: people_factory.Cast, now: datetime) -> None:
    Member.objects.create(vendor=cast.vendor, user=cast.editor, role="viewer")
    with pytest.raises(NotAllowed) as refused:
        claim(cast, factory.order(cast, now=now), now)
    assert refused.value.code == "affiliated"


def test_a_delivered_claim_is_not_given_back(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    made = claim(cast, order, now)
    services.deliver_claim(vendor=cast.vendor, order=order, now=now)
    services.deliver_claim(vendor=cast.vendor, order=order, now=now)
    with pytest.raises(MoveRefused):
        services.withdraw_claim(claim=made, by=cast.developer, now=now)
    assert Claim.objects.get().state == Claim.State.DELIVERED


def test_a_stranger_does_not_give_it_back(cast: people_factory.Cast, now: datetime) -> None:
    made = claim(cast, factory.order(cast, now=now), now)
    with pytest.raises(DomainError):
        services.withdraw_claim(claim=made, by=cast.stranger, now=now)


def test_an_amendment_is_news_for_claimers_and_askers(cast: people_factory.Cast, now: datetime) -> None:
    order = factory.order(cast, now=now)
    other = people_factory.vendor(now=now, owner=cast.stranger)
    claim(cast, order, now)
    ask(cast, order, now, vendor=other, by=cast.stranger)
    amendment = order.amendments.create(number=1, changes={}, reason="延期", by=cast.publisher, at=now)
    order_amended.send(sender=DemandOrder, order=order, amendment=amendment, now=now)
    told = set(Notice.objects.filter(kind="order-amended").values_list("user", flat=True))
    assert told == {cast.developer.pk, cast.stranger.pk}
