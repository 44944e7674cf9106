"""What every test starts from: a quiet platform, the five people, and a clock that stands still."""

import atexit
import functools
import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from sandbox.engine import EngineUnavailable, daemon
from tests import factory
from tests.looks.browser import chromium, page, site  # noqa: F401
from tests.migrated import MigratedCopy

LEDGER_TRIGGERS = importlib.import_module("billing.migrations.0002_transfers_stay_as_written").SQLITE
NOW = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
AFTER_A_FLUSH: list[Callable[[], None]] = []


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
    settings.WHITENOISE_AUTOREFRESH = True  # a client of a test would otherwise list every static file first
    # A transactional test before this one flushed the tables: their content types have new keys.
    ContentType.objects.clear_cache()


@pytest.fixture(scope="session")
def migrated_copy(django_db_modify_db_settings: None) -> MigratedCopy:
    """The migrated database of an earlier run, from which this one's begins."""
    copy = MigratedCopy()
    copy.prepare()
    return copy


@pytest.fixture(scope="session")
def django_db_setup(
    migrated_copy: MigratedCopy, django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Keep what was migrated for the next run, and for after a flush."""

    def restore() -> None:
        with django_db_blocker.unblock():
            migrated_copy.restore()

    AFTER_A_FLUSH.append(restore)
    with django_db_blocker.unblock():
        migrated_copy.keep()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Bring back what migrations seed once a transactional test has flushed it: other files may follow in its process.

    Tests with a live server are among themselves and load it before each.
    """
    yield
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction") and AFTER_A_FLUSH:
        AFTER_A_FLUSH[0]()


@pytest.fixture(autouse=True)
def _ledger_is_emptied_by_tests_alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let SQLite's flush after a transactional test past the triggers that keep the ledger (PostgreSQL truncates)."""
    marker = request.node.get_closest_marker("django_db")
    flushed = "live_server" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if not flushed or connection.vendor != "sqlite":
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_refuses_delete")
        cursor.execute("DELETE FROM billing_transfer")
        cursor.execute(LEDGER_TRIGGERS["DELETE"])


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


NEEDS = {
    "browser": ("Chromium", lambda: shutil.which("chromium") is not None),
    "services": (
        "PostgreSQL (run through .ci/with-services)",
        lambda: "postgres" in os.environ.get("MINSHI_DATABASE_URL", ""),
    ),
    "engine": ("a Docker engine, or Debian's docker.io and root to start one", lambda: _engine_host() is not None),
}


@functools.cache
def _engine_host() -> str | None:
    """The engine for the tests: one that answers, or one of our own in the state folder, stopped at the end."""
    folder = Path(django_settings.STATE_DIR) / "engine"
    was_running = daemon.own_pid(daemon.Layout(folder)) is not None
    try:
        host = daemon.ensure(folder)
    except EngineUnavailable:
        return None
    if not was_running:
        atexit.register(daemon.stop, folder)
    return host


@pytest.fixture(scope="session")
def engine_host() -> str:
    """Address of the engine that the tests use."""
    host = _engine_host()
    assert host, "tests with this fixture carry the mark engine"
    return host


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or where everything is required fail, a test whose need isn't met."""
    for mark, (need, is_met) in NEEDS.items():
        if item.get_closest_marker(mark) and not is_met():
            complain = pytest.fail if os.environ.get("MINSHI_REQUIRE_ALL") else pytest.skip
            complain(f"needs {need}")
