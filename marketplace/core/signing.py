"""The platform's signing key: EdDSA (Ed25519) JWS and its public JWKS."""

import os
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, OKPKey

ALGORITHMS = ["Ed25519", "EdDSA"]
warnings.filterwarnings("ignore", message="EdDSA is deprecated via RFC 9864", category=SecurityWarning)


@lru_cache(maxsize=4)
def _load(path: Path) -> OKPKey:
    if not path.exists():
        fresh = OKPKey.generate_key("Ed25519", private=True)
        try:
            with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(fresh.as_pem(private=True))
        except FileExistsError:
            pass
    key = OKPKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


def signing_key() -> OKPKey:
    """Return the private key named by SIGNING_KEY_FILE, made on first use."""
    return _load(Path(settings.SIGNING_KEY_FILE))


def public_keys() -> dict[str, Any]:
    """Return the JWKS (RFC 7517) that `/.well-known/jwks.json` serves."""
    public = signing_key().as_dict(private=False) | {"use": "sig", "alg": "EdDSA", "kid": signing_key().kid}
    return {"keys": [public]}


def sign_claims(claims: dict[str, Any], *, kind: str = "JWT") -> str:
    """Return a compact JWS over the claims; `kind` becomes the `typ` header."""
    header = {"alg": "EdDSA", "typ": kind, "kid": signing_key().kid}
    return jwt.encode(header, claims, signing_key(), algorithms=ALGORITHMS)


def read_claims(token: str) -> dict[str, Any]:
    """Return the claims of a token of ours; raises joserfc.errors.JoseError when it isn't. Times aren't checked."""
    keys = KeySet([signing_key()])
    return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)


def sign_bytes(payload: bytes) -> str:
    """Return a compact JWS over any bytes."""
    return jws.serialize_compact(
        {"alg": "EdDSA", "kid": signing_key().kid}, payload, signing_key(), algorithms=ALGORITHMS
    )
