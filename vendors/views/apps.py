"""Pages of an app: describe it, see its versions, upload a new one."""

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.orders.models import DemandOrder
from vendors import services
from vendors.archives import cut_off, refuse_long_body
from vendors.forms import AppForm, UploadForm, attempt
from vendors.models import App, AppVersion, Claim


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_app(request: PersonRequest, code: str) -> HttpResponse:
    """Describe the app with which the company answers an order that it has claimed."""
    claims = Claim.objects.standing().where(request.user, "apps.upload").filter(order__code=code)
    claim = get_object_or_404(claims.select_related("order__service_item", "vendor").order_by("claimed_at")[:1])
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        app = attempt(
            form,
            lambda: services.create_app(
                vendor=claim.vendor,
                service_item=claim.order.service_item,
                by=request.user,
                now=now,
                **form.cleaned_data,
            ),
        )
        if app:
            messages.success(request, _("The app is described. Upload its first version next."))
            return redirect("vendors:upload", code=app.code)
    return render(request, "vendors/app_form.html", {"form": form, "order": claim.order, "vendor": claim.vendor})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_app(request: PersonRequest, code: str) -> HttpResponse:
    """Change how the app presents itself."""
    app = get_object_or_404(App.objects.where(request.user, "apps.upload"), code=code)
    initial = {name: getattr(app, name) for name in AppForm.Meta.fields}
    form = AppForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        attempt(form, lambda: services.update_app(app=app, by=request.user, now=now, **form.cleaned_data))
        if not form.errors:
            messages.success(request, _("The app is up to date."))
            return redirect("vendors:app", code=app.code)
    return render(request, "vendors/app_form.html", {"form": form, "app": app, "vendor": app.vendor})


@require_safe
@login_required
def app(request: PersonRequest, code: str) -> HttpResponse:
    """Show the app and its versions, each with its sandbox report or the reason why intake refused it."""
    apps = App.objects.visible_to(request.user).select_related("vendor", "service_item").prefetch_related("listings")
    app = get_object_or_404(apps, code=code)
    versions = app.versions.select_related("order", "uploaded_by").prefetch_related("runs")
    may_upload = App.objects.where(request.user, "apps.upload").filter(pk=app.pk).exists()
    return render(request, "vendors/app.html", {"app": app, "versions": versions, "may_upload": may_upload})


@csrf_exempt
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a new version; the length is checked before a byte of the body is read (CSRF: in the inner view)."""
    if request.method == "POST":
        refuse_long_body(request.META.get("CONTENT_LENGTH"))
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return _upload(cast("PersonRequest", request), code)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def _upload(request: PersonRequest, code: str) -> HttpResponse:
    app = get_object_or_404(App.objects.where(request.user, "apps.upload").select_related("vendor"), code=code)
    order = _order_for(app, request.GET.get("order", ""))
    if order is None:
        return render(request, "vendors/upload.html", {"app": app})
    latest = app.versions.first()
    initial = latest.manifest if latest else {}
    form = UploadForm(request.POST or None, request.FILES or None, order=order, initial=initial)
    now = clock.now()
    version = _submitted(request, app, order, form, now) if request.method == "POST" else None
    if version and version.uploaded_at == now:
        messages.success(request, _("The version is uploaded. Next the platform checks it and tests the app."))
    elif version:
        messages.info(request, _("This archive was uploaded before, as the same version: it stands as it stood."))
    if version:
        return redirect("vendors:app", code=app.code)
    context = {"app": app, "order": order, "form": form, "limit": settings.APP_ARCHIVE_MAX_BYTES}
    return render(request, "vendors/upload.html", context)


def _submitted(
    request: PersonRequest, app: App, order: DemandOrder, form: UploadForm, now: datetime
) -> AppVersion | None:
    if not form.is_valid():
        return None
    if not form.cleaned_data["complete"]:
        form.add_error("archive", str(cut_off()))
        return None
    return attempt(
        form,
        lambda: services.submit_version(
            app=app,
            order=order,
            version=form.cleaned_data["version"],
            archive=form.cleaned_data["archive"],
            sha256=form.cleaned_data["sha256"],
            manifest=form.manifest(),
            by=request.user,
            now=now,
        ),
    )


def _order_for(app: App, code: str) -> DemandOrder | None:
    """Return the claimed order that the app answers: the one asked for, else the newest open one."""
    claims = app.vendor.claims.standing().filter(order__service_item=app.service_item, order__state="open")
    claims = claims.select_related("order").order_by("-claimed_at")
    chosen = claims.filter(order__code=code).first() if code else claims.first()
    return chosen.order if chosen else None
