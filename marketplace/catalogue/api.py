"""API of the catalogue: service items, interfaces and their documents for everybody; uploads for departments."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from marketplace.accounts.tokens import Scope
from marketplace.catalogue import reading
from marketplace.catalogue.models import Interface, InterfaceVersion, ServiceItem
from marketplace.catalogue.querysets import PUBLISHED_STATES
from marketplace.catalogue.services import interfaces as services
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
    sunset_on: date | None

    @staticmethod
    def resolve_interface(row: Any) -> str:
        """Return the code of the interface."""
        return row.interface.code


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
def get_document(request: HttpRequest, code: str, version: str) -> dict[str, Any]:
    """Return the document as it was published."""
    versions = InterfaceVersion.objects.exclude(state=InterfaceVersion.State.DRAFT)
    return get_object_or_404(versions, interface__code=code, version=version).document


@router.post(
    "/interfaces/{code}",
    response={201: InterfaceVersionOut},
    auth=Scope("catalogue:write"),
    summary="Upload a version",
)
def upload(request: HttpRequest, code: str, document: File[UploadedFile]) -> tuple[int, InterfaceVersion]:
    """Take in the OpenAPI document of a new version as a draft; a publisher publishes it on the desk."""
    token = request.auth  # type: ignore[attr-defined]
    interface = get_object_or_404(Interface.objects.editable_by(token.user), code=code)
    if token.department_id is not None and token.department_id != interface.department_id:
        raise NotAllowed(_("This token belongs to another department."), code="other-department")
    content = document.read(reading.MAX_BYTES + 1)
    return 201, services.upload_version(interface=interface, content=content, by=token.user, now=clock.now())
