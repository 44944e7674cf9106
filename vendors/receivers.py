"""What the vendors' side does when orders change: holds a closing back, passes an amendment on."""

from datetime import datetime

from django.dispatch import receiver
from django.utils.translation import ngettext

from marketplace.core.errors import Conflict
from marketplace.notices.services import notify
from marketplace.orders.models import Amendment, DemandOrder
from marketplace.orders.signals import order_amended, order_closing
from vendors.services.questions import interested_in


@receiver(order_closing)
def refuse_closing_with_unanswered_questions(sender: object, order: DemandOrder, **_rest: object) -> None:
    """Raise Conflict while the department owes an answer."""
    count = order.questions.unanswered().count()
    if count:
        sentence = ngettext(
            "%(count)s question about this order has no answer yet. Answer it, then close the order.",
            "%(count)s questions about this order have no answer yet. Answer them, then close the order.",
            count,
        )
        raise Conflict(sentence % {"count": count}, code="unanswered-questions", extra={"questions": count})


@receiver(order_amended)
def tell_vendors_of_amendment(
    sender: object, order: DemandOrder, amendment: Amendment, now: datetime, **_rest: object
) -> None:
    """Notify everybody whose company has claimed the order or asked about it."""
    notify(
        users=interested_in(order),
        kind="order-amended",
        now=now,
        params={"order": order.code, "number": amendment.number},
        path=f"/orders/{order.code}/",
    )
