"""Takes in a new version of an app: every condition first, then the bytes, then the row and the news of it."""

import re
from datetime import datetime

import semver
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.orders.models import DemandOrder
from vendors import archives
from vendors.manifest import MEMORY_MB_DEFAULT, Allowed, check_manifest
from vendors.models import App, AppVersion
from vendors.services.access import require_vendor_role, require_verified
from vendors.services.claims import refuse_unless_taking_apps
from vendors.signals import version_submitted

SHA256 = re.compile(r"[0-9a-f]{64}")
VERSION_LENGTH = 40


def submit_version(
    *,
    app: App,
    order: DemandOrder,
    version: str,
    archive: archives.Source,
    manifest: object,
    by: User,
    now: datetime,
    sha256: str = "",
) -> AppVersion:
    """Return the version, `uploaded`; the sandbox takes it in from there.

    `sha256` is what the vendor computed (empty: not compared). Idempotent by digest: the same app, version, manifest
    and archive return the row that is there. Raises InvalidInput with the place of a fault, Conflict when the number
    is taken by another archive, the order is closed or not claimed. Whatever it raises, nothing is left behind.
    """
    require_vendor_role(by, app.vendor, "apps.upload")
    require_verified(app.vendor)
    refuse_unless_claimed(app, order, now)
    number = checked_version(version)
    sha256 = _checked_sha256(sha256)
    declared = check_manifest(manifest, allowed=allowed_by(order))
    if sha256 and (found := _found(app, number, sha256, declared)):
        return found
    stored = archives.store(archive, expected_sha256=sha256)
    try:
        with transaction.atomic():
            App.objects.select_for_update().get(pk=app.pk)
            if found := _found(app, number, stored.sha256, declared):
                archives.remove(stored.name)
                return found
            return _record(app, order, number, declared, stored, by=by, now=now)
    except BaseException:
        # What fails after the commit (the news of it) mustn't take the archive from a version that is there.
        if not AppVersion.objects.filter(archive=stored.name).exists():
            archives.remove(stored.name)
        raise


def refuse_unless_claimed(app: App, order: DemandOrder, now: datetime) -> None:
    """Raise Conflict unless the order takes apps, asks for this app's service and the vendor's claim stands."""
    order.refresh_from_db(fields=["state", "submissions_close_on"])
    refuse_unless_taking_apps(order, now)
    if order.service_item_id != app.service_item_id:
        raise Conflict(_("This order asks for another service than the app offers."), code="other-service")
    if not order.claims.standing().filter(vendor=app.vendor).exists():
        raise Conflict(_("Your company hasn't claimed this order, or has given it back."), code="claim-first")


def allowed_by(order: DemandOrder) -> Allowed:
    """Return what the order lets a manifest declare."""
    pinned = list(order.interface_versions.select_related("interface"))
    return Allowed(
        memory_mb=int(order.thresholds.get("memory_mb", MEMORY_MB_DEFAULT)),
        interfaces=frozenset(each.interface.code for each in pinned),
        scopes=frozenset(scope for each in pinned for scope in each.scopes),
    )


def checked_version(text: str) -> str:
    """Return the semantic version (semver.org 2.0.0, without build metadata); raise InvalidInput otherwise."""
    text = text.strip()
    if len(text) <= VERSION_LENGTH and "+" not in text and semver.Version.is_valid(text):
        return text
    raise InvalidInput(
        _("“%(text)s” isn't a version number. Use three numbers such as 1.0.0, with a suffix such as 1.0.0-rc.1.")
        % {"text": text[:VERSION_LENGTH]},
        code="version-number",
        field="version",
    )


def _checked_sha256(text: str) -> str:
    text = text.strip().lower()
    if text and not SHA256.fullmatch(text):
        raise InvalidInput(
            _("A SHA-256 has 64 characters from 0 to 9 and a to f. `sha256sum FILE` shows it."),
            code="sha256-form",
            field="sha256",
        )
    return text


def _found(app: App, number: str, sha256: str, manifest: dict[str, object]) -> AppVersion | None:
    """Return the submission that this one repeats; raise Conflict when its number stands for something else."""
    same = app.versions.filter(version=number)
    repeated = same.filter(archive_sha256=sha256).first()
    if repeated and repeated.manifest == manifest:
        return repeated
    if same.exclude(state=AppVersion.State.REFUSED).exists():
        raise Conflict(
            _(
                "Version %(version)s of this app was uploaded before with other content. A version never changes: "
                "raise the number and upload again."
            )
            % {"version": number},
            code="version-taken",
            field="version",
        )
    return None


def _record(
    app: App,
    order: DemandOrder,
    number: str,
    manifest: dict[str, object],
    stored: archives.Stored,
    *,
    by: User,
    now: datetime,
) -> AppVersion:
    version = AppVersion.objects.create(
        app=app,
        order=order,
        version=number,
        archive=stored.name,
        archive_sha256=stored.sha256,
        archive_bytes=stored.size,
        manifest=manifest,
        uploaded_by=by,
        uploaded_at=now,
    )
    after = {"app": app.code, "version": number, "sha256": stored.sha256, "bytes": stored.size}
    audit.record("uploaded", version, by=by, now=now, after=after)
    version_submitted.send(sender=AppVersion, version=version, now=now)
    version.refresh_from_db()
    return version
