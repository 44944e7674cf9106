"""What every test starts from: a quiet platform, the five people, and a clock that stands still."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import factory

NOW = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _settings(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    settings.MEDIA_ROOT = base / "media"
    settings.FACTS_DIR = tmp_path_factory.mktemp("facts")
    settings.SIGNING_KEY_FILE = base / "signing-key.pem"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def now() -> datetime:
    """A Monday morning in the platform's zone."""
    return NOW


@pytest.fixture
def cast(db: None) -> factory.Cast:
    """The five people and the bodies they work for."""
    return factory.cast(now=NOW)


@pytest.fixture
def shared_data() -> Path:
    """The folder of code sets and schemas; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder isn't beside this checkout")
    return folder
