"""System checks of the sandbox's settings, each with a hint."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from sandbox.engine import limits

BEATS_BEFORE_SILENCE = 3
LEAST_MEMORY_MB = limits.APP_MEMORY_MB_MOST + limits.PROBE.memory_mb + limits.BROWSER.memory_mb
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
    if settings.SANDBOX_RUNS_PER_VENDOR < 1:
        hint = "Set MINSHI_SANDBOX_RUNS_PER_VENDOR to 1 or more."
        found.append(Error("No vendor may have a run.", hint=hint, id="sandbox.E004"))
    if settings.SANDBOX_MEMORY_MB and settings.SANDBOX_MEMORY_MB < LEAST_MEMORY_MB:
        hint = f"Set MINSHI_SANDBOX_MEMORY_MB to {LEAST_MEMORY_MB} or more, or to 0 to let the slots alone decide."
        found.append(Error("No run fits the memory of this sandbox worker.", hint=hint, id="sandbox.E005"))
    if settings.SIGNATURES_LAST_DAYS < settings.CERTIFICATE_DAYS:
        hint = "Set MINSHI_SIGNATURES_LAST_DAYS to MINSHI_CERTIFICATE_DAYS or more."
        found.append(Error("Certificates would outlive the keys that verify them.", hint=hint, id="sandbox.E006"))
    if not 0 < settings.RETEST_AHEAD_DAYS < settings.CERTIFICATE_DAYS:
        hint = "Set MINSHI_RETEST_AHEAD_DAYS to more than 0 and less than MINSHI_CERTIFICATE_DAYS."
        found.append(Error("Certificates would expire before their re-test.", hint=hint, id="sandbox.E007"))
    return found
