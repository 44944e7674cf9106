"""What the store's tests start from: a launched case, a department's token, and events."""

from datetime import datetime, timedelta
from itertools import count

from marketplace.accounts.models import ApiToken, Department, User
from marketplace.accounts.services import issue_token
from marketplace.store.models import Case, Listing
from marketplace.store.services import receive_event
from tests import factory

_ids = count(1)


def token(department: Department, user: User, *, now: datetime, **fields: object) -> tuple[ApiToken, str]:
    """Return a department's token for events, and its secret."""
    given = {"name": "system", "scopes": ["events:write"], "source": f"urn:minshi:{department.code}"} | fields
    return issue_token(user=user, department=department, now=now, **given)


def event(
    case: Case, kind: str, at: datetime, *, source: str = "urn:minshi:psb", **fields: object
) -> dict[str, object]:
    """Return a CloudEvent about a case, with whatever words its kind needs."""
    words = {
        "not_accepted": {"reason": "居住未满半年", "remedy": "可在60日内申请行政复议"},
        "denied": {"reason": "材料不实", "remedy": "可在60日内申请行政复议"},
        "supplement_requested": {"note": "请补交居住证明"},
        "completed": {"result": "居住证"},
    }
    return {
        "specversion": "1.0",
        "id": f"e-{next(_ids)}",
        "source": source,
        "type": f"minshi.case.{kind}.v1",
        "time": at.isoformat(),
        "subject": case.number,
        "datacontenttype": "application/json",
        "data": words.get(kind, {}),
    } | fields


def decided_case(
    where: Listing, citizen: User, *, now: datetime, state: str = "completed", days: int = 0, **fields: object
) -> Case:
    """Return a case that its department completed (or denied) at `now`, written straight into the table."""
    launched = now - timedelta(days=days, hours=2)
    defaults = {
        "state": state,
        "accepted_at": launched,
        "decided_at": now,
        "recorded_at": now,
        "confirmed_by": "api",
        "handling_seconds": int((now - launched).total_seconds()),
    }
    if state == "denied":
        defaults |= {"reason": "材料不实", "remedy": "可申请行政复议"}
    return factory.case(where, citizen, now=launched, **(defaults | fields))


def send(token: ApiToken, case: Case, kind: str, at: datetime, *, now: datetime, **fields: object) -> object:
    """Report an event of the kind and return its receipt."""
    return receive_event(token=token, event=event(case, kind, at, **fields), now=now)
