"""Who may open which page of the vendors' side: one table, every person."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests import factory as people_factory
from tests.vendors.conftest import Answering
from vendors import services
from vendors.models import Member, Question, Vendor

PEOPLE = ("owner", "teammate", "finance", "viewer", "publisher", "editor", "operator", "citizen", "nobody")
PAGES: dict[str, dict[str, int]] = {
    "console": dict.fromkeys(PEOPLE, 200) | {"nobody": 302},
    "register": dict.fromkeys(PEOPLE, 200) | {"nobody": 302},
    "register_again": {"owner": 200},
    "members": {"owner": 200, "teammate": 200, "finance": 200, "viewer": 200},
    "bank_account": {"owner": 200},
    "tokens": {"owner": 200, "teammate": 200},
    "claim": dict.fromkeys(PEOPLE, 200) | {"nobody": 302},
    "ask": dict.fromkeys(PEOPLE, 200) | {"nobody": 302},
    "order_questions": dict.fromkeys(PEOPLE, 200),
    "create_app": {"owner": 200, "teammate": 200},
    "app": {"owner": 200, "teammate": 200, "finance": 200, "viewer": 200, "operator": 200},
    "edit_app": {"owner": 200, "teammate": 200},
    "upload": {"owner": 200, "teammate": 200},
    "questions": {"publisher": 200},
    "answer": {"publisher": 200},
    "verification": {"operator": 200},
    "verify": {"operator": 200},
}
POSTS: dict[str, dict[str, int]] = {
    "withdraw_claim": {"owner": 302, "teammate": 302},
    "remove_member": {"owner": 302, "teammate": 403, "finance": 403, "viewer": 302},
}


@pytest.fixture
def addresses(answering: Answering, cast: people_factory.Cast, now: datetime) -> dict[str, str]:
    """Every page of the vendors' side with something to show."""
    for role, user in (("developer", cast.citizen), ("finance", cast.maker), ("viewer", cast.checker)):
        Member.objects.create(vendor=answering.vendor, user=user, role=role)
    question = services.ask_question(
        vendor=answering.vendor, order=answering.order, text="问？", by=answering.developer, now=now
    )
    company, order, app = [answering.vendor.code], [answering.order.code], [answering.app.code]
    viewer = Member.objects.get(role="viewer")
    arguments = {
        "register_again": company,
        "members": company,
        "bank_account": company,
        "verify": company,
        "claim": order,
        "ask": order,
        "order_questions": order,
        "create_app": order,
        "app": app,
        "edit_app": app,
        "upload": app,
        "answer": [question.pk],
        "withdraw_claim": [answering.vendor.claims.get().pk],
        "remove_member": [answering.vendor.code, viewer.pk],
    }
    return {page: reverse(f"vendors:{page}", args=arguments.get(page, [])) for page in [*PAGES, *POSTS]}


def sign_in(client: Client, cast: people_factory.Cast, who: str) -> None:
    """Sign in as one of PEOPLE; the cast's citizen, maker and checker play the teammates, the stranger the citizen."""
    played = {
        "owner": cast.developer,
        "teammate": cast.citizen,
        "finance": cast.maker,
        "viewer": cast.checker,
        "citizen": cast.stranger,
    }
    if who != "nobody":
        client.force_login(played.get(who) or getattr(cast, who))


@pytest.mark.parametrize("who", PEOPLE)
def test_pages(client: Client, cast: people_factory.Cast, addresses: dict[str, str], who: str) -> None:
    sign_in(client, cast, who)
    found = {page: client.get(addresses[page]).status_code for page in PAGES}
    otherwise = 302 if who == "nobody" else 404
    assert found == {page: expected.get(who, otherwise) for page, expected in PAGES.items()}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("page", POSTS)
def test_actions(client: Client, cast: people_factory.Cast, addresses: dict[str, str], who: str, page: str) -> None:
    sign_in(client, cast, who)
    assert client.get(addresses[page]).status_code == 405
    answer = client.post(addresses[page])
    assert answer.status_code == POSTS[page].get(who, 302 if who == "nobody" else 404)
    if who == "nobody":
        assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(
    client: Client, cast: people_factory.Cast, addresses: dict[str, str], language: str
) -> None:
    said = {
        "console": ("owner", "厂商工作台", "Company console"),
        "upload": ("owner", "上传新版本", "Upload a version"),
        "questions": ("publisher", "提问答复", "Question desk"),
        "verify": ("operator", "统一社会信用代码", "Unified social credit code"),
    }
    for page, (who, chinese, english) in said.items():
        client.logout()
        sign_in(client, cast, who)
        text = client.get(addresses[page].replace("/zh-hans/", f"/{language}/")).content.decode()
        assert f'lang="{language}"' in text
        assert (chinese in text, english in text) == (language == "zh-hans", language == "en")


def test_the_question_is_shown_without_its_asker(
    client: Client, answering: Answering, addresses: dict[str, str]
) -> None:
    Vendor.objects.filter(pk=answering.vendor.pk).update(name_zh="问者无名公司", name_en="Askers Inc")
    Question.objects.update(text="接口何时可用？")
    for page in ("order_questions",):
        text = client.get(addresses[page]).content.decode()
        assert "接口何时可用？" in text
        assert "问者无名公司" not in text
        assert answering.developer.name not in text


@pytest.mark.parametrize("state", ["registered", "refused", "suspended"])
def test_a_company_that_is_not_verified_is_told_so(
    client: Client, answering: Answering, addresses: dict[str, str], state: str
) -> None:
    Vendor.objects.filter(pk=answering.vendor.pk).update(
        state=state, refusal_reason="执照不清", suspension_reason="核查"
    )
    client.force_login(answering.developer)
    for page in ("claim", "ask"):
        answer = client.get(addresses[page])
        assert (answer.status_code, answer.context["may"]) == (200, False)
        assert client.post(addresses[page], {"vendor": answering.vendor.code, "text": "x"}).status_code == 200
    console = client.get(addresses["console"]).content.decode()
    assert {"registered": "比对", "refused": "执照不清", "suspended": "核查"}[state] in console
    assert Question.objects.count() == 1


def test_queries_do_not_grow_with_rows(
    client: Client,
    answering: Answering,
    cast: people_factory.Cast,
    now: datetime,
    addresses: dict[str, str],
    django_assert_max_num_queries: object,
) -> None:
    for number in range(12):
        people_factory.certified_version(
            answering.app, answering.order, by=answering.developer, now=now, version=f"1.{number}.0"
        )
        services.ask_question(
            vendor=answering.vendor, order=answering.order, text=f"问{number}？", by=answering.developer, now=now
        )
    with django_assert_max_num_queries(12):
        assert client.get(addresses["order_questions"]).status_code == 200
    client.force_login(answering.developer)
    for page in ("console", "app", "upload"):
        with django_assert_max_num_queries(24):
            assert client.get(addresses[page]).status_code == 200
