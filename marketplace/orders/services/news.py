"""Tells the people of a department how their order goes on."""

from datetime import datetime

from marketplace.accounts.models import User
from marketplace.accounts.permissions import DEPARTMENT_ROLES
from marketplace.notices.services import notify
from marketplace.orders.models import DemandOrder


def tell_publishers(order: DemandOrder, *, now: datetime) -> None:
    """The order waits for a publisher."""
    roles = [role for role, granted in DEPARTMENT_ROLES.items() if "orders.publish" in granted]
    people = User.objects.filter(
        is_active=True,
        department_memberships__department=order.department_id,
        department_memberships__role__in=roles,
    ).distinct()
    notify(users=people, kind="order-submitted", now=now, params={"order": order.code}, path=_path(order))


def tell_editor(order: DemandOrder, *, kind: str, now: datetime, **params: object) -> None:
    """Something happened to the order that whoever began it is waiting for."""
    if order.created_by is not None:
        params = {"order": order.code} | params
        notify(users=[order.created_by], kind=kind, now=now, params=params, path=_path(order))


def _path(order: DemandOrder) -> str:
    return f"/orders/desk/{order.code}/"
