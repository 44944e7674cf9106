"""Creates interfaces, takes in their versions and publishes them; `services.lifecycle` ends them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from semver import Version

from marketplace.accounts.models import Department, User
from marketplace.catalogue import changes, comparison, openapi, places, reading
from marketplace.catalogue.findings import Finding, UnreadableDocument, pointer, with_lines
from marketplace.catalogue.models import Interface, InterfaceVersion
from marketplace.catalogue.sentences import DocumentRefused
from marketplace.catalogue.signals import interface_version_published
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput

COMPARED_STATES = ("stable", "deprecated")
PUBLISH_STATES = ("alpha", "beta", "stable")


def create_interface(*, department: Department, code: str, by: User, now: datetime, **fields: Any) -> Interface:
    """Return a new interface without versions; `fields`: names, summaries and access class."""
    try:
        with transaction.atomic():
            interface = Interface.objects.create(department=department, code=code, **fields)
            audit.record("created", interface, by=by, now=now, after={"code": code})
    except IntegrityError as error:
        message = _("There is an interface with the code %(code)s already.") % {"code": code}
        raise Conflict(message, code="code-taken", field="code") from error
    return interface


def read_document(content: bytes, *, field: str = "document") -> dict[str, Any]:
    """Return a checked OpenAPI document; raises DocumentRefused with every finding, its place and line."""
    try:
        document = reading.read(content)
    except UnreadableDocument as error:
        raise DocumentRefused([error.finding], field=field) from error
    found = openapi.check(document)
    if found:
        raise DocumentRefused(with_lines(found, reading.lines_of(content)), field=field)
    return document


def upload_version(*, interface: Interface, content: bytes, by: User, now: datetime) -> InterfaceVersion:
    """Return a new draft version, numbered as its document says in `info.version`.

    Raises DocumentRefused: the document has errors, its number isn't greater than the last one's, or it breaks the
    last stable version without a new major number.
    """
    document = read_document(content)
    found = openapi.check_version(document) + _of_this_interface(interface, document) + _secrets(document)
    try:
        with transaction.atomic():
            Interface.objects.select_for_update().get(pk=interface.pk)
            found = found or _number(interface, document)
            stable = last_stable(interface)
            differences = comparison.compare(stable.document, document) if stable and not found else []
            found = found or _breaking(stable, document, differences)
            if found:
                raise DocumentRefused(with_lines(found, reading.lines_of(content)))
            version = InterfaceVersion.objects.create(
                interface=interface,
                version=document["info"]["version"],
                document=document,
                sha256=fingerprint(document),
                scopes=scopes_of(document),
                changes=changes.as_dicts(differences),
                compared_with=stable.version if stable else "",
                created_by=by,
            )
            audit.record("uploaded", version, by=by, now=now, after={"sha256": version.sha256})
    except IntegrityError as error:
        given = document["info"]["version"]
        raise DocumentRefused([Finding("version-taken", "/info/version", params={"version": given})]) from error
    return version


def discard_version(*, version: InterfaceVersion, by: User, now: datetime) -> None:
    """Remove a draft, for instance to upload it corrected; raises Conflict once it was published."""
    with transaction.atomic():
        locked = InterfaceVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state != InterfaceVersion.State.DRAFT:
            raise Conflict(_("A published version can't be removed, only deprecated."), code="version-published")
        audit.record("discarded", locked, by=by, now=now, before={"sha256": locked.sha256})
        locked.delete()


def publish_version(*, version: InterfaceVersion, by: User, now: datetime, state: str = "stable") -> None:
    """Publish a draft, or raise alpha to beta or stable; compares once more with what is stable by now."""
    if state not in PUBLISH_STATES:
        raise InvalidInput(_("A version is published as alpha, beta or stable."), field="state")
    with transaction.atomic():
        Interface.objects.select_for_update().get(pk=version.interface_id)
        stable = last_stable(version.interface)
        if stable and stable.pk != version.pk:
            found = _breaking(stable, version.document, comparison.compare(stable.document, version.document))
            if found:
                raise DocumentRefused(found)
        version.publish(by=by, now=now, state=state)
        interface_version_published.send(sender=InterfaceVersion, version=version, now=now)


def last_stable(interface: Interface) -> InterfaceVersion | None:
    """Return the version with the greatest number among those that apps rely on."""
    found = interface.versions.filter(state__in=COMPARED_STATES)
    return max(found, key=lambda each: Version.parse(each.version), default=None)


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the document as canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def scopes_of(document: Mapping[str, Any]) -> list[str]:
    """Return the names of the personal data that the operations reveal (`x-minshi-scopes`), sorted."""
    return sorted({scope for operation in openapi.described(document) for scope in operation.scopes})


def _of_this_interface(interface: Interface, document: Mapping[str, Any]) -> list[Finding]:
    given = document.get("x-minshi-interface", interface.code)
    if given == interface.code:
        return []
    params = {"given": str(given)[:60], "wanted": interface.code}
    return [Finding("interface-mismatch", "/x-minshi-interface", params=params)]


def _secrets(document: Mapping[str, Any]) -> list[Finding]:
    return [
        Finding("secret-field", pointer(path))
        for path, part in places.walk(document)
        if isinstance(part, dict) and part.get("x-minshi-secret") is True
    ]


def _number(interface: Interface, document: Mapping[str, Any]) -> list[Finding]:
    given = document["info"]["version"]
    known = [each.version for each in interface.versions.only("version")]
    if given in known:
        return [Finding("version-taken", "/info/version", params={"version": given})]
    last = max(known, key=Version.parse, default=None)
    if last is not None and Version.parse(given) <= Version.parse(last):
        return [Finding("version-not-greater", "/info/version", params={"version": given, "last": last})]
    return []


def preview(*, interface: Interface, content: bytes) -> list[comparison.Change]:
    """Return what a document would change against the last stable version; raises DocumentRefused."""
    document = read_document(content)
    found = openapi.check_version(document) + _of_this_interface(interface, document) + _secrets(document)
    if found:
        raise DocumentRefused(with_lines(found, reading.lines_of(content)))
    stable = last_stable(interface)
    return comparison.compare(stable.document, document) if stable else []


def _breaking(
    stable: InterfaceVersion | None, document: Mapping[str, Any], differences: list[comparison.Change]
) -> list[Finding]:
    if stable is None or Version.parse(document["info"]["version"]).major > stable.major:
        return []
    return [
        Finding("breaking", each.place, params={"last": stable.version, "change": changes.located(each)})
        for each in differences
        if each.breaking
    ]
