"""Where the department has no system that calls: a signed daily file, and a clerk's page."""

import base64
import csv
import io
from collections import Counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.demo.telling import Telling
from marketplace.demo.traffic import CasePlan
from marketplace.store.models import Case
from marketplace.store.services.decisions import COLUMNS, TOTAL, import_decisions_csv, register_department_key
from marketplace.store.services.reports import record_clerk_decision

REASON = "提交的住址与居住登记不一致"
REMEDY = "可以在收到决定之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"


def decide_at_the_window(telling: Telling, plans: list[CasePlan]) -> None:
    """A clerk decides the day's cases by hand."""
    clerk = telling.people["editor"]
    for plan in plans:
        case = Case.objects.get(pk=telling.made_cases[plan.number].pk)
        words = {"reason": REASON, "remedy": REMEDY} if plan.ending == "denied" else {"result": "居住证已签发"}
        record_clerk_decision(
            case=case, kind=plan.ending, by=clerk, now=telling.clock(), occurred_at=plan.ended_at, **words
        )


def send_daily_file(telling: Telling, plans: list[CasePlan], *, day: int) -> None:
    """The bureau's system was down: the day's decisions come as a signed file, and by mistake once more."""
    now = telling.at(telling.quarter.day(day, 21.5))
    police, publisher = telling.departments["psb"], telling.people["publisher"]
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    register_department_key(department=police, name="日报签名", public_key=public, by=publisher, now=now)
    content = _daily_file(telling, plans)
    signature = base64.b64encode(key.sign(content)).decode()
    for is_new in (True, False):
        _, taken = import_decisions_csv(
            department=police, content=content, signature=signature, by=publisher, now=telling.clock()
        )
        if taken is not is_new:
            raise RuntimeError("the second sending of a daily file must change nothing, the first must count")


def _daily_file(telling: Telling, plans: list[CasePlan]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for plan in plans:
        number = telling.made_cases[plan.number].number
        words = ["居住证已签发", "", ""] if plan.ending == "completed" else ["", REASON, REMEDY]
        rows.writerow([number, plan.ending, plan.ended_at.isoformat(), *words])
    rows.writerow([TOTAL, "rows", len(plans), "", "", ""])
    for ending, count in sorted(Counter(plan.ending for plan in plans).items()):
        rows.writerow([TOTAL, ending, count, "", "", ""])
    return text.getvalue().encode()
