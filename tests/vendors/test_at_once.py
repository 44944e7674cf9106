"""Several people at the same moment: the database decides, one wins, the others are told."""

from datetime import datetime

import pytest

from tests import factory as people_factory
from tests.at_once import together
from tests.vendors import factory
from vendors import services
from vendors.models import AppVersion, Member, Question, Vendor

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_two_operators_verify_two_companies_of_one_credit_code(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    first, second = (
        services.register_vendor(name_zh="澄州智办", credit_code=code, by=who, now=now)
        for who in (cast.citizen, cast.stranger)
    )
    outcomes = together(
        lambda: services.verify_vendor(vendor=first, by=cast.operator, now=now),
        lambda: services.verify_vendor(vendor=second, by=cast.operator, now=now),
    )
    assert outcomes == ["credit-code-taken", "done"]
    assert Vendor.objects.filter(credit_code=code, state="verified").count() == 1


def test_one_person_registers_one_company_twice(cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    register = [lambda: services.register_vendor(name_zh="澄州智办", credit_code=code, by=cast.citizen, now=now)] * 3
    assert together(*register) == ["done", "registered-twice", "registered-twice"]
    assert Vendor.objects.filter(credit_code=code).count() == 1


def test_the_last_two_owners_leave(cast: people_factory.Cast, now: datetime) -> None:
    services.add_member(vendor=cast.vendor, user=cast.citizen, role="owner", by=cast.developer, now=now)
    leave = [
        lambda member=member: services.remove_member(member=member, by=member.user, now=now)
        for member in Member.objects.filter(vendor=cast.vendor).select_related("user", "vendor")
    ]
    assert together(*leave) == ["done", "last-owner"]
    assert cast.vendor.members.count() == 1


def test_two_colleagues_answer(cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    question = services.ask_question(vendor=cast.vendor, order=demand, text="问？", by=cast.developer, now=now)
    answers = [
        lambda text=text: services.answer_question(
            question=Question.objects.get(pk=question.pk), answer=text, by=cast.publisher, now=now
        )
        for text in ("可以。", "不可以。")
    ]
    assert together(*answers) == ["answered-already", "done"]


def test_one_company_claims_twice(cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    claim = [
        lambda: services.claim_order(
            vendor=cast.vendor,
            order=demand,
            by=cast.developer,
            now=now,
            accept_tariff=True,
            accept_data_terms=True,
        )
    ] * 2
    assert together(*claim) == ["claimed-already", "done"]


@pytest.mark.parametrize(
    ("contents", "outcomes"),
    [((b"same", b"same"), ["done", "done"]), ((b"one", b"other"), ["done", "version-taken"])],
)
def test_one_version_is_uploaded_twice(
    cast: people_factory.Cast, now: datetime, contents: tuple[bytes, bytes], outcomes: list[str]
) -> None:
    demand = factory.order(cast, now=now)
    people_factory.claim(demand, cast.vendor, by=cast.developer, now=now)
    app = people_factory.app(cast.vendor, demand.service_item, now=now)

    def submit(content: bytes) -> AppVersion:
        archive, sha256 = factory.archive(content)
        manifest = factory.manifest(demand)
        return services.submit_version(
            app=app,
            order=demand,
            version="1.0.0",
            archive=archive,
            sha256=sha256,
            manifest=manifest,
            by=cast.developer,
            now=now,
        )

    assert together(*[lambda content=content: submit(content) for content in contents]) == outcomes
    assert AppVersion.objects.count() == 1
