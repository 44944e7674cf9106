"""A developer's calls at the same moment on a real PostgreSQL: the department takes them one after the other."""

import json

import pytest

from sandbox.tryout import services
from sandbox.tryout.departments import Sent
from sandbox.tryout.models import TryCall
from tests.at_once import together
from tests.sandbox.tryout.factory import published
from tests.sandbox.tryout.test_calls import RESIDENT, an_application

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CALLS = 4


def application(key):
    return Sent(
        method="POST",
        path="/permit-applications",
        content_type="application/json",
        body=json.dumps(an_application()).encode(),
        key=key,
        person=RESIDENT,
    )


@pytest.mark.parametrize(("keys", "applications"), [(["a" * 16] * CALLS, 1), ([c * 16 for c in "abcd"], CALLS)])
def test_the_same_key_is_one_application_and_others_are_their_own(cast, now, keys, applications):
    version = published("residence", cast.police)

    def send(key):
        return lambda: services.call(user=cast.developer, version=version, sent=application(key), now=now)

    assert together(*map(send, keys)) == ["done"] * CALLS
    made = TryCall.objects.of(cast.developer, version)
    assert {each.status for each in made} <= {200, 201}
    assert len({json.loads(each.answer)["application_no"] for each in made}) == applications
