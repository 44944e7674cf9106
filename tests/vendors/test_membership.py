"""Members, roles and the settlement account."""

from datetime import datetime

import pytest

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.core.models import AuditEvent
from tests import factory
from tests.vendors.conftest import Answering
from vendors import services
from vendors.models import Member, Vendor


def test_an_owner_adds_and_removes(cast: factory.Cast, now: datetime) -> None:
    member = services.add_member(
        vendor=cast.vendor, user=cast.citizen, role=Member.Role.FINANCE, by=cast.developer, now=now
    )
    with pytest.raises(Conflict):
        services.add_member(vendor=cast.vendor, user=cast.citizen, role="finance", by=cast.developer, now=now)
    services.remove_member(member=member, by=cast.developer, now=now)
    assert cast.vendor.members.count() == 1


def test_the_last_owner_cannot_leave(cast: factory.Cast, now: datetime) -> None:
    owner = cast.vendor.members.get()
    with pytest.raises(Conflict) as refused:
        services.remove_member(member=owner, by=cast.developer, now=now)
    assert refused.value.code == "last-owner"
    services.add_member(vendor=cast.vendor, user=cast.citizen, role=Member.Role.OWNER, by=cast.developer, now=now)
    services.remove_member(member=owner, by=cast.developer, now=now)
    assert list(cast.vendor.members.values_list("user", flat=True)) == [cast.citizen.pk]


@pytest.mark.parametrize("role", ["developer", "finance", "viewer"])
def test_others_manage_nobody_but_may_leave(cast: factory.Cast, now: datetime, role: str) -> None:
    teammate = Member.objects.create(vendor=cast.vendor, user=cast.citizen, role=role)
    with pytest.raises(NotAllowed):
        services.add_member(vendor=cast.vendor, user=cast.stranger, role="viewer", by=cast.citizen, now=now)
    with pytest.raises(NotAllowed):
        services.remove_member(member=cast.vendor.members.get(role="owner"), by=cast.citizen, now=now)
    with pytest.raises(NotAllowed):
        services.set_bank_account(
            vendor=cast.vendor, account="12345678", bank_name="澄州银行", by=cast.citizen, now=now
        )
    services.remove_member(member=teammate, by=cast.citizen, now=now)
    assert cast.vendor.members.count() == 1


def test_an_unknown_role_is_refused(cast: factory.Cast, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        services.add_member(vendor=cast.vendor, user=cast.citizen, role="king", by=cast.developer, now=now)


def test_nobody_joins_a_vendor_that_serves_their_department(
    cast: factory.Cast, answering: Answering, now: datetime
) -> None:
    with pytest.raises(Conflict) as refused:
        services.add_member(vendor=cast.vendor, user=cast.editor, role="viewer", by=cast.developer, now=now)
    assert refused.value.code == "affiliated"


def test_the_account_is_sealed_and_masked(cast: factory.Cast, now: datetime) -> None:
    services.set_bank_account(
        vendor=cast.vendor, account="6222 0212-3456 7890", bank_name=" 澄州银行 ", by=cast.developer, now=now
    )
    row = Vendor.objects.get(pk=cast.vendor.pk)
    assert (row.bank_account_masked, row.bank_name) == ("**** 7890", "澄州银行")
    assert b"6222021234567890" not in bytes(row.bank_account_encrypted)
    assert services.bank_account_of(row) == "6222021234567890"
    assert "6222021234567890" not in str(list(AuditEvent.objects.values()))


def test_a_vendor_without_an_account_has_none(cast: factory.Cast) -> None:
    assert services.bank_account_of(cast.vendor) == ""


@pytest.mark.parametrize("account", ["1234567", "1" * 31, "6222x02123456789", "", "６２２２０２１２３４５６"])
def test_a_wrong_account_is_refused(cast: factory.Cast, now: datetime, account: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.set_bank_account(vendor=cast.vendor, account=account, bank_name="澄州银行", by=cast.developer, now=now)
    assert refused.value.field == "account"
