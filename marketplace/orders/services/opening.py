"""Moves an order to the board and off it: submit, send back, open, suspend, resume, close, withdraw."""

import math
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.accounts.models import User
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.orders import arazzo
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import PLAN_MB, megabytes, plan_of, sha256_of
from marketplace.orders.services.news import tell_editor, tell_publishers
from marketplace.orders.signals import order_closing


class OrderIncomplete(InvalidInput):
    """The order can't go on yet; `lacks` maps part -> what is missing."""

    code = "order-incomplete"
    status = 409

    def __init__(self, lacks: Mapping[str, str]):
        self.lacks = dict(lacks)
        message = ngettext(
            "This order can't go on yet. Missing: %(lacks)s.",
            "This order can't go on yet. %(count)s things are missing: %(lacks)s.",
            len(lacks),
        ) % {"lacks": _("; ").join(lacks.values()), "count": len(lacks)}
        super().__init__(message, field=next(iter(lacks)), extra={"lacks": list(lacks)})


def lacks(order: DemandOrder) -> dict[str, str]:
    """Return part -> what is missing before the order can be rehearsed and submitted."""
    missing = {}
    if not order.title_zh or not order.title_en:
        missing["title"] = _("the title in both languages")
    if order.service_item.state != "published":
        missing["service_item"] = _("a published service item")
    missing |= _documents_lack(order)
    if not order.thresholds or not order.checks:
        missing["thresholds"] = _("thresholds and weights")
    if not order.tariff_code:
        missing["tariff"] = _("the tariff")
    questions, submissions = order.questions_close_on, order.submissions_close_on
    if questions and submissions and submissions < questions:
        missing["dates"] = _("a last day of submissions after the last day of questions")
    return missing


def _documents_lack(order: DemandOrder) -> dict[str, str]:
    missing = {}
    pinned = list(order.interface_versions.defer("document"))
    if not pinned:
        missing["interfaces"] = _("at least one interface version")
    if any(each.state not in ("alpha", "beta", "stable") for each in pinned):
        missing["interfaces"] = _("interface versions that are neither deprecated nor drafts")
    if not order.contract:
        missing["contract"] = _("the app contract")
    scenarios = list(order.scenarios.all())
    if not scenarios:
        missing["scenarios"] = _("at least one acceptance scenario")
    elif order.contract and any(arazzo.check(each.arazzo, order.contract) for each in scenarios):
        missing["scenarios"] = _("acceptance scenarios that fit the app contract")
    if not missing and (size := megabytes(plan_of(order))) > PLAN_MB:
        missing["interfaces"] = _("interfaces and contract of %(most)s MB together, not %(size)s MB") % {
            "most": PLAN_MB,
            "size": math.ceil(size),
        }
    return missing


def submit_order(*, order: DemandOrder, by: User, now: datetime) -> None:
    """Hand a complete draft to the publisher."""
    with transaction.atomic():
        missing = lacks(order)
        if missing:
            raise OrderIncomplete(missing)
        order.submit(by=by, now=now)
        tell_publishers(order, now=now)


def send_back_order(*, order: DemandOrder, by: User, now: datetime, reason: str) -> None:
    """Return an order in review to its editor, with the reason."""
    with transaction.atomic():
        order.send_back(by=by, now=now, reason=_reason(reason))
        tell_editor(order, kind="order-sent-back", now=now)


def open_order(*, order: DemandOrder, by: User, now: datetime) -> None:
    """Put a submitted order on the board; refused unless its current plan passed its rehearsal."""
    with transaction.atomic():
        _require_open_terms(order, now)
        if order.state == DemandOrder.State.SUSPENDED:
            raise Conflict(_("A suspended order is resumed, not opened."), code="order-suspended")
        order.open(by=by, now=now)


def resume_order(*, order: DemandOrder, by: User, now: datetime) -> None:
    """Put a suspended order back on the board; refused when it was amended and not rehearsed again."""
    with transaction.atomic():
        _require_open_terms(order, now)
        if order.state != DemandOrder.State.SUSPENDED:
            raise Conflict(_("Only a suspended order can be resumed."), code="order-not-suspended")
        order.open(by=by, now=now)


def suspend_order(*, order: DemandOrder, by: User, now: datetime, reason: str) -> None:
    """Stop claims and uploads for now; the reason is public."""
    order.suspend(by=by, now=now, reason=_reason(reason))


def close_order(*, order: DemandOrder, by: User, now: datetime) -> None:
    """End the call. Layers above may refuse by `order_closing`: vendors do while a question is unanswered."""
    with transaction.atomic():
        order.close(by=by, now=now)
        order_closing.send(sender=DemandOrder, order=order, now=now)


def withdraw_order(*, order: DemandOrder, by: User, now: datetime, reason: str) -> None:
    """Take the order back; the reason is public."""
    order.withdraw(by=by, now=now, reason=_reason(reason))


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidInput(_("Say why."), field="reason")
    return text.strip()[:300]


def _require_open_terms(order: DemandOrder, now: datetime) -> None:
    order.refresh_from_db()
    missing = lacks(order)
    if missing:
        raise OrderIncomplete(missing)
    if not order.rehearsal_passed or order.rehearsed_plan != sha256_of(plan_of(order)):
        message = _("The order's plan, as it stands now, hasn't passed a rehearsal in the sandbox. Ask for one first.")
        raise Conflict(message, code="not-rehearsed")
    if order.submissions_close_on and order.submissions_close_on < now.date():
        raise Conflict(_("The last day of submissions is over. Choose a later one."), code="submissions-over")
