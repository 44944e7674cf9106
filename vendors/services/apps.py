"""Apps: one per vendor and service item, described in both languages."""

import re
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput
from vendors.models import App, Vendor
from vendors.services.access import require_vendor_role, require_verified

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_COLOUR = "#0b5a6b"
DETAILS = (
    "name_zh",
    "name_en",
    "summary_zh",
    "summary_en",
    "accent",
    "support_contact",
    "privacy_zh",
    "privacy_en",
    "address",
)


def create_app(
    *, vendor: Vendor, service_item: ServiceItem, by: User, now: datetime, code: str = "", **details: str
) -> App:
    """Return the vendor's app for the item; `details` are any of DETAILS. Needs a claim on an order for the item."""
    require_vendor_role(by, vendor, "apps.upload")
    require_verified(vendor)
    _check(details)
    if not vendor.claims.standing().filter(order__service_item=service_item).exists():
        raise Conflict(_("Claim an order for this service first; then create the app for it."), code="claim-first")
    try:
        with transaction.atomic():
            app = App.objects.create(
                vendor=vendor,
                service_item=service_item,
                code=code or _fresh_code(details.get("name_en", "")),
                created_at=now,
                **details,
            )
            after = {"vendor": vendor.code, "service_item": service_item.code}
            audit.record("created", app, by=by, now=now, after=after)
    except IntegrityError as error:
        raise Conflict(
            _("Your company has an app for this service already. Upload a new version of it instead."),
            code="one-app-per-service",
        ) from error
    return app


def update_app(*, app: App, by: User, now: datetime, **details: str) -> None:
    """Change how the app presents itself; `details` are any of DETAILS. The audit names the fields that changed."""
    require_vendor_role(by, app.vendor, "apps.upload")
    _check(details)
    with transaction.atomic():
        app = App.objects.select_for_update().get(pk=app.pk)
        changed = sorted(name for name, value in details.items() if getattr(app, name) != value)
        if not changed:
            return
        App.objects.filter(pk=app.pk).update(**{name: details[name] for name in changed})
        audit.record("described", app, by=by, now=now, after={"fields": changed})


def _check(details: dict[str, str]) -> None:
    """Raise InvalidInput for an address or a colour that pages couldn't use safely."""
    if unknown := set(details) - set(DETAILS):
        raise TypeError(f"not a detail of an app: {sorted(unknown)}")
    if not _is_safe(details.get("address", "")):
        raise InvalidInput(_("The address starts with https://, except on your own machine."), field="address")
    if not COLOUR.fullmatch(details.get("accent", DEFAULT_COLOUR)):
        raise InvalidInput(_("A colour is # and six hexadecimal digits, for example #0b5a6b."), field="accent")


def _is_safe(address: str) -> bool:
    """Citizens are sent there with a launch token, so nobody on the way may read it."""
    try:
        URLValidator(schemes=["http", "https"])(address or "https://example.org")
    except ValidationError:
        return False
    parts = urlsplit(address)
    return parts.scheme in {"", "https"} or parts.hostname in LOOPBACK


def _fresh_code(name: str) -> str:
    return f"{slugify(name)[:30].strip('-') or 'app'}-{secrets.token_hex(3)}"
