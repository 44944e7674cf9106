"""The signed daily file: taken in whole or not at all, once, and only from the department that signed it."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.store.models import Case, DecisionFile, IncomingEvent
from marketplace.store.services import import_decisions_csv, launch_case, register_department_key
from marketplace.store.services.decisions import revoke_department_key
from tests import factory

pytestmark = pytest.mark.django_db

HEADER = "case,decision,occurred_at,result,reason,remedy\n"


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now + timedelta(hours=8))


@pytest.fixture
def private():
    return Ed25519PrivateKey.from_private_bytes(b"k" * 32)


@pytest.fixture
def key(cast, now, private):
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    public = base64.b64encode(raw).decode()
    return register_department_key(department=cast.police, name="daily", public_key=public, by=cast.publisher, now=now)


@pytest.fixture
def cases(cast, now):
    listing = factory.market(cast, now=now)
    return [launch_case(listing=listing, citizen=citizen, now=now)[0] for citizen in (cast.citizen, cast.stranger)]


def good(cases):
    """Return a file with one completion and one denial."""
    first, second = cases
    return (
        HEADER
        + f"{first.number},completed,2026-08-03T12:00:00+08:00,居住证,,\n"
        + f"{second.number},denied,2026-08-03T13:00:00,,材料不实,可申请行政复议\n"
        + "TOTAL,rows,2\nTOTAL,completed,1\nTOTAL,denied,1\n"
    )


def bring_in(cast, private, text, now, **changes):
    content = text.encode() if isinstance(text, str) else text
    signature = base64.b64encode(private.sign(content)).decode()
    given = {"department": cast.police, "content": content, "signature": signature, "by": cast.editor}
    return import_decisions_csv(**(given | changes), now=now + timedelta(hours=8))


def test_a_good_file_moves_every_case(cast, key, private, cases, now):
    made, fresh = bring_in(cast, private, good(cases), now)
    assert (fresh, made.rows, made.applied, made.key) == (True, 2, 2, key)
    found = {case.number: case for case in Case.objects.all()}
    assert [found[case.number].state for case in cases] == ["completed", "denied"]
    assert {case.confirmed_by for case in found.values()} == {"csv"}
    assert found[cases[1].number].decided_at == now + timedelta(hours=3)


def test_the_same_file_again_changes_nothing(cast, key, private, cases, now):
    first, _fresh = bring_in(cast, private, good(cases), now)
    second, fresh = bring_in(cast, private, good(cases), now + timedelta(days=1))
    assert (second, fresh) == (first, False)
    assert IncomingEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("TOTAL,rows,2", "TOTAL,rows,3", "bad-totals"),
        ("TOTAL,denied,1\n", "", "bad-totals"),
        ("TOTAL,completed,1", "TOTAL,completed,one", "bad-row"),
        ("completed,2026", "paid,2026", "bad-row"),
        ("completed,2026", "supplement_requested,2026", "bad-row"),
        ("2026-08-03T13:00:00", "13 o'clock", "bad-row"),
        ("2026-08-03T13:00:00", "2026-13-45T13:00:00", "bad-row"),
        ("2026-08-03T13:00:00", "2027-08-03T13:00:00", "bad-row"),
        ("材料不实", "", "bad-row"),
        ("MS26", "MS99", "bad-row"),
        (HEADER, "number,decision\n", "bad-header"),
        ("居住证,,", "居住证,", "bad-row"),
        ("TOTAL,denied,1\n", "TOTAL,denied,1\nMS1,completed,2026-08-03,,,\n", "bad-row"),
        ("居住证", '"居住证', "not-csv"),
    ],
)
def test_one_fault_and_nothing_is_taken_in(cast, key, private, cases, now, old, new, code):
    text = good(cases)
    assert old in text
    with pytest.raises(InvalidInput) as refusal:
        bring_in(cast, private, text.replace(old, new), now)
    assert refusal.value.code == code
    assert not IncomingEvent.objects.exists()
    assert not DecisionFile.objects.exists()
    assert set(Case.objects.values_list("state", flat=True)) == {"launched"}


def test_a_refusal_names_the_line(cast, key, private, cases, now):
    with pytest.raises(InvalidInput) as refusal:
        bring_in(cast, private, good(cases).replace("denied,2026", "paid,2026"), now)
    assert refusal.value.extra == {"line": 3}


def test_other_bytes_other_keys_and_revoked_keys_are_refused(cast, key, private, cases, now):
    text = good(cases)
    other = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    signature = base64.b64encode(private.sign(b"other")).decode()
    for change in ({"signature": signature}, {"signature": "!"}, {"signature": ""}, {"department": cast.housing}):
        with pytest.raises(InvalidInput, match=r"签名|signature"):
            bring_in(cast, private, text, now, **change)
    with pytest.raises(InvalidInput):
        bring_in(cast, other, text, now)
    revoke_department_key(key=key, by=cast.publisher, now=now)
    with pytest.raises(InvalidInput):
        bring_in(cast, private, text, now)


def test_strangers_bring_in_nothing_and_register_nothing(cast, key, private, cases, now):
    with pytest.raises(NotAllowed):
        bring_in(cast, private, good(cases), now, by=cast.stranger)
    with pytest.raises(NotAllowed):
        register_department_key(department=cast.police, name="x", public_key=key.public_key, by=cast.editor, now=now)
    with pytest.raises(Conflict):
        register_department_key(
            department=cast.housing, name="x", public_key=key.public_key, by=cast.publisher, now=now
        )
    with pytest.raises(InvalidInput):
        register_department_key(department=cast.police, name="x", public_key="AAAA", by=cast.publisher, now=now)


def test_the_page_takes_the_file(client, cast, key, private, cases):
    client.force_login(cast.editor)
    content = good(cases).encode()
    form = {"department": "psb", "signature": base64.b64encode(private.sign(content)).decode()}
    address = reverse("store:decisions")
    bad = client.post(address, form | {"file": SimpleUploadedFile("d.csv", content + b"x")})
    assert bad.status_code == 200
    assert not DecisionFile.objects.exists()
    answer = client.post(address, form | {"file": SimpleUploadedFile("d.csv", content)})
    assert answer.status_code == 302
    assert DecisionFile.objects.get().rows == 2
    stranger = client.post(address, form | {"department": "nowhere", "file": SimpleUploadedFile("d.csv", content)})
    assert stranger.status_code == 404
