"""The vendors' part of the API: a build system uploads versions and reads how they fare."""

import json
from datetime import datetime
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.pagination import CursorPagination, paginate
from pydantic import Field

from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import Scope
from marketplace.core import clock
from marketplace.core.errors import InvalidInput
from marketplace.orders.models import DemandOrder
from vendors.archives import cut_off, refuse_long_body
from vendors.models import App, AppVersion
from vendors.services import submit_version

router = Router(tags=["vendors"])
MANIFEST_CHARACTERS = 10_000


class UploadScope(Scope):
    """Checks the announced length and the token before a byte of the body is read."""

    def __init__(self) -> None:
        super().__init__("apps:upload")

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """Return the token; raise TooLarge for a body that can't be an archive within the limit."""
        if request.method == "POST":
            refuse_long_body(request.META.get("CONTENT_LENGTH"))
            request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return super().__call__(request)


class AppOut(Schema):
    """An app of one of the token's companies."""

    code: str
    vendor: str = Field(alias="vendor.code")
    service_item: str = Field(alias="service_item.code")
    name_zh: str
    name_en: str
    created_at: datetime


class VersionOut(Schema):
    """A version and where it stands; `refusal` says why intake refused it, by code, place and params."""

    id: int
    app: str = Field(alias="app.code")
    order: str = Field(alias="order.code")
    version: str
    state: str
    sha256: str = Field(alias="archive_sha256")
    bytes: int = Field(alias="archive_bytes")
    image_digest: str
    manifest: dict[str, Any]
    refusal: dict[str, Any]
    score: float | None
    uploaded_at: datetime
    certified_at: datetime | None


class Submission(Schema):
    """The fields beside the archive; `manifest` is a JSON object written as text."""

    app: str
    order: str
    version: str
    sha256: str = Field(min_length=64, max_length=64, description="SHA-256 of the archive, hexadecimal.")
    manifest: str = Field(
        max_length=MANIFEST_CHARACTERS,
        description="JSON with port, health_path, memory_mb, interfaces, scopes, languages.",
    )


@router.post(
    "/versions",
    auth=UploadScope(),
    response={200: VersionOut, 201: VersionOut},
    summary="Upload a version of an app",
    description="Idempotent by digest: the same upload again returns 200 and the version that is there.",
    operation_id="upload_version",
)
def upload_version(
    request: HttpRequest, given: Form[Submission], archive: File[UploadedFile | None] = None
) -> tuple[int, AppVersion]:
    """Take in the archive of a new version; it is missing when the request broke off inside it."""
    if archive is None:
        raise cut_off()
    user = request.auth.user  # type: ignore[attr-defined]
    app = get_object_or_404(App.objects.where(user, "apps.upload").select_related("vendor"), code=given.app)
    order = get_object_or_404(DemandOrder.objects.visible_to(user), code=given.order)
    now = clock.now()
    version = submit_version(
        app=app,
        order=order,
        version=given.version,
        archive=archive,
        sha256=given.sha256,
        manifest=_json(given.manifest),
        by=user,
        now=now,
    )
    return (201 if version.uploaded_at == now else 200), version


@router.get("/apps", auth=Scope("apps:upload"), response=list[AppOut], summary="List my apps", operation_id="list_apps")
@paginate(CursorPagination, ordering=("pk",))
def list_apps(request: HttpRequest) -> QuerySet[App]:
    """List the apps of the companies in which the token's person may upload."""
    user = request.auth.user  # type: ignore[attr-defined]
    return App.objects.where(user, "apps.upload").select_related("vendor", "service_item")


@router.get(
    "/apps/{code}/versions",
    auth=Scope("apps:upload"),
    response=list[VersionOut],
    summary="List the versions of an app, the newest first",
    operation_id="list_versions",
)
@paginate(CursorPagination, ordering=("-pk",))
def list_versions(request: HttpRequest, code: str) -> QuerySet[AppVersion]:
    """List every version of one app."""
    user = request.auth.user  # type: ignore[attr-defined]
    app = get_object_or_404(App.objects.where(user, "apps.upload"), code=code)
    return AppVersion.objects.filter(app=app).select_related("app", "order")


@router.get(
    "/versions/{version_id}",
    auth=Scope("apps:upload"),
    response=VersionOut,
    summary="Read where a version stands",
    operation_id="read_version",
)
def read_version(request: HttpRequest, version_id: int) -> AppVersion:
    """Return one version."""
    user = request.auth.user  # type: ignore[attr-defined]
    mine = AppVersion.objects.where(user, "apps.upload").select_related("app", "order")
    return get_object_or_404(mine, pk=version_id)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidInput(
            _("The manifest isn't JSON%(place)s.") % {"place": place}, code="manifest", field="manifest"
        ) from error
