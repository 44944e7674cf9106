"""Questions about orders: asked by verified vendors, answered by the department, read by all."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.accounts.permissions import DEPARTMENT_ROLES
from marketplace.core import audit
from marketplace.core.calendar import deadline
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.notices.services import notify
from marketplace.orders.models import DemandOrder
from vendors.models import Question, Vendor
from vendors.services.access import require_department_role, require_vendor_role, require_verified

TEXT_LENGTH = 2000
ANSWER_LENGTH = 4000


def ask_question(*, vendor: Vendor, order: DemandOrder, text: str, by: User, now: datetime) -> Question:
    """Return the question, public at once without the asker's name, due in the order's working days.

    Asking the same again while it is unanswered returns the first one.
    """
    require_vendor_role(by, vendor, "questions.ask")
    require_verified(vendor)
    text = _text(text, limit=TEXT_LENGTH, field="text")
    with transaction.atomic():
        order = DemandOrder.objects.select_for_update().get(pk=order.pk)
        _refuse_late_question(order, now)
        asked = order.questions.unanswered().filter(vendor=vendor, text=text).first()
        if asked:
            return asked
        question = Question.objects.create(
            order=order,
            vendor=vendor,
            asked_by=by,
            asked_at=now,
            text=text,
            due_at=deadline(now, order.answer_days),
        )
        audit.record("asked", question, by=by, now=now, after={"order": order.code})
        _tell_department(question, now)
    return question


def answer_question(*, question: Question, answer: str, by: User, now: datetime) -> None:
    """Answer for the department, once and for all to read."""
    require_department_role(by, question.order.department, "questions.answer")
    answer = _text(answer, limit=ANSWER_LENGTH, field="answer")
    with transaction.atomic():
        fresh = Question.objects.unanswered().filter(pk=question.pk)
        if not fresh.update(answer=answer, answered_by=by, answered_at=now):
            raise Conflict(
                _("A colleague has answered this question meanwhile. Reload the page to read the answer."),
                code="answered-already",
            )
        question.refresh_from_db()
        audit.record("answered", question, by=by, now=now, after={"order": question.order.code})
        notify(
            users=interested_in(question.order),
            kind="question-answered",
            now=now,
            params={"order": question.order.code},
            path=f"/orders/{question.order.code}/",
        )


def interested_in(order: DemandOrder) -> list[User]:
    """Return the members of the vendors that have claimed the order or asked about it."""
    vendors = Vendor.objects.filter(Q(claims__in=order.claims.standing()) | Q(questions__in=order.questions.all()))
    return list(User.objects.filter(vendor_memberships__vendor__in=vendors, is_active=True).distinct())


def _refuse_late_question(order: DemandOrder, now: datetime) -> None:
    if order.state != DemandOrder.State.OPEN:
        raise Conflict(_("This order isn't open, so no questions can be asked."), code="order-not-open")
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    if order.questions_close_on and today > order.questions_close_on:
        raise Conflict(
            _("Questions could be asked until %(date)s.") % {"date": order.questions_close_on.isoformat()},
            code="questions-closed",
        )


def _tell_department(question: Question, now: datetime) -> None:
    roles = [role for role, granted in DEPARTMENT_ROLES.items() if "questions.answer" in granted]
    department = question.order.department
    publishers = User.objects.filter(
        department_memberships__department=department, department_memberships__role__in=roles, is_active=True
    ).distinct()
    params: dict[str, object] = {"order": question.order.code, "due": question.due_at.isoformat()}
    notify(users=publishers, kind="question-asked", now=now, params=params, path="/vendor/questions/")


def _text(text: str, *, limit: int, field: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(_("Write something first."), field=field)
    if len(text) > limit:
        raise InvalidInput(_("At most %(limit)s characters, please.") % {"limit": limit}, field=field)
    return text
