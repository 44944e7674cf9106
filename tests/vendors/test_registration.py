"""Registering a company and deciding on it."""

from datetime import datetime

import pytest

from marketplace.core.errors import Conflict, InvalidInput, MoveRefused, NotAllowed
from tests import factory as people_factory
from tests.vendors import factory
from vendors import services
from vendors.models import Member, Vendor
from vendors.signals import vendor_suspended

DETAILS = {"name_zh": "澄州智办", "contact_name": "周洁", "contact_phone": "13900000000"}


def register(by: object, now: datetime, **changes: str) -> Vendor:
    return services.register_vendor(**(DETAILS | {"credit_code": factory.credit_code()} | changes), by=by, now=now)


def test_the_registrar_becomes_the_owner(cast: people_factory.Cast, now: datetime) -> None:
    vendor = register(cast.citizen, now)
    assert vendor.state == Vendor.State.REGISTERED
    assert list(vendor.members.values_list("user", "role")) == [(cast.citizen.pk, Member.Role.OWNER)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91350100M000100Y44", "“4”"),
        ("9135O100M000100Y43", "5"),
        ("91350100I000100Y43", "9"),
        ("9135", "18"),
        ("", "0"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_place(
    cast: people_factory.Cast, now: datetime, code: str, said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(cast.citizen, now, credit_code=code)
    assert refused.value.field == "credit_code"
    assert said in str(refused.value)
    assert not Vendor.objects.filter(name_zh="澄州智办").exists()


def test_a_credit_code_is_stored_normalized(cast: people_factory.Cast, now: datetime) -> None:
    assert register(cast.citizen, now, credit_code=" 91350100-m000100y43 ").credit_code == "91350100M000100Y43"


def test_registering_twice_is_told(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    register(cast.citizen, now, credit_code=code)
    with pytest.raises(Conflict) as refused:
        register(cast.citizen, now, credit_code=code)
    assert refused.value.code == "registered-twice"
    assert Vendor.objects.filter(credit_code=code).count() == 1


def test_two_people_may_register_one_company_but_one_is_verified(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    first, second = register(cast.citizen, now, credit_code=code), register(cast.stranger, now, credit_code=code)
    services.verify_vendor(vendor=first, by=cast.operator, now=now)
    with pytest.raises(Conflict) as refused:
        services.verify_vendor(vendor=second, by=cast.operator, now=now)
    assert refused.value.code == "credit-code-taken"
    assert Vendor.objects.get(pk=second.pk).state == Vendor.State.REGISTERED


def test_a_suspended_company_keeps_its_credit_code(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    first, second = register(cast.citizen, now, credit_code=code), register(cast.stranger, now, credit_code=code)
    services.verify_vendor(vendor=first, by=cast.operator, now=now)
    services.suspend_vendor(vendor=first, reason="核查", by=cast.operator, now=now)
    with pytest.raises(Conflict):
        services.verify_vendor(vendor=second, by=cast.operator, now=now)


def test_a_verified_company_is_not_registered_again(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    services.verify_vendor(vendor=register(cast.citizen, now, credit_code=code), by=cast.operator, now=now)
    with pytest.raises(Conflict) as refused:
        register(cast.stranger, now, credit_code=code)
    assert refused.value.code == "credit-code-taken"


def test_two_operators_deciding_on_one_company(cast: people_factory.Cast, now: datetime) -> None:
    vendor = register(cast.citizen, now)
    seen_by_the_other = Vendor.objects.get(pk=vendor.pk)
    services.verify_vendor(vendor=vendor, by=cast.operator, now=now)
    with pytest.raises(MoveRefused):
        services.refuse_vendor(vendor=seen_by_the_other, reason="重复", by=cast.operator, now=now)
    assert Vendor.objects.get(pk=vendor.pk).state == Vendor.State.VERIFIED


@pytest.mark.parametrize("who", ["citizen", "developer", "publisher", "maker", "stranger"])
def test_only_operators_decide(cast: people_factory.Cast, now: datetime, who: str) -> None:
    vendor = register(people_factory.person("somebody"), now)
    for decide in (services.verify_vendor, services.resume_vendor):
        with pytest.raises(NotAllowed):
            decide(vendor=vendor, by=getattr(cast, who), now=now)
    for decide in (services.refuse_vendor, services.suspend_vendor):
        with pytest.raises(NotAllowed):
            decide(vendor=vendor, reason="x", by=getattr(cast, who), now=now)


def test_an_operator_does_not_decide_on_their_own_company(cast: people_factory.Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed) as refused:
        services.verify_vendor(vendor=register(cast.operator, now), by=cast.operator, now=now)
    assert refused.value.code == "own-company"


def test_a_refusal_needs_words_and_can_be_put_right(cast: people_factory.Cast, now: datetime) -> None:
    vendor = register(cast.citizen, now)
    with pytest.raises(InvalidInput):
        services.refuse_vendor(vendor=vendor, reason="  ", by=cast.operator, now=now)
    services.refuse_vendor(vendor=vendor, reason="名称与执照不符", by=cast.operator, now=now)
    assert vendor.refusal_reason == "名称与执照不符"
    with pytest.raises(NotAllowed):
        services.register_again(vendor=vendor, by=cast.stranger, now=now, credit_code=vendor.credit_code)
    services.register_again(
        vendor=vendor, by=cast.citizen, now=now, credit_code=vendor.credit_code, name_zh="澄州智办科技"
    )
    assert Vendor.objects.get(pk=vendor.pk).name_zh == "澄州智办科技"
    services.verify_vendor(vendor=vendor, by=cast.operator, now=now)
    assert Vendor.objects.get(pk=vendor.pk).refusal_reason == ""


def test_a_suspension_is_news_for_the_layers_above(cast: people_factory.Cast, now: datetime) -> None:
    heard: list[Vendor] = []
    vendor_suspended.connect(hear := lambda vendor, **_rest: heard.append(vendor))
    services.suspend_vendor(vendor=cast.vendor, reason="核查", by=cast.operator, now=now)
    vendor_suspended.disconnect(hear)
    assert heard == [cast.vendor]


def test_when_a_receiver_fails_nothing_is_suspended(cast: people_factory.Cast, now: datetime) -> None:
    def fail(**_given: object) -> None:
        raise RuntimeError

    vendor_suspended.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.suspend_vendor(vendor=cast.vendor, reason="核查", by=cast.operator, now=now)
    finally:
        vendor_suspended.disconnect(fail)
    assert Vendor.objects.get(pk=cast.vendor.pk).state == Vendor.State.VERIFIED
