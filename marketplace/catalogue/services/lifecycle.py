"""Ends versions of interfaces: announces the last day, retires, and tells those who rely on them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.reliance import Reliance, people_of, relying_on
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.notices.services import notify

REASON_LENGTH = 10


def deprecate_version(
    *, version: InterfaceVersion, by: User, now: datetime, sunset_on: date, advice: str = ""
) -> list[Reliance]:
    """Announce the last day of a stable version and tell everybody who relies on it; return who that is.

    `advice` says what to use instead.
    """
    if sunset_on <= day_of(now):
        raise InvalidInput(_("The last day must lie in the future."), field="sunset_on")
    with transaction.atomic():
        hit = relying_on(version)
        version.deprecate(by=by, now=now, sunset_on=sunset_on, advice=advice.strip())
        _tell(version, hit, kind="interface-ending", now=now)
    return hit


def retire_version(*, version: InterfaceVersion, by: User, now: datetime, reason: str = "") -> list[Reliance]:
    """End a version; return who relied on it.

    A deprecated one doesn't end before its last day is over: that day was promised. While a call for apps or a listed
    app relies on it, an end needs a reason, which those people are told.
    """
    reason = reason.strip()
    if version.state == InterfaceVersion.State.DEPRECATED and version.sunset_on and day_of(now) <= version.sunset_on:
        message = _("Apps may use it until %(day)s; retire it after that day.") % {"day": version.sunset_on}
        raise Conflict(message, code="before-sunset")
    with transaction.atomic():
        hit = relying_on(version)
        if any(each.in_use for each in hit) and len(reason) < REASON_LENGTH:
            message = _(
                "%(names)s still rely on it. Wait until they have moved on, or say in a sentence why it must end now."
            )
            names = ", ".join(each.code for each in hit if each.in_use)
            raise Conflict(message % {"names": names}, code="in-use", field="reason")
        version.retire(by=by, now=now, reason=reason)
        _tell(version, hit, kind="interface-ended", now=now)
    return hit


def day_of(moment: datetime) -> date:
    """Return the day in the platform's own zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _tell(version: InterfaceVersion, hit: list[Reliance], *, kind: str, now: datetime) -> None:
    params: dict[str, object] = {
        "interface": version.interface.code,
        "version": version.version,
        "day": str(version.sunset_on or ""),
        "advice": version.advice,
        "reason": version.end_reason,
    }
    path = f"/catalogue/interfaces/{version.interface.code}/{version.version}/"
    notify(users=people_of(hit), kind=kind, now=now, params=params, path=path)
