"""Tells the people of a vendor how a version fared."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.notices.services import notify
from vendors.models import AppVersion
from vendors.querysets import roles_with


def tell_members(version: AppVersion, *, kind: str, now: datetime, path: str = "", **params: object) -> None:
    """Leave a notice for everybody in the vendor who may see the report; it leads to the version unless told else."""
    people = User.objects.filter(
        is_active=True,
        vendor_memberships__vendor=version.app.vendor,
        vendor_memberships__role__in=roles_with("vendor.view"),
    ).distinct()
    name = {"zh": version.app.name_zh, "en": version.app.name_en}
    told = {"name": name, "version": version.version} | params
    notify(users=people, kind=kind, now=now, params=told, path=path or reverse("sandbox:version", args=[version.pk]))
