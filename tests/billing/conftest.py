"""Fixtures of the settlement tests."""

import pytest

from tests.billing import factory
from tests.factory import Cast


@pytest.fixture
def market(cast: Cast) -> factory.Market:
    """A market with a quarter of cases and reviews behind it."""
    made = factory.market(cast)
    factory.quarter(made)
    return made
