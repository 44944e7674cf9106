"""The simulated departments remember, refuse as the real ones would, fail on demand, and judge every call."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from sandbox.probe.city import World
from sandbox.probe.departments import record, submissions
from sandbox.probe.departments.faults import ERROR_AFTER, ERROR_BEFORE, SLOW_BEFORE, Fault
from sandbox.probe.departments.gateway import Gateway
from sandbox.probe.departments.http import Request, Response
from sandbox.probe.departments.launch import Launch, Launcher, LaunchRefusedError, Residents, TokenKeys
from tests.sandbox.probe.bench import interfaces

APPLICATIONS = "/residence/v1/permit-applications"


class Caller:
    """Calls the gateway as an app would, without a socket."""

    def __init__(self) -> None:
        world = World(5, 200)
        residents = Residents(world)
        self.launcher = Launcher(world, residents, seed=5)
        self.gateway = Gateway(world, interfaces(), TokenKeys(self.launcher.jwks()), residents)

    def __call__(
        self, method: str, target: str, body: Any = None, *, session: str = "", connected: bool = True, **headers: str
    ) -> tuple[int, Any]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if session:
            given["authorization"] = f"Bearer {session}"
        if body is not None:
            given.setdefault("content-type", "application/json")
        payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer: Response = asyncio.run(self.gateway.handle(Request(method, target, given, payload, lambda: connected)))
        return answer.status, json.loads(answer.body) if answer.body else None

    def enter(self, trait: str = "entitled") -> tuple[str, Launch]:
        launch = self.launcher.launch(trait)
        status, answer = self("POST", "/session", {"token": launch.token})
        assert status == 201
        return answer["session"], launch


@pytest.fixture
def call() -> Iterator[Caller]:
    return Caller()


def application(launch: Launch, **changes: Any) -> dict[str, Any]:
    known = {name: launch.inputs[name] for name in ("name", "document_type", "document_number", "registration_no")}
    return known | {
        "phone": launch.inputs["contact_phone"],
        "ground": "dwelling",
        "pickup": "counter",
        "declaration": True,
        **changes,
    }


def test_a_launch_token_opens_one_session_only(call: Caller) -> None:
    launch = call.launcher.launch("entitled")
    status, answer = call("POST", "/session", {"token": launch.token})
    assert (status, answer["case"]) == (201, launch.case)
    status, answer = call("POST", "/session", {"token": launch.token})
    assert (status, answer["code"]) == (401, "token_used")


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"token": 5}'])
def test_what_is_no_token_is_refused(call: Caller, body: bytes) -> None:
    assert call("POST", "/session", body)[0] in (400, 401)


def test_a_token_of_another_key_or_out_of_date_is_refused(call: Caller) -> None:
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": "x"})
    claims = {"iss": "a", "sub": "b", "jti": "c", "exp": int(time.time()) + 60, "case": "d", "service_item": "e"}
    forged = jwt.encode({"alg": "Ed25519", "kid": "x"}, claims, stranger, algorithms=["Ed25519"])
    assert call("POST", "/session", {"token": forged})[0] == 401
    keys = TokenKeys({"keys": [stranger.as_dict(private=False)]})
    late = jwt.encode({"alg": "Ed25519", "kid": "x"}, claims | {"exp": 5}, stranger, algorithms=["Ed25519"])
    assert keys.claims(forged, now=time.time())["case"] == "d"
    with pytest.raises(LaunchRefusedError, match="token_expired"):
        keys.claims(late, now=time.time())
    incomplete = jwt.encode({"alg": "Ed25519", "kid": "x"}, {"sub": "b"}, stranger, algorithms=["Ed25519"])
    with pytest.raises(LaunchRefusedError, match="token_incomplete"):
        keys.claims(incomplete, now=time.time())


def test_keys_are_fetched_when_needed_and_not_for_every_bad_token() -> None:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": "x"})
    fetched: list[int] = []

    def refresh() -> dict[str, Any]:
        fetched.append(1)
        return {"keys": [key.as_dict(private=False)]}

    keys = TokenKeys({"keys": []}, refresh)
    claims = {"iss": "a", "sub": "b", "jti": "c", "exp": int(time.time()) + 60, "case": "d", "service_item": "e"}
    token = jwt.encode({"alg": "Ed25519", "kid": "x"}, claims, key, algorithms=["Ed25519"])
    assert keys.claims(token, now=time.time())["sub"] == "b"
    for _ in range(3):
        with pytest.raises(LaunchRefusedError):
            keys.claims("nonsense", now=time.time())
    assert len(fetched) == 1


def test_the_same_pseudonym_is_always_the_same_person() -> None:
    world = World(5, 200)
    first, second = Residents(world), Residents(World(5, 200))
    assert first.person_for("somebody") == second.person_for("somebody")
    assert first.person_for("somebody") in world.with_trait("entitled")


def test_every_department_knows_the_same_person(call: Caller) -> None:
    session, launch = call.enter()
    person = call("GET", "/population/v1/subject", session=session)[1]
    registration = call("GET", "/residence/v1/registrations/current", session=session)[1]
    rentals = call("GET", "/rental/v1/contracts", session=session)[1]["items"]
    assert (person["name"], person["document_number"]) == (launch.person.name, launch.person.document_number)
    assert registration["address"] == rentals[0]["address"]
    assert call("GET", f"/rental/v1/contracts/{rentals[0]['contract_no']}", session=session)[0] == 200
    assert call("GET", "/rental/v1/contracts/ZL000000", session=session)[0] == 404


def test_names_are_verified_without_revealing_anything(call: Caller) -> None:
    session, launch = call.enter()
    body = {"name": launch.person.name, "document_number": launch.person.document_number}
    assert call("POST", "/population/v1/verifications", body, session=session) == (200, {"match": True})
    assert call("POST", "/population/v1/verifications", body | {"name": "别人"}, session=session) == (
        200,
        {"match": False},
    )


def test_what_was_submitted_is_found_again_by_its_owner_only(call: Caller) -> None:
    session, launch = call.enter()
    status, taken = call("POST", APPLICATIONS, application(launch), session=session)
    assert (status, taken["state"]) == (201, "received")
    number = taken["application_no"]
    assert call("GET", f"{APPLICATIONS}/{number}", session=session)[1]["application_no"] == number
    assert [each["application_no"] for each in call("GET", APPLICATIONS, session=session)[1]["items"]] == [number]
    stranger, _ = call.enter()
    assert call("GET", f"{APPLICATIONS}/{number}", session=stranger)[0] == 404


def test_a_key_makes_retries_one_submission_and_no_key_makes_two(call: Caller) -> None:
    session, launch = call.enter()
    first = call("POST", APPLICATIONS, application(launch), session=session, idempotency_key="k" * 8)
    again = call("POST", APPLICATIONS, application(launch), session=session, idempotency_key="k" * 8)
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    other = call("POST", APPLICATIONS, application(launch, pickup="mail"), session=session, idempotency_key="k" * 8)
    assert (other[0], other[1]["code"]) == (422, "idempotency_key_reused")
    call("POST", APPLICATIONS, application(launch), session=session)
    assert len(call.gateway.diary.submissions(launch.case)) == 2


@pytest.mark.parametrize(
    ("trait", "changes", "code"),
    [
        ("entitled", {"name": "别人"}, "name_differs"),
        ("entitled", {"document_number": "990000200001010000"}, "document_differs"),
        ("entitled", {"registration_no": "DJ000000"}, "registration_differs"),
        ("too_short", {}, "residence_too_short"),
    ],
)
def test_rules_refuse_in_both_languages(call: Caller, trait: str, changes: dict[str, str], code: str) -> None:
    session, launch = call.enter(trait)
    status, problem = call("POST", APPLICATIONS, application(launch, **changes), session=session)
    assert (status, problem["code"]) == (422, code)
    assert problem["title"]
    assert problem["title_zh"]
    assert problem["remedy_zh"]
    assert not call.gateway.diary.submissions(launch.case)


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("GET", "/population/v2/subject", None, 404),
        ("GET", "/nothing/v1/subject", None, 404),
        ("GET", "/population/v1/nothing", None, 404),
        ("DELETE", "/population/v1/subject", None, 405),
        ("POST", APPLICATIONS, {"name": "x"}, 400),
        ("POST", APPLICATIONS, b"not json", 400),
        ("POST", APPLICATIONS, b"", 400),
    ],
)
def test_invalid_calls_are_refused_and_recorded(call: Caller, method: str, target: str, body: Any, status: int) -> None:
    session, _ = call.enter()
    assert call(method, target, body, session=session)[0] == status
    assert call.gateway.diary.calls()[-1].outcome == "invalid"


def test_calls_without_a_session_or_from_a_browser_are_refused_and_recorded(call: Caller) -> None:
    session, _ = call.enter()
    assert call("GET", "/population/v1/subject")[0] == 401
    assert call("GET", "/population/v1/subject", session=session, origin="http://127.0.0.1:8080")[0] == 403
    assert [each.outcome for each in call.gateway.diary.calls()] == ["unauthorised", "browser"]


def test_personal_data_in_a_url_is_seen_however_it_is_written(call: Caller) -> None:
    session, launch = call.enter()
    number = launch.person.document_number
    escaped = "".join(f"%{ord(character):02X}" for character in number)
    for target in (f"/population/v1/subject?id={number}", f"/population/v1/subject?id={escaped}"):
        call("GET", target, session=session)
        assert "document_number" in call.gateway.diary.calls()[-1].personal_in_url
    call("GET", "/population/v1/subject?id=110105194912310025", session=session)
    assert call.gateway.diary.calls()[-1].personal_in_url == ["document_number"]
    call("GET", "/population/v1/subject", session=session)
    assert call.gateway.diary.calls()[-1].personal_in_url == []


def test_before_an_error_nothing_is_taken_and_after_it_something_was(call: Caller) -> None:
    session, launch = call.enter()
    call.gateway.faults.on(Fault(ERROR_BEFORE))
    assert call("POST", APPLICATIONS, application(launch), session=session)[0] == 500
    assert not call.gateway.diary.submissions(launch.case)
    call.gateway.faults.on(Fault(ERROR_AFTER, submissions_only=True))
    assert call("GET", "/population/v1/subject", session=session)[0] == 200
    assert call("POST", APPLICATIONS, application(launch), session=session)[0] == 500
    assert len(call.gateway.diary.submissions(launch.case)) == 1


def test_a_slow_department_drops_those_who_hang_up(call: Caller) -> None:
    session, launch = call.enter()
    call.gateway.faults.on(Fault(SLOW_BEFORE, 0.1))
    call("POST", APPLICATIONS, application(launch), session=session, connected=False)
    assert call.gateway.diary.calls()[-1].outcome == "dropped"
    assert not call.gateway.diary.submissions(launch.case)
    call("POST", APPLICATIONS, application(launch), session=session)
    assert len(call.gateway.diary.submissions(launch.case)) == 1


@pytest.mark.parametrize(("kind", "seconds"), [("nonsense", 0), (SLOW_BEFORE, 61), (SLOW_BEFORE, -1)])
def test_faults_are_checked(kind: str, seconds: float) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault(kind, seconds)


def test_a_flood_of_calls_is_bounded_and_noted(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MAX_CALLS", 3)
    session, _ = call.enter()
    for _ in range(5):
        assert call("GET", "/population/v1/subject", session=session)[0] == 200
    assert len(call.gateway.diary.calls()) == 3
    assert call.gateway.diary.flooded


def test_a_department_takes_only_so_much(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "MAX_TAKEN", 1)
    session, launch = call.enter()
    assert call("POST", APPLICATIONS, application(launch), session=session)[0] == 201
    assert call("POST", APPLICATIONS, application(launch), session=session)[0] == 503
