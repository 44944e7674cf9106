"""Who may do what with public money, and that two people at once don't both succeed."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from billing import services
from billing.models import Settlement, Transfer
from marketplace.accounts.models import User
from marketplace.accounts.services import grant_platform_role
from marketplace.core.errors import Conflict, DomainError, InvalidInput, MoveRefused, NotAllowed
from tests import factory as people
from tests.billing import factory
from tests.billing.factory import AFTER


def shown(settlement: Settlement) -> str:
    return settlement.computation.sha256


@pytest.mark.django_db
def test_the_maker_cannot_approve_even_with_the_checkers_role(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    grant_platform_role(user=market.cast.maker, role="finance_checker", by="system:test", now=AFTER)
    with pytest.raises(NotAllowed) as refusal:
        services.approve(settlement=settlement, by=market.cast.maker, now=AFTER, sha256=shown(settlement))
    assert refusal.value.code == "maker-is-checker"
    assert not Transfer.objects.exists()


@pytest.mark.django_db
def test_the_database_itself_refuses_a_maker_as_approver(market: factory.Market) -> None:
    settlement = factory.computed(market)
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=settlement.pk).update(approver=settlement.maker)


@pytest.mark.django_db
def test_a_member_of_a_vendor_cannot_approve(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    insider = market.owners[0]
    grant_platform_role(user=insider, role="finance_checker", by="system:test", now=AFTER)
    with pytest.raises(NotAllowed) as refusal:
        services.approve(settlement=settlement, by=insider, now=AFTER, sha256=shown(settlement))
    assert refusal.value.code == "checker-is-vendor"


@pytest.mark.django_db
def test_the_hash_that_was_shown_must_be_the_one_in_force(market: factory.Market) -> None:
    settlement = factory.published(market)
    old = shown(settlement)
    services.recompute(settlement=settlement, by=market.cast.maker, now=AFTER, reason="复核")
    services.publish(settlement=settlement, by=market.cast.maker, now=AFTER)
    factory.confirm_all(market, settlement)
    assert shown(settlement) == old, "the same input gives the same hash"
    with pytest.raises(Conflict) as refusal:
        services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256="0" * 64)
    assert refusal.value.code == "hash-differs"


@pytest.mark.django_db
def test_a_stored_figure_that_was_changed_cannot_be_approved(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    made = settlement.computation
    settlement.computations.filter(pk=made.pk).update(outcome=made.outcome.replace('"payable":17', '"payable":97', 1))
    with pytest.raises(Conflict) as refusal:
        services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=made.sha256)
    assert refusal.value.code == "hash-differs"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["checker", "operator", "publisher", "developer", "citizen", "stranger"])
def test_only_the_maker_makes(market: factory.Market, who: str) -> None:
    by = getattr(market.cast, who)
    with pytest.raises(NotAllowed):
        services.open_settlement(period="2026Q1", tariff=market.tariff, by=by, now=AFTER)
    settlement = factory.computed(market)
    for verb in (services.compute, services.publish, services.pay, services.close, services.propose_awards):
        with pytest.raises(NotAllowed):
            verb(settlement=settlement, by=by, now=AFTER)
    settlement.refresh_from_db()
    assert settlement.state == Settlement.State.COMPUTED


@pytest.mark.django_db
def test_a_vendor_confirms_its_own_statement_only_and_a_department_its_own(market: factory.Market) -> None:
    settlement = factory.published(market)
    statement = settlement.computation.statements.get(vendor__code="vendor-a")
    for by in (market.owners[1], market.cast.publisher, market.cast.maker):
        with pytest.raises(NotAllowed):
            services.confirm_statement(statement=statement, by=by, now=AFTER, invoice_number="1")
    with pytest.raises(InvalidInput) as refusal:
        services.confirm_statement(statement=statement, by=market.owners[0], now=AFTER)
    assert refusal.value.field == "invoice_number"
    services.confirm_statement(statement=statement, by=market.owners[0], now=AFTER, invoice_number="1")
    for by in (market.owners[0], market.cast.editor, market.cast.maker):
        with pytest.raises(NotAllowed):
            services.accept_statement(statement=statement, by=by, now=AFTER)


@pytest.mark.django_db
def test_a_tariff_needs_two_people(cast: people.Cast) -> None:
    tariff = factory.published_tariff(cast)
    assert tariff.approved_by != tariff.proposed_by
    grant_platform_role(user=cast.maker, role="finance_checker", by="system:test", now=AFTER)
    draft = services.draft_tariff(
        code="standard",
        name_zh="二",
        name_en="2",
        rules=tariff.rules,
        valid_from=AFTER.date(),
        by=cast.maker,
        now=AFTER,
    )
    services.propose_tariff(tariff=draft, by=cast.maker, now=AFTER)
    with pytest.raises(NotAllowed) as refusal:
        services.approve_tariff(tariff=draft, by=cast.maker, now=AFTER)
    assert refusal.value.code == "maker-is-checker"
    assert (draft.code, draft.version) == ("standard", 2)


def second_checker() -> User:
    made = people.person("second-checker")
    grant_platform_role(user=made, role="finance_checker", by="system:test", now=AFTER)
    return made


def approve_at_once(settlement: Settlement, checkers: list[User], connect: Callable[[], None]) -> list[object]:
    """Let the checkers press the button at the same moment, each on a connection of its own; return what each got."""
    sha256, results, barrier = shown(settlement), [], threading.Barrier(len(checkers))

    def press(by: User) -> None:
        connect()
        own = Settlement.objects.get(pk=settlement.pk)
        barrier.wait(timeout=30)
        try:
            services.approve(settlement=own, by=by, now=AFTER, sha256=sha256)
            results.append("approved")
        except DomainError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(by,)) for by in checkers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def exactly_one_won(results: list[object]) -> bool:
    others = [result for result in results if result != "approved"]
    return results.count("approved") == 1 and len(others) == 1 and isinstance(others[0], MoveRefused)


@pytest.mark.django_db
def test_the_second_of_two_approvals_gets_a_clear_error(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    stale = Settlement.objects.get(pk=settlement.pk)
    services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=shown(settlement))
    with pytest.raises(MoveRefused):
        services.approve(settlement=stale, by=market.cast.checker, now=AFTER, sha256=shown(stale))
    assert Transfer.objects.filter(reference__startswith="approve:").count() == 3


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="copies the database of the tests to a file")
def test_of_two_people_approving_at_once_on_sqlite_exactly_one_wins(market: factory.Market, tmp_path: Path) -> None:
    """The database of the tests lies in memory; its copy in a file has real locks."""
    settlement = factory.confirmed(market)
    checkers = [market.cast.checker, second_checker()]
    (tmp_path / "copy.sqlite3").write_bytes(connection.connection.serialize())

    def connect() -> None:
        options = settings.DATABASES["default"]["OPTIONS"]
        own = {**connections["default"].settings_dict, "NAME": str(tmp_path / "copy.sqlite3"), "OPTIONS": options}
        connections["default"] = type(connections["default"])(own, "default")

    assert exactly_one_won(approve_at_once(settlement, checkers, connect))
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        posted = copy.execute("SELECT count(*) FROM billing_transfer WHERE reference LIKE 'approve:%'").fetchone()
    assert posted == (3,)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_people_approving_at_once_exactly_one_wins(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    assert exactly_one_won(approve_at_once(settlement, [market.cast.checker, second_checker()], lambda: None))
    assert Transfer.objects.filter(reference__startswith="approve:").count() == 3
