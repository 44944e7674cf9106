"""Pages on which a department opens interfaces: new one, upload, publish, deprecate, retire."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue import reading
from marketplace.catalogue.forms import DeprecateForm, InterfaceForm, PublishForm, RetireForm, VersionForm, attempt
from marketplace.catalogue.models import Interface, InterfaceVersion
from marketplace.catalogue.reliance import people_of, relying_on
from marketplace.catalogue.sentences import DocumentRefused, as_dicts
from marketplace.catalogue.services import interfaces as services
from marketplace.catalogue.services import lifecycle
from marketplace.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_interface(request: PersonRequest) -> HttpResponse:
    """Name a new interface; its first version comes next."""
    departments = Department.objects.where(request.user, "catalogue.edit")
    get_object_or_404(departments.order_by("code")[:1])
    form = InterfaceForm(request.POST or None, departments=departments)
    if request.method == "POST" and form.is_valid():
        interface = attempt(
            form, lambda: services.create_interface(by=request.user, now=clock.now(), **form.cleaned_data)
        )
        if interface:
            return redirect("catalogue:upload_version", code=interface.code)
    context = {"form": form, "title": _("New interface"), "action": _("Go on")}
    return render(request, "catalogue/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload_version(request: PersonRequest, code: str) -> HttpResponse:
    """Upload the OpenAPI document of a new version; every error is shown with its place."""
    interface = get_object_or_404(Interface.objects.editable_by(request.user), code=code)
    form = VersionForm(request.POST or None, request.FILES or None)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["document"].read(reading.MAX_BYTES + 1)
        try:
            version = services.upload_version(interface=interface, content=content, by=request.user, now=clock.now())
        except DocumentRefused as refusal:
            findings = as_dicts(refusal.findings)
        else:
            messages.success(request, _("The version is uploaded as a draft. A publisher publishes it."))
            return redirect("catalogue:version", code=code, number=version.version)
    context = {
        "form": form,
        "findings": findings,
        "title": _("Upload a version of %(code)s") % {"code": code},
        "action": _("Check and upload"),
    }
    return render(request, "catalogue/form.html", context, status=422 if findings else 200)


@require_POST
@login_required
def publish_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Publish a version, or raise it from alpha or beta."""
    version = _publishable(request, pk)
    form = PublishForm(request.POST)
    if form.is_valid():
        state = form.cleaned_data["state"]
        services.publish_version(version=version, by=request.user, now=clock.now(), state=state)
        messages.success(request, _("The version is published."))
    return _back(version)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def deprecate_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Announce the end of a version, seeing whom it hits."""
    version = _publishable(request, pk)
    form = DeprecateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        hit = attempt(
            form, lambda: (lifecycle.deprecate_version(version=version, by=request.user, now=clock.now(), **given),)
        )
        if hit:
            messages.success(request, _("The end of the version is announced. Those who rely on it are told."))
            return _back(version)
    title = _("Announce the end of %(version)s") % {"version": version}
    return _ending(request, version, form, title=title, action=_("Announce"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def retire_version(request: PersonRequest, pk: int) -> HttpResponse:
    """End a version, seeing whom it hits."""
    version = _publishable(request, pk)
    form = RetireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        hit = attempt(
            form, lambda: (lifecycle.retire_version(version=version, by=request.user, now=clock.now(), reason=reason),)
        )
        if hit:
            messages.success(request, _("The version has ended."))
            return _back(version)
    return _ending(request, version, form, title=_("End %(version)s") % {"version": version}, action=_("End it"))


def _ending(request: PersonRequest, version: InterfaceVersion, form: Form, *, title: str, action: str) -> HttpResponse:
    hit = relying_on(version)
    context = {
        "form": form,
        "version": version,
        "title": title,
        "action": action,
        "hit": hit,
        "told": len(people_of(hit)),
    }
    return render(request, "catalogue/ending.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def discard_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove a draft."""
    version = get_object_or_404(InterfaceVersion.objects.editable_by(request.user).distinct(), pk=pk)
    services.discard_version(version=version, by=request.user, now=clock.now())
    messages.success(request, _("The draft is gone."))
    return redirect("catalogue:interface", code=version.interface.code)


def _publishable(request: PersonRequest, pk: int) -> InterfaceVersion:
    mine = InterfaceVersion.objects.publishable_by(request.user).select_related("interface").distinct()
    return get_object_or_404(mine, pk=pk)


def _back(version: InterfaceVersion) -> HttpResponse:
    return redirect("catalogue:version", code=version.interface.code, number=version.version)
