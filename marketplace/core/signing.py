"""The platform's signing keys (EdDSA, Ed25519): one that signs, retired ones that still verify, and their JWKS.

The key that signs is the file SIGNING_KEY_FILE. What remains of a retired key is its public half, a file of its own
in the folder `<stem>-retired` beside it. Files are written whole or not at all, readable by their owner only.
"""

import json
import os
import secrets
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet, OKPKey

from marketplace.core import clock

ALGORITHMS = ["Ed25519", "EdDSA"]
warnings.filterwarnings("ignore", message="EdDSA is deprecated via RFC 9864", category=SecurityWarning)


class NotOurs(JoseError):
    """The token has no signature of one of the keys."""

    error = "not_ours"


@dataclass(frozen=True)
class RetiredKey:
    """The public half of a key that signs no more; `needed_until` is when the last thing that it signed expires."""

    key: OKPKey
    retired_at: datetime
    needed_until: datetime


@dataclass(frozen=True)
class Statement:
    """What a verified token says: its kind (`typ`), the id of the key, and the claims."""

    kind: str
    kid: str
    claims: dict[str, Any]


def signing_key() -> OKPKey:
    """Return the private key named by SIGNING_KEY_FILE, made on first use."""
    path = _path()
    if not path.exists():
        _make(path)
    return _load(path, path.stat().st_mtime_ns, path.stat().st_ino)


def retired_keys() -> list[RetiredKey]:
    """Return every key that signed before, the latest first."""
    active = signing_key().kid
    found = [_read_retired(path) for path in _retired_folder().glob("*.json")]
    listed = [each for each in found if each.key.kid != active]
    return sorted(listed, key=lambda each: each.retired_at, reverse=True)


def public_keys(now: datetime | None = None) -> dict[str, Any]:
    """Return the JWKS (RFC 7517) that `/.well-known/jwks.json` serves: the key that signs and those still needed."""
    moment = now or clock.now()
    needed = [each.key for each in retired_keys() if each.needed_until > moment]
    return {"keys": [_public(key) for key in (signing_key(), *needed)]}


def sign_claims(claims: dict[str, Any], *, kind: str = "JWT") -> str:
    """Return a compact JWS over the claims; `kind` becomes the `typ` header."""
    key = signing_key()
    return jwt.encode({"alg": "EdDSA", "typ": kind, "kid": key.kid}, claims, key, algorithms=ALGORITHMS)


def read(token: str, jwks: Mapping[str, Any] | None = None) -> Statement:
    """Return what a token says, verified with our keys (the expired ones included) or those of a JWKS.

    Raises joserfc.errors.JoseError when none of them signed it. Times aren't checked.
    """
    keys = _key_set() if jwks is None else KeySet.import_key_set({"keys": list(jwks.get("keys", []))})
    try:
        header = jws.extract_compact(token.encode()).headers()
        kid = header.get("kid")
        if not isinstance(kid, str) or kid not in {key.kid for key in keys.keys}:
            raise NotOurs("no such key")
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotOurs(str(error)) from error
    return Statement(kind=str(decoded.header.get("typ", "")), kid=kid, claims=dict(decoded.claims))


def sign_bytes(payload: bytes) -> str:
    """Return a compact JWS over any bytes."""
    key = signing_key()
    return jws.serialize_compact({"alg": "EdDSA", "kid": key.kid}, payload, key, algorithms=ALGORITHMS)


def replace_key(*, now: datetime, needed_until: datetime) -> tuple[str, str]:
    """Let a fresh key sign from now on and keep the public half of the old one; returns (old kid, new kid).

    Killed at any point, this leaves either key signing and both verifying.
    """
    old, path = signing_key(), _path()
    fresh = _generate()
    kept = {"retired_at": now.isoformat(), "needed_until": needed_until.isoformat(), "key": _public(old)}
    _retired_folder().mkdir(mode=0o700, exist_ok=True)
    retired = _retired_folder() / f"{old.kid}.json"
    _written(retired, json.dumps(kept, indent=1).encode()).replace(retired)
    _written(path, fresh.as_pem(private=True)).replace(path)
    return str(old.kid), str(fresh.kid)


def key_files() -> Iterator[Path]:
    """Yield the files of all keys that exist."""
    if _path().exists():
        yield _path()
    yield from sorted(_retired_folder().glob("*.json"))


def _path() -> Path:
    return Path(settings.SIGNING_KEY_FILE)


def _retired_folder() -> Path:
    return _path().with_name(f"{_path().stem}-retired")


def _generate() -> OKPKey:
    key = OKPKey.generate_key("Ed25519", private=True)
    key.ensure_kid()
    return key


def _make(path: Path) -> None:
    """Write a first key; of two processes that try at once, one wins and both read its key."""
    written = _written(path, _generate().as_pem(private=True))
    try:
        with suppress(FileExistsError):
            os.link(written, path)
    finally:
        written.unlink()


def _written(path: Path, content: bytes) -> Path:
    """Return a file beside `path` that holds the content and may take its place."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return beside


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int, _file: int) -> OKPKey:
    key = OKPKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


def _read_retired(path: Path) -> RetiredKey:
    kept = json.loads(path.read_text())
    key = OKPKey.import_key({name: value for name, value in kept["key"].items() if name not in ("alg", "use")})
    retired_at, needed_until = (datetime.fromisoformat(kept[name]) for name in ("retired_at", "needed_until"))
    return RetiredKey(key, retired_at, needed_until)


def _key_set() -> KeySet:
    return KeySet([signing_key(), *(each.key for each in retired_keys())])


def _public(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "use": "sig", "alg": "EdDSA", "kid": key.kid}
