"""Every state of a re-test against every verb."""

import pytest

from marketplace.core.errors import MoveRefused
from sandbox.models import Retest

pytestmark = pytest.mark.django_db

VERBS = {
    "start": ("testing", {"due"}),
    "postpone": ("due", {"testing"}),
    "succeed": ("passed", {"testing"}),
    "note": ("noted", {"testing"}),
    "fail": ("failed", {"testing"}),
    "drop": ("dropped", {"due", "testing"}),
    "settle": ("settled", {"failed"}),
    "keep": ("kept", {"failed"}),
    "end_in_revocation": ("revoked", {"failed"}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_from_every_state(failed, cast, verb):
    after, allowed = VERBS[verb]
    at = failed.answer_by
    decided = {"by": cast.operator, "now": at, "reason": "x"}
    extra = {
        "start": {"run": failed.run, "now": at},
        "postpone": {"now": at, "until": at},
        "fail": {"now": at, "answer_by": at},
        "drop": {"now": at, "reason": "x"},
        "keep": decided,
        "end_in_revocation": decided,
    }.get(verb, {"now": at})
    for state in Retest.State.values:
        changes = {"state": state, "run": failed.run_id, "decided_at": at, "decision_reason": "x", "answer_by": at}
        Retest.objects.filter(pk=failed.pk).update(**changes)
        retest = Retest.objects.get(pk=failed.pk)
        if state in allowed:
            getattr(retest, verb)(**extra)
            assert retest.state == after
        else:
            with pytest.raises(MoveRefused):
                getattr(retest, verb)(**extra)
