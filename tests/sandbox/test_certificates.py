"""A certificate says one thing to everybody: whether this image passed this plan, and whether that still counts."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from marketplace.core import signing, signing_keys
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.core.models import AuditEvent
from marketplace.notices.models import Notice
from sandbox import services
from sandbox.certification import certificates
from sandbox.certification.verification import Status, verify, verify_offline, verify_statement
from sandbox.models import Certificate
from sandbox.runs import running
from tests import factory as people_factory
from tests.sandbox import factory
from tests.sandbox.fake_engine import IMAGE
from vendors.models import Member

pytestmark = pytest.mark.django_db
OTHER = "sha256:" + "c" * 64


@pytest.fixture
def certificate(cast, engine, now):
    run = factory.queued_run(cast, now=now)
    running.perform(run_pk=run.pk, worker="w1")
    return Certificate.objects.select_related("version__app__vendor").get(run=run)


@pytest.fixture
def operator(cast):
    return cast.operator


def status(certificate, now, **fields):
    certificate.refresh_from_db()
    certificate.version.refresh_from_db()
    return verify(certificate, now=now, **fields).status


def test_what_is_signed(certificate, settings):
    claims = signing.read(certificate.jws).claims
    assert (claims["sub"], claims["plan_sha256"], claims["score"]) == (IMAGE, certificate.plan_sha256, "100.00")
    assert claims["exp"] - claims["iat"] == settings.CERTIFICATE_DAYS * 86400
    assert certificate.kid == signing.signing_key().kid == signing.read(certificate.jws).kid


def test_it_counts_for_a_year(certificate):
    issued, expires = certificate.issued_at, certificate.expires_at
    assert status(certificate, issued) == Status.VALID
    assert status(certificate, expires - timedelta(seconds=1)) == Status.VALID
    assert status(certificate, expires) == Status.EXPIRED


def test_a_rotated_key_changes_nothing_for_it(certificate, now):
    for _ in range(3):
        signing_keys.rotate(by="system:test", now=now)
    assert status(certificate, certificate.issued_at) == Status.VALID


def test_another_image_is_told(certificate):
    assert status(certificate, certificate.issued_at, image=OTHER) == Status.OTHER_IMAGE
    for image in (IMAGE, IMAGE.removeprefix("sha256:"), IMAGE.upper().replace("SHA256", "sha256")):
        assert status(certificate, certificate.issued_at, image=image) == Status.VALID


@pytest.mark.parametrize(
    "change", [{"image_digest": OTHER}, {"score": 99}, {"plan_sha256": "0" * 64}, {"code": "AAAA"}, {"jws": "x.y.z"}]
)
def test_a_row_that_says_something_else_than_was_signed_is_not_ours(certificate, change):
    Certificate.objects.filter(pk=certificate.pk).update(**change)
    assert status(certificate, certificate.issued_at) == Status.NOT_OURS


def test_nobody_makes_it_count_for_longer_in_the_database(certificate):
    later = certificate.expires_at + timedelta(days=900)
    Certificate.objects.filter(pk=certificate.pk).update(expires_at=later)
    assert status(certificate, certificate.issued_at) == Status.NOT_OURS


def test_a_statement_that_somebody_holds(certificate, now):
    at = certificate.issued_at
    jws = certificate.jws
    head, body, signature = jws.split(".")
    assert verify_statement(f"  {jws}\n", now=at).status == Status.VALID
    assert verify_statement(jws, now=at, image=OTHER).status == Status.OTHER_IMAGE
    forged = (f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body[:-2]}.{signature}", "", "no", "a.b.c", "💥" * 50)
    assert {verify_statement(token, now=at).status for token in forged} == {Status.NOT_OURS}
    other_kind = signing.sign_claims(signing.read(jws).claims, kind="launch")
    assert verify_statement(other_kind, now=at).status == Status.NOT_OURS
    unknown = signing.sign_claims({"jti": "NOSUCHCODE22", "sub": IMAGE}, kind=certificates.KIND)
    assert verify_statement(unknown, now=at).status == Status.UNKNOWN
    changed = signing.sign_claims(signing.read(jws).claims | {"score": "1.00"}, kind=certificates.KIND)
    assert verify_statement(changed, now=at).status == Status.NOT_OURS


def test_offline_the_public_keys_are_enough(certificate, now):
    jwks, at = json.loads(json.dumps(signing.public_keys(now))), certificate.issued_at
    check = {"jwks": jwks, "now": at}
    assert verify_offline(certificate.jws, **check).status == Status.VALID
    assert verify_offline(certificate.jws, **check, image=OTHER).status == Status.OTHER_IMAGE
    assert verify_offline(certificate.jws, jwks=jwks, now=certificate.expires_at).status == Status.EXPIRED
    assert verify_offline(certificate.jws[:-3] + "AAA", **check).status == Status.NOT_OURS
    assert verify_offline(certificate.jws, jwks={"keys": []}, now=at).status == Status.NOT_OURS


def test_a_revocation_ends_version_and_listing_and_tells_the_vendor(certificate, operator, cast, now):
    version = certificate.version
    listing = people_factory.listing(version, now=now)
    Notice.objects.all().delete()
    services.revoke_certificate(certificate=certificate, by=operator, now=now, reason=" It leaks id numbers. ")
    version.refresh_from_db()
    listing.refresh_from_db()
    assert (version.state, listing.state, listing.state_reason) == ("revoked", "suspended", "It leaks id numbers.")
    found = verify(certificate, now=now)
    assert (found.status, found.reason, found.since) == (Status.REVOKED, "It leaks id numbers.", now)
    assert {(notice.user, notice.kind) for notice in Notice.objects.all()} == {(cast.developer, "sandbox-revoked")}
    event = AuditEvent.objects.get(verb="certificate_revoked")
    assert (event.actor, event.after["code"]) == (f"user:{operator.pk}", certificate.code)


def test_it_is_revoked_once_with_a_reason_by_an_uninvolved_operator(certificate, operator, cast, now):
    revoke = services.revoke_certificate
    with pytest.raises(InvalidInput):
        revoke(certificate=certificate, by=operator, now=now, reason="  ")
    with pytest.raises(NotAllowed):
        revoke(certificate=certificate, by=cast.developer, now=now, reason="x")
    membership = Member.objects.create(vendor=certificate.version.app.vendor, user=operator, role="viewer")
    with pytest.raises(NotAllowed):
        revoke(certificate=certificate, by=operator, now=now, reason="x")
    membership.delete()
    assert status(certificate, certificate.issued_at) == Status.VALID
    revoke(certificate=certificate, by=operator, now=now, reason="x")
    with pytest.raises(Conflict):
        revoke(certificate=certificate, by=operator, now=now, reason="y")
    assert Certificate.objects.get().revocation_reason == "x"


def test_a_superseded_version_leads_to_what_counts_now(certificate, cast, engine, now):
    version = certificate.version
    newer = people_factory.certified_version(
        version.app, version.order, by=cast.developer, now=now, version="2.0.0", image_digest=OTHER
    )
    assert status(certificate, certificate.issued_at) == Status.VALID
    version.supersede(by=cast.developer, now=now)
    certificate = Certificate.objects.get(pk=certificate.pk)
    found = verify(certificate, now=certificate.issued_at)
    assert (found.status, found.successor) == (Status.SUPERSEDED, None)
    row = Certificate.objects.get(pk=certificate.pk)
    run = row.run
    run.pk, run.reference, run.version = None, "6f1c3f0e-0000-4000-8000-000000000000", newer
    run.save(force_insert=True)
    row.pk, row.code, row.version, row.run = None, "NEWER2222222", newer, run
    row.save(force_insert=True)
    assert verify(certificate, now=certificate.issued_at).successor == row


# pages


def get(client, name, *args, language="en", **params):
    with translation.override(language):
        return client.get(reverse(f"sandbox:{name}", args=args), params)


@pytest.mark.parametrize("written", ["{code}", " {lower} ", "{grouped}", "http://x/c/{code}/", "/en/x/{code}", IMAGE])
def test_people_find_it_however_they_write_it(client, certificate, written):
    code = certificate.code
    asked = written.format(code=code, lower=code.lower(), grouped=f"{code[:4]}-{code[4:8]} {code[8:]}")
    response = get(client, "certificate_check", code=asked)
    assert response.status_code == 302
    assert response["Location"].endswith(f"/certificates/{code}/")


@pytest.mark.parametrize("asked", ["NOTHING", "", "x" * 400, "<script>", "../../etc", "%00"])
def test_an_unknown_code_is_told_kindly(client, certificate, asked):
    response = get(client, "certificate_check", code=asked)
    assert response.status_code == 200
    assert "field__error" in response.content.decode()


def test_a_statement_is_checked_by_pasting_or_as_a_file(client, certificate, monkeypatch):
    monkeypatch.setattr("sandbox.views.certificates.clock.now", lambda: certificate.issued_at)
    with translation.override("en"):
        path = reverse("sandbox:certificate_check")
    pasted = client.post(path, {"statement": certificate.jws})
    assert "panel--ok" in pasted.content.decode()
    file = SimpleUploadedFile("certificate.jws", certificate.jws.encode())
    assert "panel--ok" in client.post(path, {"file": file}).content.decode()
    other = client.post(path, {"statement": certificate.jws, "image": OTHER}).content.decode()
    assert "For another image" in other
    assert "panel--ok" not in other
    for broken in (b"\xff\xfe\x00", b"x" * 17000, b""):
        answer = client.post(path, {"file": SimpleUploadedFile("x.jws", broken)})
        assert answer.status_code == 200
        assert "panel--ok" not in answer.content.decode()
    for fields in ({}, {"statement": "a.b.c"}, {"statement": "x" * 20000}, {"statement": "a.b.c", "image": "nonsense"}):
        answer = client.post(path, fields)
        assert answer.status_code == 200
        assert "panel--ok" not in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_revoked_one_says_why_and_since_when_as_text(client, certificate, operator, now, language):
    services.revoke_certificate(certificate=certificate, by=operator, now=now, reason=factory.EVIL)
    html = get(client, "certificate", certificate.code, language=language).content.decode()
    assert "panel--bad" in html
    assert "panel--ok" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "2026" in html
    printed = get(client, "certificate_print", certificate.code, language=language).content.decode()
    assert "panel--bad" in printed
    assert 'class="seal"' not in printed


def test_the_square_code_leads_to_the_page(client, certificate, settings):
    response = get(client, "certificate_qr", certificate.code)
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml") or b"<svg" in response.content
    assert b"script" not in response.content
    found = client.get(f"/c/{certificate.code}/", follow=True)
    assert certificate.code in found.content.decode()
    assert found.status_code == 200
    assert get(client, "certificate_qr", "NOTHING").status_code == 404


def test_only_operators_revoke_on_the_page(client, certificate, cast):
    path = reverse("sandbox:certificate_revoke", args=[certificate.code])
    assert client.post(path, {"reason": "x"}).status_code == 302
    for who, answer in ((cast.developer, 404), (cast.stranger, 404)):
        client.force_login(who)
        assert client.post(path, {"reason": "x"}).status_code == answer
        assert "certificate_revoke" not in get(client, "certificate", certificate.code).content.decode()
    client.force_login(cast.operator)
    assert client.get(path).status_code == 405
    client.post(path, {"reason": ""})
    assert Certificate.objects.valid().exists()
    client.post(path, {"reason": "It harms people."})
    assert Certificate.objects.get().revocation_reason == "It harms people."
    assert client.post(path, {"reason": "again"}).status_code == 404


# programs


def test_the_api_answers_by_code_and_by_statement(client, certificate, operator, now, monkeypatch):
    monkeypatch.setattr("sandbox.api.clock.now", lambda: certificate.issued_at)
    path = f"/api/v1/certificates/{certificate.code}"
    answer = client.get(path).json()
    assert (answer["status"], answer["valid"], answer["claims"]["sub"]) == ("valid", True, IMAGE)
    assert client.get(path, {"image_digest": OTHER}).json()["status"] == "other_image"
    assert client.get("/api/v1/certificates/NOTHING").status_code == 404

    def post(**given):
        return client.post("/api/v1/certificates/verify", given, content_type="application/json")

    assert post(jws=certificate.jws).json()["status"] == "valid"
    assert post(jws=certificate.jws, image_digest=OTHER).json()["status"] == "other_image"
    assert post(jws="a.b.c").json() | {"status": "not_ours", "valid": False} == post(jws="a.b.c").json()
    assert post(jws="x" * 20000).status_code == 422
    assert post(jws=certificate.jws, image_digest="x").status_code == 422
    services.revoke_certificate(certificate=certificate, by=operator, now=now, reason="harm")
    answer = post(jws=certificate.jws).json()
    assert (answer["status"], answer["revocation_reason"], bool(answer["ended_at"])) == ("revoked", "harm", True)


def test_the_command_verifies_offline(certificate, tmp_path, capsys, monkeypatch, now):
    monkeypatch.setattr("sandbox.management.commands.certificates.clock.now", lambda: certificate.issued_at)
    statement, keys = tmp_path / "certificate.jws", tmp_path / "jwks.json"
    statement.write_text(certificate.jws + "\n")
    keys.write_text(json.dumps(signing.public_keys(now)))
    call_command("certificates", "verify", certificate.code)
    call_command("certificates", "verify", str(statement))
    call_command("certificates", "verify", str(statement), "--jwks", str(keys), "--image", IMAGE)
    assert capsys.readouterr().out.count("Valid") == 3
    refused = [
        [str(statement), "--jwks", str(keys), "--image", OTHER],
        [str(statement), "--jwks", str(statement)],
        [str(statement), "--jwks", str(tmp_path / "absent")],
        [certificate.code, "--jwks", str(keys)],
        ["NOTHING"],
    ]
    for arguments in refused:
        with pytest.raises(CommandError):
            call_command("certificates", "verify", *arguments)
