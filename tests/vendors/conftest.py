"""An order to answer, and the vendor who may."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.utils import translation

from marketplace.accounts.models import User
from marketplace.orders.models import DemandOrder
from tests import factory as people_factory
from tests.vendors import factory
from vendors.models import App, Vendor


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Pages and sentences in the platform's language, whatever the test before has activated."""
    with translation.override("zh-hans"):
        yield


@dataclass(frozen=True)
class Answering:
    """A verified vendor that has claimed an open order and described its app."""

    order: DemandOrder
    vendor: Vendor
    app: App
    developer: User


@pytest.fixture
def answering(cast: people_factory.Cast, now: datetime) -> Answering:
    """The vendor of the cast, ready to upload."""
    demand = factory.order(cast, now=now)
    people_factory.claim(demand, cast.vendor, by=cast.developer, now=now)
    app = people_factory.app(cast.vendor, demand.service_item, now=now)
    return Answering(order=demand, vendor=cast.vendor, app=app, developer=cast.developer)
