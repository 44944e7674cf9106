"""Settings that contradict themselves are told before the platform starts."""

import pytest

from sandbox.checks import check_sandbox_settings


def test_the_defaults_agree():
    assert check_sandbox_settings(None) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SANDBOX_BEAT_SECONDS": 20, "SANDBOX_SILENT_SECONDS": 45}, "sandbox.E001"),
        ({"SANDBOX_RUNS_AT_ONCE": 0}, "sandbox.E002"),
        ({"SANDBOX_RUN_SECONDS": 5}, "sandbox.E003"),
        ({"SANDBOX_RUN_SECONDS": 36_000}, "sandbox.E003"),
    ],
)
def test_what_contradicts_itself_has_a_hint(settings, change, code):
    for name, value in change.items():
        setattr(settings, name, value)
    (found,) = check_sandbox_settings(None)
    assert found.id == code
    assert found.hint
