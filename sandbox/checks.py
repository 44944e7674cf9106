"""System checks of the sandbox's settings, each with a hint."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

BEATS_BEFORE_SILENCE = 3
RUN_SECONDS = range(60, 3601)


@register
def check_sandbox_settings(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Return what contradicts itself in the SANDBOX_ settings."""
    found: list[CheckMessage] = []
    if settings.SANDBOX_SILENT_SECONDS < BEATS_BEFORE_SILENCE * settings.SANDBOX_BEAT_SECONDS:
        hint = "Set MINSHI_SANDBOX_SILENT_SECONDS to three times MINSHI_SANDBOX_BEAT_SECONDS or more."
        found.append(Error("Living sandbox workers would be taken for dead.", hint=hint, id="sandbox.E001"))
    if settings.SANDBOX_RUNS_AT_ONCE < 1:
        hint = "Set MINSHI_SANDBOX_RUNS_AT_ONCE to 1 or more; two on two cores."
        found.append(Error("Sandbox workers may take no run at all.", hint=hint, id="sandbox.E002"))
    if settings.SANDBOX_RUN_SECONDS not in RUN_SECONDS:
        hint = f"Set MINSHI_SANDBOX_RUN_SECONDS to {RUN_SECONDS.start} to {RUN_SECONDS.stop - 1}."
        found.append(Error("The time for one sandbox run is out of bounds.", hint=hint, id="sandbox.E003"))
    return found
