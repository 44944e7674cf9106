"""Owns what the environment says about this copy of the app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

GOOD = "good"
SLOW = "slow"
LOSES = "loses"
VARIANTS = (GOOD, SLOW, LOSES)


@dataclass(frozen=True)
class Settings:
    """One copy of the app. `variant` other than good is a fault built in on purpose, for tests of the sandbox."""

    gateway_host: str
    gateway_port: int
    port: int
    host: str
    name_zh: str
    name_en: str
    accent: str
    variant: str
    version: str
    state_dir: str
    answer_seconds: float

    @property
    def pause_seconds(self) -> float:
        """How long the slow variant keeps everybody waiting."""
        return 0.45 if self.variant == SLOW else 0.0

    @property
    def department_seconds(self) -> float:
        """How long a department may take before the app goes on by itself."""
        return 1.5 if self.variant == LOSES else self.answer_seconds


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings. ValueError with the name of the variable that is wrong."""
    gateway = urlsplit(environment.get("GATEWAY_URL", ""))
    if gateway.scheme != "http" or not gateway.hostname:
        raise ValueError("GATEWAY_URL must be an http:// address")
    variant = environment.get("APP_VARIANT", GOOD)
    if variant not in VARIANTS:
        raise ValueError(f"APP_VARIANT must be one of {', '.join(VARIANTS)}")
    accent = environment.get("APP_ACCENT", "#0b5a6b")
    if not re.fullmatch(r"#[0-9a-f]{6}", accent):
        raise ValueError("APP_ACCENT must be a colour such as #0b5a6b")
    return Settings(
        gateway_host=gateway.hostname,
        gateway_port=gateway.port or 80,
        port=int(environment.get("PORT", "8080")),
        host=environment.get("HOST", "0.0.0.0"),  # noqa: S104 -- a container's own network
        name_zh=environment.get("APP_NAME_ZH", "居住证办理"),
        name_en=environment.get("APP_NAME_EN", "Residence permit"),
        accent=accent,
        variant=variant,
        version=environment.get("APP_VERSION", "1.0.0"),
        state_dir=environment.get("STATE_DIR", "/tmp"),  # noqa: S108 -- the only place that may be written
        answer_seconds=3.0,
    )
