"""What people do on the pages of the vendors' side, and what the pages say when a rule says no."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from marketplace.accounts.desks import desks_of
from marketplace.accounts.models import ApiToken
from marketplace.orders.models import DemandOrder
from tests import factory as people_factory
from tests.vendors import factory
from tests.vendors.conftest import Answering
from vendors import services
from vendors.models import App, AppVersion, Claim, Question, Vendor

COMPANY = {"name_zh": "澄州智办", "contact_name": "周洁", "contact_phone": "13900000000", "town": "澄州市"}


@pytest.fixture(autouse=True)
def _own_storage(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def steps(client: Client) -> list[str]:
    """Return the states of the seven steps on the console."""
    return [step.state for step in client.get(reverse("vendors:console")).context["boards"][0].steps]


def upload_fields(order: DemandOrder, **changes: object) -> dict[str, object]:
    """Return the fields of the upload page."""
    content, sha256 = factory.archive()
    usual = factory.manifest(order) | {
        "version": "1.0.0",
        "archive": SimpleUploadedFile("app.tar", content.getvalue()),
        "sha256": sha256,
        "complete": "1",
    }
    return usual | changes


def test_from_an_empty_console_to_a_version(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    client.force_login(cast.citizen)
    assert reverse("vendors:register") in client.get(reverse("vendors:console")).content.decode()

    client.post(reverse("vendors:register"), COMPANY | {"credit_code": factory.credit_code()})
    vendor = Vendor.objects.get(name_zh="澄州智办")
    assert steps(client) == ["done", "now", "next", "next", "next", "next", "next"]

    operator = Client()
    operator.force_login(cast.operator)
    operator.post(reverse("vendors:verify", args=[vendor.code]), {"action": "verify"})
    assert steps(client) == ["done", "done", "now", "next", "next", "next", "next"]

    claim = {"vendor": vendor.code, "accept_tariff": "on", "accept_data_terms": "on"}
    client.post(reverse("vendors:claim", args=[demand.code]), claim)
    assert steps(client) == ["done", "done", "done", "now", "next", "next", "next"]

    description = {"name_zh": "居住证通", "name_en": "Permit", "accent": "#0b5a6b"}
    client.post(reverse("vendors:create_app", args=[demand.code]), description)
    app = App.objects.get(vendor=vendor)
    assert steps(client) == ["done", "done", "done", "done", "now", "next", "next"]

    answer = client.post(reverse("vendors:upload", args=[app.code]), upload_fields(demand))
    assert answer.status_code == 302
    assert steps(client) == ["done", "done", "done", "done", "done", "now", "next"]

    AppVersion.objects.update(state="failed")
    assert steps(client) == ["done", "done", "done", "done", "done", "bad", "next"]
    AppVersion.objects.update(state="certified", score=90, image_digest="sha256:1", certified_at=now)
    assert steps(client) == ["done", "done", "done", "done", "done", "done", "now"]
    people_factory.listing(AppVersion.objects.get(), now=now)
    assert steps(client) == ["done"] * 7


def test_a_mistyped_credit_code_is_told_at_its_field(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.citizen)
    answer = client.post(reverse("vendors:register"), COMPANY | {"credit_code": "91350100M000100Y44"})
    assert answer.status_code == 200
    assert "“3”" in str(answer.context["form"].errors["credit_code"])
    assert not Vendor.objects.filter(name_zh="澄州智办").exists()


def test_registering_twice_is_told_at_its_field(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.citizen)
    given = COMPANY | {"credit_code": factory.credit_code()}
    assert client.post(reverse("vendors:register"), given).status_code == 302
    again = client.post(reverse("vendors:register"), given)
    assert "credit_code" in again.context["form"].errors


def test_a_refused_company_comes_back(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    vendor = services.register_vendor(**COMPANY, credit_code=factory.credit_code(), by=cast.citizen, now=now)
    operator = Client()
    operator.force_login(cast.operator)
    page = reverse("vendors:verify", args=[vendor.code])
    assert operator.post(page, {"action": "refuse", "reason": ""}).context["form"].errors
    operator.post(page, {"action": "refuse", "reason": "名称与执照不符"})
    client.force_login(cast.citizen)
    form = reverse("vendors:register_again", args=[vendor.code])
    assert "名称与执照不符" in client.get(form).content.decode()
    client.post(form, COMPANY | {"name_zh": "澄州智办科技", "credit_code": vendor.credit_code})
    vendor.refresh_from_db()
    assert (vendor.state, vendor.name_zh) == ("registered", "澄州智办科技")


def test_deciding_what_was_decided_meanwhile(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.operator)
    page = reverse("vendors:verify", args=[cast.vendor.code])
    assert client.post(page, {"action": "verify"}).status_code == 409
    assert client.post(page, {"action": "explode"}).status_code == 200
    assert client.post(page, {"action": "suspend", "reason": "核查"}).status_code == 302
    assert client.post(page, {"action": "resume"}).status_code == 302
    assert Vendor.objects.get(pk=cast.vendor.pk).state == "verified"


def test_the_same_credit_code_elsewhere_is_shown(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    code = factory.credit_code()
    first, second = (
        services.register_vendor(name_zh=name, credit_code=code, by=who, now=now)
        for name, who in (("甲公司", cast.citizen), ("乙公司", cast.stranger))
    )
    client.force_login(cast.operator)
    assert "乙公司" in client.get(reverse("vendors:verify", args=[first.code])).content.decode()
    client.post(reverse("vendors:verify", args=[first.code]), {"action": "verify"})
    assert client.post(reverse("vendors:verify", args=[second.code]), {"action": "verify"}).status_code == 409


def test_members_come_and_go(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.developer)
    page = reverse("vendors:members", args=[cast.vendor.code])
    unknown = client.post(page, {"email": "nobody@example.org", "role": "viewer"})
    assert "email" in unknown.context["form"].errors
    assert client.post(page, {"email": cast.citizen.email.upper(), "role": "viewer"}).status_code == 302
    assert "email" not in client.post(page, {"email": cast.citizen.email, "role": "viewer"}).context["form"].errors
    viewer = cast.vendor.members.get(role="viewer")
    client.post(reverse("vendors:remove_member", args=[cast.vendor.code, viewer.pk]))
    assert cast.vendor.members.count() == 1
    last = client.post(reverse("vendors:remove_member", args=[cast.vendor.code, cast.vendor.members.get().pk]))
    assert last.status_code == 409


def test_the_account_is_shown_masked(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.developer)
    page = reverse("vendors:bank_account", args=[cast.vendor.code])
    wrong = client.post(page, {"bank_name": "澄州银行", "account": "12"})
    assert "account" in wrong.context["form"].errors
    assert client.post(page, {"bank_name": "澄州银行", "account": "6222021234567890"}).status_code == 302
    text = client.get(page).content.decode()
    assert "**** 7890" in text
    assert "6222021234567890" not in text


def test_a_token_is_shown_once(client: Client, cast: people_factory.Cast) -> None:
    client.force_login(cast.developer)
    page = reverse("vendors:tokens")
    shown = client.post(page, {"name": "CI", "days": "90"})
    token = ApiToken.objects.get(user=cast.developer)
    assert (token.scopes, token.department) == (["apps:upload"], None)
    assert f"{token.prefix}." in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert f"{token.prefix}." not in client.get(page).content.decode()
    client.force_login(cast.stranger)
    assert client.post(reverse("vendors:revoke_token", args=[token.pk])).status_code == 404
    client.force_login(cast.developer)
    client.post(reverse("vendors:revoke_token", args=[token.pk]))
    assert ApiToken.objects.get(pk=token.pk).revoked_at


def test_claiming_without_accepting(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    client.force_login(cast.developer)
    answer = client.post(reverse("vendors:claim", args=[demand.code]), {"vendor": cast.vendor.code})
    assert set(answer.context["form"].errors) == {"accept_tariff", "accept_data_terms"}
    assert Claim.objects.count() == 0


def test_an_order_is_given_back_from_the_console(client: Client, answering: Answering) -> None:
    client.force_login(answering.developer)
    button = reverse("vendors:withdraw_claim", args=[Claim.objects.get().pk])
    assert button in client.get(reverse("vendors:console")).content.decode()
    assert client.post(button).status_code == 302
    assert Claim.objects.get().state == Claim.State.WITHDRAWN
    assert button not in client.get(reverse("vendors:console")).content.decode()
    assert client.post(button).status_code == 409


def test_nobody_claims_for_another_company(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    people_factory.vendor(now=now, owner=cast.stranger)
    client.force_login(cast.stranger)
    given = {"vendor": cast.vendor.code, "accept_tariff": "on", "accept_data_terms": "on"}
    assert "vendor" in client.post(reverse("vendors:claim", args=[demand.code]), given).context["form"].errors
    assert Claim.objects.count() == 0


def test_a_draft_order_is_not_there(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now, state="draft")
    client.force_login(cast.developer)
    for page in ("claim", "ask", "order_questions"):
        assert client.get(reverse(f"vendors:{page}", args=[demand.code])).status_code == 404


def test_question_and_answer(client: Client, cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    client.force_login(cast.developer)
    asked = client.post(
        reverse("vendors:ask", args=[demand.code]), {"vendor": cast.vendor.code, "text": "<script>问？</script>"}
    )
    assert asked.status_code == 302
    question = Question.objects.get()
    client.force_login(cast.publisher)
    assert "&lt;script&gt;" in client.get(reverse("vendors:questions")).content.decode()
    page = reverse("vendors:answer", args=[question.pk])
    assert client.post(page, {"answer": " "}).context["form"].errors
    assert client.post(page, {"answer": "支持代办。"}).status_code == 302
    assert client.post(page, {"answer": "不支持。"}).context["form"].errors
    client.logout()
    text = client.get(reverse("vendors:order_questions", args=[demand.code])).content.decode()
    assert "支持代办。" in text
    assert "<script>问" not in text


def test_an_upload_refused_is_told_at_its_field(client: Client, answering: Answering) -> None:
    client.force_login(answering.developer)
    page = reverse("vendors:upload", args=[answering.app.code])
    for changes, field in (
        ({"sha256": "0" * 64}, "sha256"),
        ({"version": "1"}, "version"),
        ({"port": "80"}, "port"),
        ({"memory_mb": "4096"}, "memory_mb"),
        ({"archive": SimpleUploadedFile("app.tar", b""), "sha256": ""}, "archive"),
        ({"archive": ""}, "archive"),
        ({"complete": ""}, "archive"),
        ({"languages": ["en"]}, "languages"),
    ):
        answer = client.post(page, upload_fields(answering.order, **changes))
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
    assert AppVersion.objects.count() == 0


def test_the_next_upload_starts_from_the_last_manifest(client: Client, answering: Answering) -> None:
    client.force_login(answering.developer)
    page = reverse("vendors:upload", args=[answering.app.code])
    assert client.get(page).context["form"]["memory_mb"].value() == 256
    client.post(page, upload_fields(answering.order, memory_mb=64))
    form = client.get(page).context["form"]
    assert (form["memory_mb"].value(), form["scopes"].value()) == (64, ["name"])
    assert form["version"].value() is None


def test_an_unsafe_address_is_told_at_its_field(client: Client, answering: Answering) -> None:
    client.force_login(answering.developer)
    fields = {"name_zh": "居住证通", "name_en": "Permit", "accent": "#0b5a6b", "address": "http://example.org"}
    answer = client.post(reverse("vendors:edit_app", args=[answering.app.code]), fields)
    assert "address" in answer.context["form"].errors


def test_an_upload_cut_off_half_way(client: Client, answering: Answering) -> None:
    client.force_login(answering.developer)
    content = b"layer" * 200_000
    fields = upload_fields(
        answering.order,
        archive=SimpleUploadedFile("app.tar", content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    archive = fields.pop("archive")
    body = client._encode_data(fields | {"archive": archive}, MULTIPART_CONTENT)
    page = reverse("vendors:upload", args=[answering.app.code])
    answer = client.generic("POST", page, body[: len(body) // 2], MULTIPART_CONTENT)
    assert answer.status_code == 200
    assert "archive" in answer.context["form"].errors
    assert AppVersion.objects.count() == 0


def test_a_body_over_the_limit(client: Client, answering: Answering, settings: object) -> None:
    settings.APP_ARCHIVE_MAX_BYTES = 10
    client.force_login(answering.developer)
    page = reverse("vendors:upload", args=[answering.app.code])
    big = SimpleUploadedFile("app.tar", b"0" * 100_000)
    assert client.post(page, upload_fields(answering.order, archive=big)).status_code == 413
    small = client.post(page, upload_fields(answering.order))
    assert "archive" in small.context["form"].errors


def test_the_upload_page_checks_the_csrf_token(answering: Answering) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(answering.developer)
    answer = client.post(reverse("vendors:upload", args=[answering.app.code]), upload_fields(answering.order))
    assert answer.status_code == 403
    assert AppVersion.objects.count() == 0


@pytest.mark.parametrize("state", ["suspended", "closed", "withdrawn"])
def test_no_upload_without_an_open_order(client: Client, answering: Answering, state: str) -> None:
    DemandOrder.objects.update(state=state)
    client.force_login(answering.developer)
    page = reverse("vendors:upload", args=[answering.app.code])
    assert "form" not in client.get(page).context
    client.post(page, upload_fields(answering.order))
    assert AppVersion.objects.count() == 0


def test_the_app_page_tells_each_version(client: Client, answering: Answering, now: datetime) -> None:
    for number, state in enumerate(["refused", "queued", "failed", "certified"]):
        people_factory.certified_version(
            answering.app,
            answering.order,
            by=answering.developer,
            now=now + timedelta(hours=number),
            version=f"1.{number}.0",
            state=state,
        )
    client.force_login(answering.developer)
    text = client.get(reverse("vendors:app", args=[answering.app.code])).content.decode()
    for version in AppVersion.objects.all():
        assert reverse("sandbox:version", args=[version.pk]) in text
        assert version.get_state_display() in text


def test_desks(cast: people_factory.Cast) -> None:
    def pages(user: object) -> set[str]:
        return {desk.url for desk in desks_of(user)}

    assert reverse("vendors:console") in pages(cast.developer)
    assert reverse("vendors:questions") in pages(cast.publisher)
    assert reverse("vendors:verification") in pages(cast.operator)
    assert not {reverse(f"vendors:{name}") for name in ("console", "questions", "verification")} & pages(cast.citizen)
