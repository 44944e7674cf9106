"""The sandbox's tests run on a fake engine; tests marked `engine` ask for the real one."""

from collections.abc import Iterator

import pytest

from tests.sandbox import fake_engine


@pytest.fixture
def engine(settings: object, tmp_path: object) -> Iterator[fake_engine.Script]:
    """A script that passes everything; tests change it."""
    settings.SANDBOX_ENGINE = "tests.sandbox.fake_engine"
    settings.STATE_DIR = tmp_path
    yield fake_engine.reset()
    fake_engine.reset()
