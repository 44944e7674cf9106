"""Brings apps onto the square, takes them off it, and moves them to newer versions."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.notices.services import notify
from marketplace.store.links import page_for
from marketplace.store.models import Case, Listing
from vendors.models import App, AppVersion, Vendor
from vendors.services import deliver_claim


def request_listing(*, version: AppVersion, by: User, now: datetime) -> Listing:
    """Ask for an app's public presence.

    Needs `apps.upload` in the vendor, a verified vendor, a certified version and an address where citizens are sent.
    Refused with Conflict while another listing of the app is pending, listed or suspended.
    """
    app = version.app
    _require_vendor_right(app, by)
    if app.vendor.state != Vendor.State.VERIFIED:
        raise Conflict(_("Only apps of verified vendors can be listed."), code="vendor-not-verified")
    _require_certified(version)
    if not app.address:
        raise InvalidInput(_("Say at which address citizens reach the app."), code="no-address", field="address")
    try:
        with transaction.atomic():
            listing = Listing.objects.create(
                app=app, service_item=app.service_item, version=version, requested_by=by, requested_at=now
            )
            audit.record("requested", listing, by=by, now=now, after={"state": listing.state, "version": version.pk})
    except IntegrityError as error:
        raise Conflict(_("This app has a listing already."), code="listed-already") from error
    return listing


def approve_listing(*, listing: Listing, by: User, now: datetime) -> None:
    """Show a pending listing to citizens; its version must still be certified."""
    _require_operator(by, "listings.decide")
    with transaction.atomic():
        _require_certified(AppVersion.objects.get(pk=listing.version_id))
        if listing.app.vendor.state != Vendor.State.VERIFIED:
            raise Conflict(_("Only apps of verified vendors can be listed."), code="vendor-not-verified")
        listing.approve(by=by, now=now)
        deliver_claim(vendor=listing.app.vendor, order=listing.version.order, by=by, now=now)
        notify(users=[listing.requested_by], kind="listing-approved", now=now, params=_names(listing))


def refuse_listing(*, listing: Listing, by: User, now: datetime, reason: str) -> None:
    """Turn a pending listing down, with a reason that the vendor reads."""
    _require_operator(by, "listings.decide")
    reason = _need_reason(reason)
    with transaction.atomic():
        listing.refuse(by=by, now=now, reason=reason)
        notify(
            users=[listing.requested_by],
            kind="listing-refused",
            now=now,
            params=_names(listing) | {"reason": reason},
        )


def suspend_listing(*, listing: Listing, by: User, now: datetime, reason: str) -> int:
    """Pull the plug: at once, with a reason; return how many citizens with open cases were told."""
    _require_operator(by, "listings.suspend")
    return _suspend(listing, by=by, now=now, reason=_need_reason(reason))


def suspend_listings_of(*, vendor: Vendor, by: object, now: datetime, reason: str) -> int:
    """Suspend every listing of a vendor that was itself suspended; return how many."""
    listings = list(Listing.objects.filter(app__vendor=vendor, state=Listing.State.LISTED).select_related("app"))
    for listing in listings:
        _suspend(listing, by=by, now=now, reason=reason)
    return len(listings)


def suspend_listings_serving(*, version: AppVersion, by: object, now: datetime, reason: str) -> int:
    """Suspend the listing whose version was revoked; return how many there were."""
    listings = list(Listing.objects.filter(version=version, state=Listing.State.LISTED).select_related("app"))
    for listing in listings:
        _suspend(listing, by=by, now=now, reason=reason)
    return len(listings)


def resume_listing(*, listing: Listing, by: User, now: datetime) -> None:
    """Show a suspended listing again; vendor and version must still be in order."""
    _require_operator(by, "listings.suspend")
    with transaction.atomic():
        _require_certified(AppVersion.objects.get(pk=listing.version_id))
        if Vendor.objects.get(pk=listing.app.vendor_id).state != Vendor.State.VERIFIED:
            raise Conflict(_("Only apps of verified vendors can be listed."), code="vendor-not-verified")
        listing.resume(by=by, now=now)


def delist_listing(*, listing: Listing, by: User, now: datetime, reason: str) -> int:
    """End a listing for good; return how many citizens with open cases were told."""
    _require_operator(by, "listings.decide")
    with transaction.atomic():
        listing.delist(by=by, now=now, reason=_need_reason(reason))
        return _tell_citizens(listing, now=now)


def serve_version(*, listing: Listing, version: AppVersion, by: User, now: datetime) -> None:
    """Let new cases go to a newer certified version of the same app; the old version is superseded."""
    _require_vendor_right(listing.app, by)
    with transaction.atomic():
        locked = Listing.objects.select_for_update().select_related("version").get(pk=listing.pk)
        if locked.state not in {Listing.State.LISTED, Listing.State.SUSPENDED, Listing.State.PENDING}:
            raise Conflict(_("This listing has ended."), code="listing-ended")
        _require_certified(version)
        old = locked.version
        if version.app_id != locked.app_id or version.pk == old.pk or version.uploaded_at < old.uploaded_at:
            raise InvalidInput(_("Choose a newer version of the same app."), code="not-newer", field="version")
        Listing.objects.filter(pk=listing.pk).update(version=version)
        before, after = {"version": old.pk}, {"version": version.pk}
        audit.record("version_changed", listing, by=by, now=now, before=before, after=after)
        if old.state == AppVersion.State.CERTIFIED:
            old.supersede(by=by, now=now)
    listing.version = version


def _suspend(listing: Listing, *, by: object, now: datetime, reason: str) -> int:
    with transaction.atomic():
        listing.suspend(by=by, now=now, reason=reason)
        return _tell_citizens(listing, now=now)


def _tell_citizens(listing: Listing, *, now: datetime) -> int:
    """Tell everyone with an open case; those who hadn't submitted yet are offered the other apps."""
    told = 0
    cases = Case.objects.filter(listing=listing, state__in=Case.OPEN).select_related("citizen", "service_item")
    for case in cases:
        path = page_for(case.citizen, "case", case.number)
        params = _names(listing) | {"number": case.number, "submitted": case.state != Case.State.LAUNCHED}
        notify(users=[case.citizen], kind="listing-suspended", now=now, params=params, path=path)
        told += 1
    return told


def _names(listing: Listing) -> dict[str, object]:
    return {"app_zh": listing.app.name_zh, "app_en": listing.app.name_en, "app": listing.app.code}


def _require_operator(user: User, permission: str) -> None:
    if not user.has_platform_permission(permission):
        raise NotAllowed(_("Only the platform's operators decide on listings."))


def _require_vendor_right(app: App, user: User) -> None:
    if not Vendor.objects.where(user, "apps.upload").filter(pk=app.vendor_id).exists():
        raise NotAllowed(_("Only the vendor's owners and developers do this."))


def _require_certified(version: AppVersion) -> None:
    if version.state != AppVersion.State.CERTIFIED:
        raise Conflict(_("Only a version that passed the sandbox can be listed."), code="version-not-certified")


def _need_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why: the people concerned will read it."), code="reason-missing", field="reason")
    return reason[:300]
