"""Fixtures of the store's tests."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests():
    """Forget how often buttons were pressed in the tests before."""
    cache.clear()
