"""What the vendors' side does when orders change or an interface may end: holds back, passes on, answers."""

from datetime import datetime

from django.dispatch import receiver
from django.utils.translation import ngettext

from marketplace.accounts.models import User
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.reliance import Reliance
from marketplace.catalogue.signals import interface_version_relied_on
from marketplace.core.errors import Conflict
from marketplace.notices.services import notify
from marketplace.orders.models import Amendment, DemandOrder
from marketplace.orders.signals import order_amended, order_closing
from vendors.models import AppVersion, Claim, Vendor
from vendors.services.questions import interested_in

STANDING = ("uploaded", "queued", "testing", "certified")


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


@receiver(interface_version_relied_on, dispatch_uid="vendors.relying_on")
def apps_relying_on(sender: object, version: InterfaceVersion, **_rest: object) -> list[Reliance]:
    """Return the versions of apps that stand under an order that pins the version, and claims without one yet."""
    versions = AppVersion.objects.filter(order__interface_versions=version, state__in=STANDING)
    found = [
        Reliance(
            kind="app",
            title={"zh": f"{each.app.name_zh} {each.version}", "en": f"{each.app.name_en} {each.version}"},
            code=each.app.code,
            row=each,
            path=f"/vendor/apps/{each.app.code}/",
            people=_members(each.app.vendor),
        )
        for each in versions.select_related("app__vendor")
        if version.interface.code in each.manifest.get("interfaces", [version.interface.code])
    ]
    busy = {each.app.vendor_id for each in versions.select_related("app")}
    claims = Claim.objects.standing().filter(order__interface_versions=version).exclude(vendor__in=busy)
    return found + [
        Reliance(
            kind="claim",
            title={"zh": each.vendor.name_zh, "en": each.vendor.name_zh},
            code=each.order.code,
            row=each,
            path=f"/orders/{each.order.code}/",
            people=_members(each.vendor),
        )
        for each in claims.select_related("vendor", "order")
    ]


def _members(vendor: Vendor) -> tuple[User, ...]:
    return tuple(User.objects.filter(vendor_memberships__vendor=vendor).distinct())
