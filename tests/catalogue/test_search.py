"""Citizens find services by their own words; measured on the hand-written queries."""

import json

import pytest

from marketplace.catalogue import search
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(shared_data):
    data = json.loads((shared_data / "search.json").read_text())
    office = factory.department("office")
    made = []
    for each in data["services"]:
        item = factory.service_item(
            office, name_zh=each["title"], name_en="", summary_zh=each["text"], summary_en="", guide_zh=""
        )
        search.index_item(item)
        made.append(item)
    return made, data["queries"]


def test_nine_of_ten_wanted_services_come_in_the_first_three(services):
    made, queries = services
    wanted_at_all = hits = 0
    missed = {}
    for query, wanted in queries.items():
        first = [made.index(item) for item in search.search(query).items[:3]]
        expected = min(3, len(wanted))
        found = len(set(first) & set(wanted))
        wanted_at_all += expected
        hits += min(found, expected)
        if found < expected:
            missed[query] = first
    assert hits / wanted_at_all >= 0.9, missed
