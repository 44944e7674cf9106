"""Owns launch tokens (JWS, EdDSA): issuing them in the sandbox, verifying them, and which person a pseudonym means."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from ..city import Person, World

ISSUER = "https://sandbox.minshi.invalid"
ALGORITHMS = ["EdDSA", "Ed25519"]
LIFE_SECONDS = 600
LEEWAY_SECONDS = 30
REFRESH_SECONDS = 3.0
_CLAIMS = ("iss", "sub", "jti", "exp", "case", "service_item")


class LaunchRefusedError(Exception):
    """A launch token that the gateway does not take; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TokenKeys:
    """The public keys that launch tokens are checked with; `refresh` is asked when none of them fits."""

    def __init__(self, keys: dict[str, Any], refresh: Callable[[], dict[str, Any]] | None = None) -> None:
        """`refresh` returns the platform's present keys, or raises ValueError."""
        self._keys = _key_set(keys)
        self._refresh = refresh
        self._refreshed = -REFRESH_SECONDS
        self._lock = threading.Lock()

    def claims(self, token: str, *, now: float) -> dict[str, Any]:
        """Return the claims of a valid token. LaunchRefusedError otherwise."""
        if len(token) > 4000:
            raise LaunchRefusedError("token_too_long")
        try:
            claims = self._decode(token)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise LaunchRefusedError("token_invalid") from error
        if any(not isinstance(claims.get(name), str | int) for name in _CLAIMS):
            raise LaunchRefusedError("token_incomplete")
        if not isinstance(claims["exp"], int | float) or claims["exp"] + LEEWAY_SECONDS < now:
            raise LaunchRefusedError("token_expired")
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            return self._checked(token)
        except (JoseError, ValueError):
            if not self._ask_again():
                raise
            return self._checked(token)

    def _checked(self, token: str) -> dict[str, Any]:
        if self._keys is None:
            raise ValueError("there are no keys yet")
        return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)

    def _ask_again(self) -> bool:
        """Fetch the keys anew, at most once in a while, so that bad tokens cause no traffic."""
        with self._lock:
            if self._refresh is None or time.monotonic() - self._refreshed < REFRESH_SECONDS:
                return False
            self._refreshed = time.monotonic()
            self._keys = _key_set(self._refresh())
            return True


def _key_set(keys: dict[str, Any]) -> KeySet | None:
    return KeySet([OKPKey.import_key(each) for each in keys["keys"]]) if keys.get("keys") else None


@dataclass(frozen=True)
class Session:
    """What a launch token was exchanged for."""

    token: str
    case: str
    service_item: str
    language: str
    subject: str
    person: int
    elder: bool = False


class Sessions:
    """Exchanges each launch token once and remembers whose session is whose."""

    def __init__(
        self, keys: TokenKeys, person_for: Callable[[str], int], clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._person_for = person_for
        self._clock = clock
        self._used: dict[str, float] = {}
        self._sessions: dict[str, Session] = {}
        self.people: dict[str, int] = {}
        self._lock = threading.Lock()

    def exchange(self, token: str) -> Session:
        """Return a new session. LaunchRefusedError when the token is bad or was used before."""
        now = self._clock()
        claims = self._keys.claims(token, now=now)
        with self._lock:
            self._used = {jti: exp for jti, exp in self._used.items() if exp + LEEWAY_SECONDS >= now}
            if str(claims["jti"]) in self._used:
                raise LaunchRefusedError("token_used")
            self._used[str(claims["jti"])] = float(claims["exp"])
        session = Session(
            token=secrets.token_urlsafe(24),
            case=str(claims["case"]),
            service_item=str(claims["service_item"]),
            language=str(claims.get("language", "zh-hans")),
            subject=str(claims["sub"]),
            person=self._person_for(str(claims["sub"])),
            elder=claims.get("elder") is True,
        )
        self._sessions[session.token] = session
        self.people[session.case] = session.person
        return session

    def end(self, case: str) -> None:
        """End every session of a case: nothing that it opened works any more."""
        self._sessions = {token: each for token, each in self._sessions.items() if each.case != case}

    def of(self, authorization: str) -> Session | None:
        """Return the session of an Authorization header, or None."""
        scheme, _, token = authorization.partition(" ")
        return self._sessions.get(token.strip()) if scheme.lower() == "bearer" else None


class Residents:
    """Maps pseudonyms to people: those that the sandbox launched by name, anybody else by hash among the entitled."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, int] = {}

    def introduce(self, subject: str, person: int) -> None:
        """Let a pseudonym mean one person from now on."""
        self._known[subject] = person

    def person_for(self, subject: str) -> int:
        """Return the person's number; the same pseudonym is always the same person."""
        if subject in self._known:
            return self._known[subject]
        entitled = self._world.with_trait("entitled")
        place = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big")
        return entitled[place % len(entitled)]


@dataclass(frozen=True)
class Launch:
    """One citizen entering the app: the token, and what a scenario may know about the person."""

    token: str
    case: str
    person: Person
    inputs: dict[str, Any]


def _signed(claims: dict[str, Any], key: OKPKey) -> str:
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


class Launcher:
    """Plays the platform: sends people of the city into the app. The order of people follows the seed."""

    def __init__(self, world: World, residents: Residents, *, seed: int, app_code: str = "app") -> None:
        self._world = world
        self._residents = residents
        self._app_code = app_code
        self._key = OKPKey.generate_key("Ed25519", parameters={"kid": secrets.token_hex(4), "use": "sig"})
        self._chance = random.Random(f"{seed}/launch")  # noqa: S311 -- replayable, not secret
        self._queues: dict[str, list[int]] = {}
        self._count = 0
        self._lock = threading.Lock()

    def jwks(self) -> dict[str, Any]:
        """Return the public key set for the gateway."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def launch(
        self, trait: str, *, language: str = "zh-hans", elder: bool = False, service_item: str = "service"
    ) -> Launch:
        """Send the next person with a trait into the app. LookupError when the city has nobody like that."""
        with self._lock:
            number = self._next(trait)
            self._count += 1
            case = f"SIM{self._count:06d}"
        person = self._world.person(number)
        subject = secrets.token_urlsafe(16)
        self._residents.introduce(subject, number)
        claims = self._claims(subject, case) | {"service_item": service_item, "language": language, "elder": elder}
        token = _signed(claims, self._key)
        inputs = {"launch_token": token, "case": case, **inputs_of(self._world, number)}
        return Launch(token, case, person, inputs)

    def spoilt_tokens(self) -> dict[str, str]:
        """Return tokens of nobody that must open no session: expired, forged, changed and unsigned."""
        claims = self._claims(secrets.token_urlsafe(16), "SIM999999")
        stranger = OKPKey.generate_key("Ed25519", parameters={"kid": str(self._key.kid), "use": "sig"})
        header, _, signature = _signed(claims, self._key).split(".")
        changed = base64.urlsafe_b64encode(json.dumps({**claims, "case": "SIM000001"}).encode()).rstrip(b"=").decode()
        nothing = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
        past = int(time.time()) - 2 * LIFE_SECONDS
        return {
            "expired": _signed({**claims, "iat": past, "exp": past + LIFE_SECONDS}, self._key),
            "forged": _signed(claims, stranger),
            "changed": f"{header}.{changed}.{signature}",
            "unsigned": f"{nothing}.{changed}.",
        }

    def _claims(self, subject: str, case: str) -> dict[str, Any]:
        issued = int(time.time())
        return {
            "iss": ISSUER,
            "aud": self._app_code,
            "sub": subject,
            "jti": secrets.token_urlsafe(12),
            "iat": issued,
            "exp": issued + LIFE_SECONDS,
            "case": case,
            "service_item": "service",
        }

    def _next(self, trait: str) -> int:
        queue = self._queues.get(trait)
        if not queue:
            queue = list(self._world.with_trait(trait))
            if not queue:
                raise LookupError(f"the simulated city has nobody with the trait {trait!r}")
            self._chance.shuffle(queue)
            self._queues[trait] = queue
        return queue.pop()


def inputs_of(world: World, number: int) -> dict[str, Any]:
    """Return what a scenario may know about a person, beside token and case."""
    person = world.person(number)
    residence = world.residence_of(number)
    rentals = world.rentals_of(number)
    return {
        "name": person.name,
        "document_type": person.document_type,
        "document_number": person.document_number,
        "phone": person.phone,
        "contact_phone": person.phone or f"142{person.number:08d}",
        "registration_no": residence.registration_no if residence else None,
        "rental_contract_no": rentals[0].contract_no if rentals else None,
    }
