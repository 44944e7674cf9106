"""The reference app: a citizen's way through its pages and its API, in both languages, whatever departments do."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.reference import settings, words
from sandbox.reference.api import Api
from sandbox.reference.cases import RECEIVED, SENDING, Cases
from sandbox.reference.departments import NoAnswerError, NoSessionError, Pass, RefusedError
from sandbox.reference.pages import Pages
from sandbox.reference.service import Service
from sandbox.reference.site import Site
from sandbox.reference.web import Request, Response

FORM = {"ground": "dwelling", "phone": "14200000001", "pickup": "mail"}
NAME = "王㛃䶮<script>"


class Departments:
    """Departments that answer, or do what `trouble` says."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.submitted: list[tuple[str, dict[str, Any]]] = []
        self.language = "zh-hans"
        self.elder = False
        self.state = "received"

    def enter(self, token: str) -> Pass:
        if token == "used":
            raise NoSessionError
        return Pass(f"session-{token}", f"case-{token}", self.language, self.elder)

    def person(self, session: str) -> dict[str, Any]:
        number = "990000199001011234"
        return {"name": NAME, "document_type": "resident_id", "document_number": number, "phone": None}

    def registration(self, session: str) -> dict[str, Any]:
        return {"registration_no": "DJ1", "address": "青澜市", "registered_on": "2024-01-01"}

    def rental(self, session: str) -> dict[str, Any]:
        return {"contract_no": "ZL1"}

    def submit(self, session: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        if self.trouble:
            raise self.trouble
        self.submitted.append((key, body))
        return {"application_no": "JZ1", "state": "received"}

    def application(self, session: str, number: str) -> dict[str, Any]:
        return {"application_no": number, "state": self.state, "reason": None, "remedy": None}


class Browser:
    """A browser with cookies, without a socket."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.cookie = ""

    def __call__(self, method: str, path: str, **fields: str) -> Response:
        base, _, query = path.partition("?")
        pairs = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        headers = {"cookie": self.cookie}
        body = urlencode(fields).encode()
        response = self._site.answer(Request(method, base, {k: [v] for k, v in pairs.items()}, headers, body))
        self.cookie = response.headers.get("Set-Cookie", self.cookie).partition(";")[0]
        return response


@pytest.fixture
def departments() -> Departments:
    return Departments()


@pytest.fixture
def chosen(tmp_path: Path) -> settings.Settings:
    return settings.read(
        {
            "GATEWAY_URL": "http://127.0.0.1:9000",
            "STATE_DIR": str(tmp_path),
            "APP_NAME_EN": "Anju",
            "APP_NAME_ZH": "安居办",
        }
    )


def make(chosen: settings.Settings, departments: Departments) -> tuple[Site, Service]:
    service = Service(chosen, Cases(chosen.state_dir), departments)
    return Site(service, Api(service), Pages(service)), service


@pytest.fixture
def browser(chosen: settings.Settings, departments: Departments) -> Browser:
    return Browser(make(chosen, departments)[0])


def text(response: Response) -> str:
    return response.body.decode()


def fill_in(browser: Browser) -> None:
    assert browser("GET", "/launch?token=t").headers["Location"] == "/apply"
    assert browser("POST", "/apply", **FORM).headers["Location"] == "/check"


def test_a_citizen_gets_from_launch_to_receipt(browser: Browser, departments: Departments) -> None:
    fill_in(browser)
    check = text(browser("GET", "/check"))
    assert "核对后提交" in check
    assert "14200000001" in check
    assert browser("POST", "/check", declaration="yes").headers["Location"] == "/receipt"
    receipt = text(browser("GET", "/receipt"))
    assert "部门已收到" in receipt
    assert "JZ1" in receipt
    assert "12345" in receipt
    assert departments.submitted[0][1]["name"] == NAME
    assert departments.submitted[0][1]["rental_contract_no"] == "ZL1"


def test_what_departments_know_is_filled_in_escaped_and_partly_hidden(browser: Browser) -> None:
    browser("GET", "/launch?token=t")
    page = text(browser("GET", "/apply"))
    assert "王㛃䶮&lt;script&gt;" in page
    assert "<script>" not in page
    assert "990000199001011234" not in page
    assert "9900************34" in page


def test_errors_are_listed_linked_and_kept(browser: Browser) -> None:
    browser("GET", "/launch?token=t")
    response = browser("POST", "/apply", ground="dwelling", phone="12", pickup="")
    page = text(response)
    assert response.status == 422
    assert '<a href="#phone">' in page
    assert '<a href="#pickup">' in page
    assert 'value="12"' in page
    assert "<title>错误：" in page


def test_the_declaration_must_be_ticked(browser: Browser, departments: Departments) -> None:
    fill_in(browser)
    assert browser("POST", "/check").status == 422
    assert not departments.submitted


def test_pressing_twice_submits_once(browser: Browser, departments: Departments) -> None:
    fill_in(browser)
    for _ in range(3):
        browser("POST", "/check", declaration="yes")
    assert len(departments.submitted) == 1
    assert browser("GET", "/apply").headers["Location"] == "/status"


def test_coming_back_through_a_second_launch_shows_how_it_stands(browser: Browser, departments: Departments) -> None:
    fill_in(browser)
    browser("POST", "/check", declaration="yes")
    departments.state = "completed"
    assert browser("GET", "/launch?token=t").headers["Location"] == "/status"
    assert "已办结" in text(browser("GET", "/status"))


def test_a_silent_department_is_told_and_the_application_is_delivered_once(
    chosen: settings.Settings, departments: Departments
) -> None:
    site, service = make(chosen, departments)
    browser = Browser(site)
    fill_in(browser)
    departments.trouble = NoAnswerError("timeout")
    browser("POST", "/check", declaration="yes")
    assert "正在送达部门" in text(browser("GET", "/receipt"))
    waiting = service.cases.waiting()
    assert [each.state for each in waiting] == [SENDING]
    departments.trouble = None
    service.deliver_waiting()
    service.deliver_waiting()
    assert [key for key, _ in departments.submitted] == [waiting[0].key]
    assert "部门已收到" in text(browser("GET", "/receipt"))


def test_a_restart_loses_nothing(chosen: settings.Settings, departments: Departments) -> None:
    browser = Browser(make(chosen, departments)[0])
    fill_in(browser)
    departments.trouble = NoAnswerError("timeout")
    browser("POST", "/check", declaration="yes")
    departments.trouble = None
    _, restarted = make(chosen, departments)
    restarted.deliver_waiting()
    assert len(departments.submitted) == 1
    assert make(chosen, departments)[1].cases.waiting() == []


def test_the_built_in_fault_claims_what_nobody_confirmed(chosen: settings.Settings, departments: Departments) -> None:
    site, service = make(replace(chosen, variant=settings.LOSES), departments)
    browser = Browser(site)
    fill_in(browser)
    departments.trouble = NoAnswerError("timeout")
    browser("POST", "/check", declaration="yes")
    assert service.cases.waiting() == []
    application = service.cases.application_of("case-t")
    assert application is not None
    assert (application.state, application.application_no) == (RECEIVED, None)


def test_a_refusal_says_why_and_another_try_is_possible(browser: Browser, departments: Departments) -> None:
    fill_in(browser)
    told = {
        "code": "residence_too_short",
        "title": "Too short",
        "title_zh": "居住登记未满半年",
        "remedy_zh": "满半年再来",
    }
    departments.trouble = RefusedError(told)
    page = text(browser("POST", "/check", declaration="yes"))
    assert "居住登记未满半年" in page
    assert "满半年再来" in page
    departments.trouble = None
    assert browser("POST", "/check", declaration="yes").headers["Location"] == "/receipt"


@pytest.mark.parametrize("path", ["/apply", "/check", "/receipt", "/status"])
def test_pages_without_a_visit_say_how_to_start_again(browser: Browser, path: str) -> None:
    response = browser("GET", path)
    assert response.status == 401
    assert "请重新进入" in text(response)


@pytest.mark.parametrize("query", ["", "?token=", "?token=used", "?token=" + "x" * 4001])
def test_a_launch_that_is_no_good_says_so(browser: Browser, query: str) -> None:
    assert browser("GET", f"/launch{query}").status == 401


def test_large_text_comes_with_the_session_and_can_be_switched(browser: Browser, departments: Departments) -> None:
    departments.elder = True
    fill_in(browser)
    assert 'class="elder"' in text(browser("GET", "/check"))
    assert browser("POST", "/text", to="usual", back="/check").headers["Location"] == "/check"
    assert 'class="usual"' in text(browser("GET", "/check"))
    browser("POST", "/text", to="large", back="//elsewhere.invalid")
    assert 'class="elder"' in text(browser("GET", "/check"))


def test_english_all_the_way(browser: Browser, departments: Departments) -> None:
    departments.language = "en"
    fill_in(browser)
    browser("POST", "/check", declaration="yes")
    for path in ("/receipt", "/status"):
        page = text(browser("GET", path))
        assert '<html lang="en"' in page
        said = re.sub(r'<(button|span)[^>]* lang="zh-Hans">.*?</\1>', "", page)
        assert not re.search(r"[一-鿿]", said)


def test_the_language_can_be_switched_but_leads_nowhere_else(browser: Browser) -> None:
    browser("GET", "/launch?token=t")
    assert browser("POST", "/language", to="en", back="/status").headers["Location"] == "/status"
    assert 'lang="en"' in text(browser("GET", "/apply"))
    assert browser("POST", "/language", to="en", back="https://evil.example/").headers["Location"] == "/apply"


def test_unknown_pages_and_methods(browser: Browser) -> None:
    assert browser("GET", "/nothing").status == 404
    assert browser("DELETE", "/apply").status == 404
    assert browser("GET", "/static/style.css").content_type.startswith("text/css")


# ---------------------------------------------------------------- API


class Client:
    def __init__(self, site: Site) -> None:
        self._site = site

    def __call__(
        self, method: str, path: str, body: Any = None, *, session: str = "", media: str = "application/json"
    ) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {session}", "content-type": media}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = self._site.answer(Request(method, path, {}, headers, raw))
        return response.status, json.loads(response.body)


@pytest.fixture
def client(chosen: settings.Settings, departments: Departments) -> Client:
    return Client(make(chosen, departments)[0])


GOOD = {**FORM, "declaration": True}


def test_the_api_from_session_to_status(client: Client) -> None:
    status, opened = client("POST", "/api/session", {"token": "t"})
    assert (status, opened["case"]) == (201, "case-t")
    session = opened["session"]
    assert client("GET", "/api/draft", session=session)[1]["name"] == NAME
    status, made = client("POST", "/api/applications", GOOD, session=session)
    assert (status, made["state"], made["application_no"]) == (201, "received", "JZ1")
    status, again = client("POST", "/api/applications", GOOD, session=session)
    assert (status, again["reference"]) == (200, made["reference"])
    assert client("GET", f"/api/applications/{made['reference']}", session=session)[1]["state"] == "received"
    assert client("GET", "/api/applications/R-other", session=session)[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        {},
        GOOD | {"phone": 5},
        GOOD | {"phone": "１４２00000001"},
        GOOD | {"declaration": "yes"},
        GOOD | {"x": 1},
    ],
)
def test_bad_input_is_refused_before_anything_happens(client: Client, departments: Departments, body: Any) -> None:
    session = client("POST", "/api/session", {"token": "t"})[1]["session"]
    assert client("POST", "/api/applications", body, session=session)[0] == 422
    assert not departments.submitted


def test_a_silent_department_makes_202_and_a_refusal_422(client: Client, departments: Departments) -> None:
    session = client("POST", "/api/session", {"token": "t"})[1]["session"]
    departments.trouble = RefusedError(
        {"code": "residence_too_short", "title_zh": "居住登记未满半年", "title": "Too short"}
    )
    status, problem = client("POST", "/api/applications", GOOD, session=session)
    assert (status, problem["code"], problem["detail"]) == (422, "residence_too_short", "居住登记未满半年")
    departments.trouble = NoAnswerError("timeout")
    status, made = client("POST", "/api/applications", GOOD, session=session)
    assert (status, made["state"], made["application_no"]) == (202, "sending", None)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/draft", 401), ("PUT", "/api/applications", 405), ("GET", "/api/nothing", 404)],
)
def test_the_api_refuses_what_it_does_not_know(client: Client, method: str, path: str, status: int) -> None:
    assert client(method, path)[0] == status


def test_a_crash_is_a_problem_not_a_trace(client: Client, departments: Departments) -> None:
    session = client("POST", "/api/session", {"token": "t"})[1]["session"]
    departments.trouble = ZeroDivisionError("secret")
    status, problem = client("POST", "/api/applications", GOOD, session=session)
    assert status == 500
    assert "secret" not in json.dumps(problem)


# ---------------------------------------------------------------- settings and words


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"GATEWAY_URL": "ftp://x"},
        {"GATEWAY_URL": "http://x", "APP_VARIANT": "bad"},
        {"GATEWAY_URL": "http://x", "APP_ACCENT": "red;}"},
    ],
)
def test_settings_fail_loudly(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"GATEWAY_URL|APP_"):
        settings.read(environment)


@pytest.mark.parametrize("key", sorted(words.WORDS))
def test_every_sentence_is_there_in_both_languages_with_the_same_places(key: str) -> None:
    chinese, english = words.WORDS[key]
    assert chinese
    assert english
    places = [{name for _, name, _, _ in string.Formatter().parse(each) if name} for each in (chinese, english)]
    assert places[0] == places[1]
