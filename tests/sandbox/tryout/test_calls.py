"""Developers try an interface: the simulated department answers as in a run, and remembers each one's own calls."""

import json
from datetime import date, timedelta

import pytest

from marketplace.accounts.services import issue_token
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.services import interfaces, lifecycle
from marketplace.core.errors import Conflict, InvalidInput
from sandbox.probe.departments.sources import Registers
from sandbox.tryout import departments, services
from sandbox.tryout.models import TryCall
from tests import factory
from tests.catalogue.large import large_document
from tests.sandbox.tryout.factory import published

pytestmark = pytest.mark.django_db
REGISTERS = Registers(departments.city())
RESIDENT = next(
    number
    for number in range(departments.PEOPLE)
    if (REGISTERS.of(number)["residence"] or {}).get("days", 0) > 200 and departments.city().person(number).phone
)
AS_RESIDENT = {"minshi-person": str(RESIDENT)}


@pytest.fixture
def residence(cast):
    return published("residence", cast.police)


@pytest.fixture
def call(client, cast, now):
    """Return a function that calls the API with a token of the developer, or of somebody else."""

    def send(method, path, body=None, *, user=cast.developer, scopes=(services.SCOPE,), **headers):
        _token, secret = issue_token(
            name="laptop", user=user, scopes=list(scopes), now=now, lifetime=timedelta(days=9000)
        )
        sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return client.generic(
            method,
            f"/api/v1/try/{path}",
            sent,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"} | headers,
        )

    return send


def registration():
    return {"address_no": departments.city().home_of(0).address_no, "moved_in_on": "2025-12-01"}


class TestAnswers:
    """What the simulated department says."""

    def test_the_person_of_the_header_is_looked_up(self, call, cast):
        published("population", cast.police)
        for person in (0, 7):
            told = call("GET", "population/v1/subject", **{"minshi-person": str(person)})
            assert told.status_code == 200
            assert told.json()["name"] == departments.city().person(person).name

    def test_a_post_is_found_by_a_later_get_and_by_nobody_else(self, call, cast, residence):
        application = an_application()
        made = call(
            "POST", "residence/v1/permit-applications", application, **AS_RESIDENT | {"idempotency-key": "a" * 16}
        )
        assert made.status_code == 201, made.content.decode()
        number = made.json()["application_no"]
        found = call("GET", f"residence/v1/permit-applications/{number}", **AS_RESIDENT)
        assert (found.status_code, found.json()["application_no"]) == (200, number)
        assert len(call("GET", "residence/v1/permit-applications", **AS_RESIDENT).json()["items"]) == 1
        other = call("GET", f"residence/v1/permit-applications/{number}", user=cast.citizen, **AS_RESIDENT)
        assert other.status_code == 404

    def test_the_same_key_twice_leaves_one(self, call, residence):
        sent = [
            call("POST", "residence/v1/registrations", registration(), **{"idempotency-key": "b" * 16}) for _ in "12"
        ]
        assert [each.status_code for each in sent] == [201, 200]
        assert sent[0].json()["registration_no"] == sent[1].json()["registration_no"]

    def test_what_the_interface_does_not_allow_is_400_with_places(self, call, residence):
        told = call("POST", "residence/v1/registrations", {"address_no": 7}, **{"idempotency-key": "c" * 16})
        assert told.status_code == 400
        assert told["content-type"] == "application/problem+json"
        assert {each["place"] for each in told.json()["errors"]} >= {"/address_no"}

    def test_what_the_rules_refuse_is_422_with_the_remedy(self, call, residence):
        wrong = an_application() | {"name": "别人"}
        told = call("POST", "residence/v1/permit-applications", wrong, **AS_RESIDENT | {"idempotency-key": "d" * 16})
        assert (told.status_code, told.json()["code"]) == (422, "name_differs")
        assert told.json()["remedy_zh"]

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "residence/v1/nothing", 404),
            ("DELETE", "residence/v1/registrations", 405),
            ("GET", "residence/v2/registrations/current", 404),
            ("GET", "nobody/v1/x", 404),
        ],
    )
    def test_what_is_not_there(self, call, residence, method, path, status):
        assert call(method, path).status_code == status

    def test_garbage_is_answered(self, call, residence):
        for body in (b"\xff\xfe", b"{", b"[" * 5000, b'{"a": "\\u0000"}', b"null"):
            told = call("POST", "residence/v1/registrations", body, **{"idempotency-key": "e" * 16})
            assert told.status_code == 400, body
        assert TryCall.objects.count() == 5

    def test_a_behaviour_that_nobody_knows_is_said(self, call, cast):
        document = published("population", cast.police).document
        InterfaceVersion.objects.all().update(state="draft")
        document["paths"]["/subject"]["get"]["x-minshi-behaviour"] = {"kind": "magic"}
        InterfaceVersion.objects.all().update(document=document, sha256="f" * 64)
        InterfaceVersion.objects.all().update(state="stable")
        told = call("GET", "population/v1/subject")
        assert (told.status_code, told.json()["code"]) == (501, "not_simulated")

    def test_an_announced_end_is_in_the_headers(self, call, cast, residence, now):
        lifecycle.deprecate_version(version=residence, by=cast.publisher, now=now, sunset_on=date(2099, 1, 1))
        told = call("GET", "residence/v1/registrations/current")
        assert told["Deprecation"] == f"@{int(now.timestamp())}"
        assert "2099" in told["Sunset"] or "2098" in told["Sunset"]
        assert told["Minshi-Simulated"] == residence.version


def an_application():
    """Return an application as the first person who may apply would send it."""
    person = departments.city().person(RESIDENT)
    known = REGISTERS.of(RESIDENT)
    return {
        "name": person.name,
        "document_type": person.document_type,
        "document_number": person.document_number,
        "phone": person.phone or "19900000000",
        "registration_no": known["residence"]["registration_no"],
        "ground": "dwelling",
        "pickup": "counter",
        "declaration": True,
    }


class TestBounds:
    """A token may try and nothing else; sizes, numbers and rates are bounded."""

    def test_another_scope_does_not_open_it_and_this_one_opens_nothing_else(self, call, client, residence, cast, now):
        assert call("GET", "residence/v1/registrations/current", scopes=["catalogue:write"]).status_code == 403
        assert client.get("/api/v1/try/residence/v1/registrations/current").status_code == 401
        _token, secret = services.new_token(user=cast.editor, name="x", now=now)
        headers = {"authorization": f"Bearer {secret}"}
        assert client.post("/api/v1/interfaces/residence", headers=headers).status_code in {401, 403}

    def test_a_large_body_is_413(self, call, residence):
        told = call("POST", "residence/v1/registrations", b"x" * (services.MOST_BYTES + 1))
        assert told.status_code == 413
        assert not TryCall.objects.exists()

    @pytest.mark.parametrize("person", ["-1", "x", "1000", "９", "99999999"])
    def test_a_person_who_is_not_there(self, call, residence, person):
        told = call("GET", "residence/v1/registrations/current", **{"minshi-person": person.encode().decode("latin-1")})
        assert told.status_code == 422

    def test_too_many_calls_are_429(self, call, residence, monkeypatch, settings):
        monkeypatch.setattr("sandbox.tryout.limits.RATE", "2/h")
        told = [call("GET", "residence/v1/registrations/current").status_code for _ in range(3)]
        assert told[-1] == 429

    def test_what_it_took_is_bounded_until_a_fresh_start(self, cast, residence, now, monkeypatch):
        monkeypatch.setattr(services, "MOST_TAKEN", 2)

        def register(key):
            body = json.dumps(registration()).encode()
            sent = departments.Sent(
                "POST",
                "/registrations",
                content_type="application/json",
                body=body,
                key=key,
                headers={"Idempotency-Key": key},
            )
            return services.call(user=cast.developer, version=residence, sent=sent, now=now)

        assert [register(key * 16).status for key in "ab"] == [201, 201]
        with pytest.raises(Conflict):
            register("c" * 16)
        services.start_afresh(user=cast.developer, version=residence)
        assert register("c" * 16).status == 201

    def test_old_calls_that_left_nothing_are_forgotten(self, cast, residence, now, monkeypatch):
        monkeypatch.setattr(services, "MOST_KEPT", 3)
        for _ in range(5):
            services.call(user=cast.developer, version=residence, sent=departments.Sent("GET", "/x"), now=now)
        assert TryCall.objects.count() == 3

    def test_a_person_beyond_the_city_is_refused(self, cast, residence, now):
        sent = departments.Sent("GET", "/x", person=departments.PEOPLE)
        with pytest.raises(InvalidInput):
            services.call(user=cast.developer, version=residence, sent=sent, now=now)


def test_the_newest_firm_version_answers_under_its_major_number(cast):
    first = factory.interface_version(
        cast.police, code="i", version="1.2.0", state="deprecated", sunset_on=date(2099, 1, 1)
    )
    for number, state in (("1.10.0", "stable"), ("1.11.0", "beta"), ("2.0.0", "alpha"), ("3.0.0", "draft")):
        InterfaceVersion.objects.create(
            interface=first.interface, version=number, state=state, document={}, sha256="0" * 64
        )
    assert services.published("i", 1).version == "1.10.0"
    assert services.published("i", 2).version == "2.0.0"
    assert services.published("i", 3) is None


@pytest.mark.parametrize("series", ["3.0.3", "3.1.0"])
def test_an_interface_that_nobody_prepared_is_simulated_from_its_schemas(cast, now, series):
    document = large_document(8, series=series)
    version = factory.interface_version(
        cast.police, code="large", document=document, sha256=interfaces.fingerprint(document)
    )
    department = departments.open_department(version)
    told = {}
    for operation in department.document.operations:
        body = departments.sample_body(version, method=operation.method, path=operation.path, person=1)
        assert json.loads(body) if operation.method in {"POST", "PUT"} else body == ""
        sent = departments.Sent(
            operation.method,
            operation.path.replace("{id}", "1"),
            content_type="application/json; charset=utf-8" if body else "",
            body=body.encode(),
        )
        reply = departments.send(department, sent, case="c", now=now)
        told[operation.method, operation.path] = reply.status
    assert told.keys() == {(each.method, each.path) for each in department.document.operations}
    assert set(told.values()) <= {200, 201, 204, 404}, told
    assert 501 not in told.values()
