"""API of the catalogue: service items, interfaces and their documents for everybody; uploads for departments."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import Scope
from marketplace.catalogue import changes, ending, reading
from marketplace.catalogue.models import Interface, InterfaceVersion, ServiceItem
from marketplace.catalogue.querysets import PUBLISHED_STATES
from marketplace.catalogue.reliance import relying_on
from marketplace.catalogue.services import interfaces as services
from marketplace.catalogue.services import lifecycle
from marketplace.core import clock
from marketplace.core.errors import NotAllowed
from marketplace.core.pagination import LIMIT, Page, page_of

router = Router(tags=["catalogue"])


class MaterialOut(Schema):
    """One thing that the applicant brings, or that an interface supplies."""

    name_zh: str
    name_en: str
    originals: int
    copies: int
    required: bool
    undertaking: bool
    supplied_by: str | None = None

    @staticmethod
    def resolve_supplied_by(row: Any) -> str | None:
        """Return the code of the interface."""
        return row.supplied_by.code if row.supplied_by else None


class StepOut(Schema):
    """One step of the process; `days` are working days."""

    position: int
    department: str
    name_zh: str
    name_en: str
    days: int

    @staticmethod
    def resolve_department(row: Any) -> str:
        """Return the code of the department."""
        return row.department.code


class ServiceItemOut(Schema):
    """A published service item; codes after GB/T 39046-2020, limits in working days."""

    code: str
    base_code: str
    department: str
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    item_type: str
    level: str
    targets: list[str]
    handling_forms: list[str]
    case_type: str
    legal_limit: int | None
    promised_limit: int | None
    fee_charged: bool | None
    consultation_phone: str
    complaint_phone: str

    @staticmethod
    def resolve_department(row: Any) -> str:
        """Return the code of the department."""
        return row.department.code


class ServiceItemDetail(ServiceItemOut):
    """A published service item with its guide."""

    legal_basis_zh: str
    legal_basis_en: str
    conditions_zh: str
    conditions_en: str
    guide_zh: str
    guide_en: str
    result_zh: str
    result_en: str
    fee_basis_zh: str
    fee_basis_en: str
    materials: list[MaterialOut]
    steps: list[StepOut]


class InterfaceOut(Schema):
    """An interface of a department."""

    code: str
    department: str
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    access: str
    versions: list[str]

    @staticmethod
    def resolve_department(row: Any) -> str:
        """Return the code of the department."""
        return row.department.code

    @staticmethod
    def resolve_versions(row: Any) -> list[str]:
        """Return the numbers of the versions that apps may be built against."""
        return [each.version for each in row.versions.all() if each.state in PUBLISHED_STATES]


class InterfaceVersionOut(Schema):
    """One version of an interface."""

    interface: str
    version: str
    state: str
    sha256: str
    scopes: list[str]
    changes: list[dict[str, Any]]
    published_at: datetime | None
    deprecated_at: datetime | None
    sunset_on: date | None
    advice: str
    retired_at: datetime | None
    end_reason: str

    @staticmethod
    def resolve_interface(row: Any) -> str:
        """Return the code of the interface."""
        return row.interface.code


class ChangeOut(Schema):
    """One difference to the last stable version; `rule` is a line of the table of the comparison."""

    rule: str
    side: str
    severity: str
    place: str
    where: str
    detail: str


class RelianceOut(Schema):
    """An order, app version, listing or claim that relies on a version."""

    kind: str
    code: str
    title: dict[str, str]
    state: str
    in_use: bool

    @staticmethod
    def resolve_state(each: Any) -> str:
        """Return the state of the row behind it."""
        return str(each.row.state)


class PublishIn(Schema):
    """How firmly the version is promised: alpha, beta or stable."""

    state: str = "stable"


class DeprecateIn(Schema):
    """The last day of the version, and one sentence on what to use instead."""

    sunset_on: date
    advice: str = Field("", max_length=300)


class RetireIn(Schema):
    """Why the version ends; needed while a call for apps or a listed app relies on it."""

    reason: str = Field("", max_length=300)


@router.get("/service-items", response=Page[ServiceItemOut], auth=None, summary="Published service items")
def list_items(request: HttpRequest, cursor: str = "", limit: int = LIMIT) -> dict[str, Any]:
    """List what citizens can get done."""
    return page_of(ServiceItem.objects.published().select_related("department"), cursor=cursor, limit=limit)


@router.get("/service-items/{code}", response=ServiceItemDetail, auth=None, summary="One service item")
def get_item(request: HttpRequest, code: str) -> ServiceItem:
    """Return a service item with materials and steps."""
    items = ServiceItem.objects.published().select_related("department")
    return get_object_or_404(items.prefetch_related("materials__supplied_by", "steps__department"), code=code)


@router.get("/interfaces", response=Page[InterfaceOut], auth=None, summary="Open interfaces")
def list_interfaces(request: HttpRequest, cursor: str = "", limit: int = LIMIT) -> dict[str, Any]:
    """List the interfaces that departments have opened."""
    listed = Interface.objects.open().select_related("department").prefetch_related("versions")
    return page_of(listed, cursor=cursor, limit=limit)


@router.get("/interfaces/{code}", response=list[InterfaceVersionOut], auth=None, summary="Versions of an interface")
def list_versions(request: HttpRequest, code: str) -> list[InterfaceVersion]:
    """Return the published versions of an interface, the newest first."""
    interface = get_object_or_404(Interface.objects.open(), code=code)
    return list(interface.versions.published().select_related("interface").defer("document"))


@router.get("/interfaces/{code}/{version}", auth=None, summary="The OpenAPI document of a version")
def get_document(request: HttpRequest, response: HttpResponse, code: str, version: str) -> dict[str, Any]:
    """Return the document as it was published; headers tell of an announced end (RFC 9745, RFC 8594)."""
    versions = InterfaceVersion.objects.exclude(state=InterfaceVersion.State.DRAFT).select_related("interface")
    found = get_object_or_404(versions, interface__code=code, version=version)
    ending.tell(response, found)
    return found.document


@router.post(
    "/interfaces/{code}",
    response={201: InterfaceVersionOut},
    auth=Scope("catalogue:write"),
    summary="Upload a version",
)
def upload(request: HttpRequest, code: str, document: File[UploadedFile]) -> tuple[int, InterfaceVersion]:
    """Take in the OpenAPI document of a new version as a draft."""
    token, interface = _writable(request, code)
    content = document.read(reading.MAX_BYTES + 1)
    return 201, services.upload_version(interface=interface, content=content, by=token.user, now=clock.now())


@router.post(
    "/interfaces/{code}/check", response=list[ChangeOut], auth=Scope("catalogue:write"), summary="Compare a document"
)
def check(request: HttpRequest, code: str, document: File[UploadedFile]) -> list[dict[str, Any]]:
    """Check a document and compare it with the last stable version, without keeping it."""
    _token, interface = _writable(request, code)
    found = services.preview(interface=interface, content=document.read(reading.MAX_BYTES + 1))
    return [
        told | {"detail": changes.sentence(each)} for told, each in zip(changes.as_dicts(found), found, strict=True)
    ]


@router.delete(
    "/interfaces/{code}/{version}", response={204: None}, auth=Scope("catalogue:write"), summary="Discard a draft"
)
def discard(request: HttpRequest, code: str, version: str) -> tuple[int, None]:
    """Remove a draft, for instance to upload it corrected."""
    token, interface = _writable(request, code)
    found = get_object_or_404(interface.versions, version=version)
    services.discard_version(version=found, by=token.user, now=clock.now())
    return 204, None


@router.get(
    "/interfaces/{code}/{version}/impact",
    response=list[RelianceOut],
    auth=Scope("catalogue:publish"),
    summary="Who relies on a version",
)
def impact(request: HttpRequest, code: str, version: str) -> list[Any]:
    """Return the orders, apps and listings that an end of the version would hit, those in use first."""
    return relying_on(_publishable(request, code, version)[1])


@router.post(
    "/interfaces/{code}/{version}/publish",
    response=InterfaceVersionOut,
    auth=Scope("catalogue:publish"),
    summary="Publish a version",
)
def publish(request: HttpRequest, code: str, version: str, given: PublishIn) -> InterfaceVersion:
    """Publish a draft, or raise alpha to beta or stable."""
    token, found = _publishable(request, code, version)
    services.publish_version(version=found, by=token.user, now=clock.now(), state=given.state)
    return found


@router.post(
    "/interfaces/{code}/{version}/deprecate",
    response=InterfaceVersionOut,
    auth=Scope("catalogue:publish"),
    summary="Announce the end of a version",
)
def deprecate(request: HttpRequest, code: str, version: str, given: DeprecateIn) -> InterfaceVersion:
    """Announce the last day; everybody who relies on the version is told."""
    token, found = _publishable(request, code, version)
    lifecycle.deprecate_version(version=found, by=token.user, now=clock.now(), **given.dict())
    return found


@router.post(
    "/interfaces/{code}/{version}/retire",
    response=InterfaceVersionOut,
    auth=Scope("catalogue:publish"),
    summary="End a version",
)
def retire(request: HttpRequest, code: str, version: str, given: RetireIn) -> InterfaceVersion:
    """End a version, a deprecated one only after its last day."""
    token, found = _publishable(request, code, version)
    lifecycle.retire_version(version=found, by=token.user, now=clock.now(), reason=given.reason)
    return found


def _writable(request: HttpRequest, code: str) -> tuple[ApiToken, Interface]:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token, _of_department(token, get_object_or_404(Interface.objects.editable_by(token.user), code=code))


def _publishable(request: HttpRequest, code: str, version: str) -> tuple[ApiToken, InterfaceVersion]:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    mine = InterfaceVersion.objects.publishable_by(token.user).select_related("interface").distinct()
    found = get_object_or_404(mine, interface__code=code, version=version)
    _of_department(token, found.interface)
    return token, found


def _of_department(token: ApiToken, interface: Interface) -> Interface:
    if token.department_id is not None and token.department_id != interface.department_id:
        raise NotAllowed(_("This token belongs to another department."), code="other-department")
    return interface
