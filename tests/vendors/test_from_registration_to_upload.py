"""The vendor's way in one piece: register, be verified, ask, claim, create the app, upload."""

from datetime import datetime, timedelta

import pytest

from marketplace.core import audit
from marketplace.notices.models import Notice
from tests import factory as people_factory
from tests.vendors import factory
from vendors import services
from vendors.models import AppVersion, Claim, Question, Vendor
from vendors.signals import version_submitted


@pytest.mark.django_db
def test_a_company_becomes_a_supplier(cast: people_factory.Cast, now: datetime) -> None:
    owner = people_factory.person("newcomer")
    demand = factory.order(cast, now=now)
    vendor = services.register_vendor(
        name_zh="澄州智办科技有限公司", credit_code=factory.credit_code(), by=owner, now=now
    )
    services.verify_vendor(vendor=vendor, by=cast.operator, now=now)
    services.set_bank_account(vendor=vendor, account="6222 0212 3456 7890", bank_name="澄州银行", by=owner, now=now)

    question = services.ask_question(vendor=vendor, order=demand, text="是否支持代办？", by=owner, now=now)
    services.answer_question(question=question, answer="支持。", by=cast.publisher, now=now + timedelta(hours=3))
    claim = services.claim_order(
        vendor=vendor, order=demand, by=owner, now=now, accept_tariff=True, accept_data_terms=True
    )
    app = services.create_app(
        vendor=vendor, service_item=demand.service_item, name_zh="居住证通", name_en="Permit", by=owner, now=now
    )
    heard: list[AppVersion] = []
    version_submitted.connect(hear := lambda version, **_rest: heard.append(version))
    content, sha256 = factory.archive()
    version = services.submit_version(
        app=app,
        order=demand,
        version="1.0.0",
        archive=content,
        sha256=sha256,
        manifest=factory.manifest(demand),
        by=owner,
        now=now,
    )
    version_submitted.disconnect(hear)

    assert Vendor.objects.get(pk=vendor.pk).state == Vendor.State.VERIFIED
    assert Vendor.objects.get(pk=vendor.pk).bank_account_masked == "**** 7890"
    assert services.bank_account_of(vendor) == "6222021234567890"
    assert Question.objects.get().answer == "支持。"
    assert (claim.state, claim.accepted_tariff) == (Claim.State.ACTIVE, "T-1")
    assert heard == [version]
    assert version.archive_sha256 == sha256
    with version.archive.open() as archive:
        assert archive.read() == b"an image archive"
    assert set(Notice.objects.filter(user=owner).values_list("kind", flat=True)) == {
        "vendor-verified",
        "question-answered",
    }
    assert list(audit.verify()) == []
