"""Starts cases, sends citizens to apps, and takes cases back."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core import signing
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.store import numbers, policy
from marketplace.store.models import Case, CaseStep, LaunchToken, Listing
from marketplace.store.services.holds import release_held_case
from vendors.models import Member, Vendor

LAUNCH_KIND = "minshi-launch+jwt"


def pairwise_pseudonym(*, citizen: User, vendor: Vendor) -> str:
    """Return the name under which one vendor knows a citizen: keyed, stable, different for each vendor."""
    message = f"pairwise\x1f{vendor.pk}\x1f{citizen.pk}".encode()
    return hmac.new(settings.PSEUDONYM_KEY.encode(), message, hashlib.sha256).hexdigest()


def launch_case(
    *, listing: Listing, citizen: User, now: datetime, language: str = "zh-hans", elder: bool = False
) -> tuple[Case, str]:
    """Start a case and return it with a fresh launch token (compact JWS, single use, minutes of life).

    Launching again within the policy's window, before anything was submitted, enters the same case. Cases of the
    vendor's own people are marked and never counted or reviewed.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=citizen.pk)
        found = Listing.objects.select_related("app__vendor", "service_item__department", "version").get(pk=listing.pk)
        _require_open(found)
        case = _unsubmitted(found, citizen, now) or _new_case(found, citizen, now)
        return case, _issue_token(case, now=now, language=language, elder=elder)


def enter_again(*, case: Case, citizen: User, now: datetime, language: str = "zh-hans", elder: bool = False) -> str:
    """Return a fresh launch token for an open case of the citizen, to go on in the app."""
    if case.citizen_id != citizen.pk:
        raise NotAllowed(_("This is somebody else's case."))
    with transaction.atomic():
        found = Case.objects.select_for_update().get(pk=case.pk)
        if not found.is_open:
            raise Conflict(_("This case is finished; there is nothing left to do in the app."), code="case-finished")
        _require_open(Listing.objects.select_related("app__vendor").get(pk=found.listing_id))
        return _issue_token(found, now=now, language=language, elder=elder)


def launch_address(*, case: Case, token: str) -> str:
    """Return where the citizen's browser is sent."""
    return f"{case.listing.app.address.rstrip('/')}/launch?token={token}"


def withdraw_case(*, case: Case, citizen: User, now: datetime) -> None:
    """The citizen takes back a case that isn't decided."""
    if case.citizen_id != citizen.pk:
        raise NotAllowed(_("This is somebody else's case."))
    with transaction.atomic():
        case.withdraw(by=citizen, now=now)
        CaseStep.objects.create(case=case, kind=CaseStep.Kind.WITHDRAWN, state=case.state, at=now)


def release_case(*, case: Case, by: User, now: datetime) -> None:
    """A moderator lets a held case count again."""
    if not by.has_platform_permission("cases.release"):
        raise NotAllowed(_("Only moderators release cases."))
    with transaction.atomic():
        release_held_case(case, by=by, now=now)


def _require_open(listing: Listing) -> None:
    if listing.state != Listing.State.LISTED:
        raise Conflict(_("This app isn't offered at the moment. Choose another one."), code="not-listed")
    if not listing.app.address:
        raise InvalidInput(_("This app has no address yet."), code="no-address")


def _unsubmitted(listing: Listing, citizen: User, now: datetime) -> Case | None:
    since = now - policy.RELAUNCH_WINDOW
    rows = Case.objects.filter(listing=listing, citizen=citizen, state=Case.State.LAUNCHED)
    return rows.filter(launched_at__gt=since, launched_at__lte=now).order_by("-launched_at").first()


def _new_case(listing: Listing, citizen: User, now: datetime) -> Case:
    vendor = listing.app.vendor
    case = Case.objects.create(
        number=_free_number(now),
        citizen=citizen,
        listing=listing,
        version=listing.version,
        service_item=listing.service_item,
        department=listing.service_item.department,
        pseudonym=pairwise_pseudonym(citizen=citizen, vendor=vendor),
        launched_at=now,
        own_people=Member.objects.filter(vendor=vendor, user=citizen).exists(),
    )
    CaseStep.objects.create(case=case, kind=CaseStep.Kind.LAUNCHED, state=case.state, at=now)
    return case


def _free_number(now: datetime) -> str:
    day = timezone.localtime(now, timezone.get_default_timezone()).date()
    number = numbers.fresh(day)
    while Case.objects.filter(number=number).exists():
        number = numbers.fresh(day)
    return number


def _issue_token(case: Case, *, now: datetime, language: str, elder: bool) -> str:
    expires = now + policy.LAUNCH_LIFETIME
    row = LaunchToken.objects.create(jti=secrets.token_hex(16), case=case, issued_at=now, expires_at=expires)
    claims = {
        "iss": settings.BASE_URL,
        "aud": case.listing.app.code,
        "sub": case.pseudonym,
        "jti": row.jti,
        "iat": int(now.timestamp()),
        "exp": int(expires.timestamp()),
        "case": case.number,
        "service_item": case.service_item.code,
        "language": language,
        "elder": elder,
    }
    return signing.sign_claims(claims, kind=LAUNCH_KIND)
