"""Keys that sign: one at a time, older ones verify as long as they are needed, and a host with another key is found."""

import json
import stat
from datetime import timedelta

import pytest
from django.core.management import call_command
from joserfc import jwt
from joserfc.errors import JoseError

from marketplace.core import signing, signing_keys
from marketplace.core.models import AuditEvent, SigningKey


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.SIGNING_KEY_FILE = tmp_path / "key.pem"


def kids(now):
    return [key["kid"] for key in signing.public_keys(now)["keys"]]


@pytest.mark.django_db
def test_a_fresh_key_signs_and_the_old_one_still_verifies(now):
    before = signing.sign_claims({"sub": "old"}, kind="k")
    old, fresh = signing_keys.rotate(by="system:test", now=now)
    after = signing.sign_claims({"sub": "new"}, kind="k")
    assert (signing.read(before).kid, signing.read(after).kid) == (old, fresh)
    assert old != fresh == signing.signing_key().kid
    assert [signing.read(token).claims["sub"] for token in (before, after)] == ["old", "new"]
    assert kids(now) == [fresh, old]


@pytest.mark.django_db
def test_public_keys_name_a_retired_key_until_the_last_signature_has_expired(now, settings):
    token = signing.sign_claims({"sub": "old"})
    old, fresh = signing_keys.rotate(by="system:test", now=now)
    last = now + timedelta(days=settings.SIGNATURES_LAST_DAYS)
    assert kids(last - timedelta(seconds=1)) == [fresh, old]
    assert kids(last) == [fresh]
    assert signing.read(token).claims == {"sub": "old"}, "we ourselves can still say that it was ours"


@pytest.mark.django_db
def test_public_keys_hold_nothing_private_and_files_are_for_their_owner_only(now):
    signing.signing_key()
    for _ in range(2):
        signing_keys.rotate(by="system:test", now=now)
    assert {name for key in signing.public_keys(now)["keys"] for name in key} == {
        *("kty", "crv", "x", "use", "alg", "kid")
    }
    files = list(signing.key_files())
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert '"d"' not in "".join(path.read_text() for path in files[1:])
    assert {path.name for path in files[0].parent.iterdir()} == {"key.pem", "key-retired", "key.pem.lock"}


@pytest.mark.django_db
def test_rotations_are_audited_and_known_by_rows(now):
    old, fresh = signing_keys.rotate(by="system:test", now=now)
    assert SigningKey.objects.get(retired_at=None).kid == fresh
    assert SigningKey.objects.get(kid=old).needed_until > now
    verbs = AuditEvent.objects.filter(stream="core.signingkey").values_list("verb", flat=True)
    assert list(verbs) == ["signing_key_retired", "signing_key_active"]


@pytest.mark.django_db
def test_when_the_new_key_cannot_be_written_the_old_one_goes_on(now, monkeypatch):
    kid = signing.signing_key().kid

    def full(_path, _content):
        raise OSError("disk full")

    monkeypatch.setattr(signing, "_written", full)
    with pytest.raises(OSError, match="disk full"):
        signing_keys.rotate(by="system:test", now=now)
    assert signing.signing_key().kid == kid
    assert not SigningKey.objects.exists()


@pytest.mark.django_db
def test_killed_between_the_two_files_the_old_key_signs_and_is_named_once(now):
    old = signing.signing_key()
    signing_keys.rotate(by="system:test", now=now)
    signing._path().write_bytes(old.as_pem(private=True))
    assert signing.signing_key().kid == old.kid
    assert kids(now) == [old.kid]


@pytest.mark.django_db
def test_a_host_that_made_a_key_of_its_own_is_found_out_until_it_is_adopted(now, settings, tmp_path):
    assert signing_keys.is_known(now=now)
    settings.SIGNING_KEY_FILE = tmp_path / "elsewhere.pem"
    assert not signing_keys.is_known(now=now)
    signing_keys.adopt(by="system:test", now=now)
    assert signing_keys.is_known(now=now)
    settings.SIGNING_KEY_FILE = tmp_path / "key.pem"
    assert not signing_keys.is_known(now=now)


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "🙈", "....", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.", "a" * 9000, "{}", "\x00.\x00.\x00"]
)
def test_garbage_is_never_ours(token):
    signing.signing_key()
    with pytest.raises(JoseError):
        signing.read(token)


def test_a_token_without_the_id_of_a_key_of_ours_or_signed_by_a_stranger_is_not_ours():
    kid, stranger = signing.signing_key().kid, signing._generate()
    tokens = [
        jwt.encode({"alg": "EdDSA"} | header, {"sub": "x"}, key, algorithms=signing.ALGORITHMS)
        for header, key in (
            ({}, signing.signing_key()),
            ({"kid": kid}, stranger),
            ({"kid": stranger.kid}, stranger),
        )
    ]
    for token in tokens:
        with pytest.raises(JoseError):
            signing.read(token)


@pytest.mark.django_db
def test_a_published_key_set_verifies_without_our_files(now, settings, tmp_path):
    token = signing.sign_claims({"sub": "x"})
    published = json.loads(json.dumps(signing.public_keys(now)))
    settings.SIGNING_KEY_FILE = tmp_path / "none.pem"
    assert signing.read(token, published).claims == {"sub": "x"}
    with pytest.raises(JoseError):
        signing.read(token)
    for broken in ({}, {"keys": []}, {"keys": [{}]}, {"keys": ["x"]}):
        with pytest.raises(JoseError):
            signing.read(token, broken)


@pytest.mark.django_db
def test_the_command_lists_rotates_and_adopts(capsys):
    call_command("signing_keys", "rotate")
    call_command("signing_keys", "list")
    out = capsys.readouterr().out
    assert "still verifies" in out
    assert "signs here, the platform's" in out
    assert "verifies until" in out
    call_command("signing_keys", "adopt")
    assert "is the platform's key" in capsys.readouterr().out
