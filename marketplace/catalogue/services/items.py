"""Writes, publishes and retires service items, with their materials and steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.accounts.models import Department, User
from marketplace.catalogue import search
from marketplace.catalogue.models import Material, ProcessStep, ServiceItem
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput

EDITABLE = frozenset(
    field.name
    for field in ServiceItem._meta.concrete_fields
    if field.name not in {"id", "department", "state", "published_at", "code"}
)
NEEDED = {
    "name_en": gettext_lazy("the English name"),
    "summary_zh": gettext_lazy("the summary in Chinese"),
    "summary_en": gettext_lazy("the summary in English"),
    "legal_limit": gettext_lazy("the legal time limit"),
    "promised_limit": gettext_lazy("the promised time limit"),
    "consultation_phone": gettext_lazy("the telephone for questions"),
    "complaint_phone": gettext_lazy("the telephone for complaints"),
    "fee_charged": gettext_lazy("whether a fee is charged"),
    "guide_zh": gettext_lazy("the guide in Chinese"),
    "guide_en": gettext_lazy("the guide in English"),
}


class ItemIncomplete(InvalidInput):
    """The item can't be published yet; `lacks` maps field -> what is missing."""

    code = "item-incomplete"
    status = 409

    def __init__(self, lacks: Mapping[str, object]):
        self.lacks = dict(lacks)
        message = ngettext(
            "This can't be published yet. Missing: %(lacks)s.",
            "This can't be published yet. %(count)s things are missing: %(lacks)s.",
            len(lacks),
        ) % {"lacks": _("; ").join(str(each) for each in lacks.values()), "count": len(lacks)}
        super().__init__(message, field=next(iter(lacks)), extra={"lacks": list(lacks)})


def lacks(item: ServiceItem) -> dict[str, object]:
    """Return field -> what is missing before citizens may see the item; empty when nothing is."""
    missing: dict[str, object] = {name: label for name, label in NEEDED.items() if getattr(item, name) in (None, "")}
    if item.fee_charged and not item.fee_basis_zh:
        missing["fee_basis_zh"] = _("the basis of the fee")
    if item.legal_limit is not None and item.promised_limit is not None and item.promised_limit > item.legal_limit:
        missing["promised_limit"] = _("a promised time limit within the legal one")
    return missing


def create_item(
    *,
    department: Department,
    code: str,
    by: User,
    now: datetime,
    materials: Sequence[Mapping[str, Any]] = (),
    steps: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> ServiceItem:
    """Return a new draft; `fields`, `materials` and `steps` hold the fields of their models."""
    _known(fields)
    try:
        with transaction.atomic():
            item = ServiceItem(department=department, code=code, **fields)
            item.save(force_insert=True)
            _replace(item, materials=materials, steps=steps)
            audit.record("created", item, by=by, now=now, after={"code": code})
    except IntegrityError as error:
        message = _("There is a service item with the code %(code)s already.") % {"code": code}
        raise Conflict(message, code="code-taken", field="code") from error
    return item


def edit_item(
    *,
    item: ServiceItem,
    by: User,
    now: datetime,
    materials: Sequence[Mapping[str, Any]] | None = None,
    steps: Sequence[Mapping[str, Any]] | None = None,
    **changes: Any,
) -> None:
    """Change fields, and materials and steps where given; a published item must stay complete."""
    _known(changes)
    with transaction.atomic():
        locked = ServiceItem.objects.select_for_update().get(pk=item.pk)
        if locked.state == ServiceItem.State.RETIRED:
            raise Conflict(_("A retired service item can't be changed."), code="item-retired")
        changed = sorted(name for name, value in changes.items() if getattr(locked, name) != value)
        for name, value in changes.items():
            setattr(locked, name, value)
            setattr(item, name, value)
        missing = lacks(locked) if locked.state == ServiceItem.State.PUBLISHED else {}
        if missing:
            raise ItemIncomplete(missing)
        if changed:
            locked.save(update_fields=changed)
        _replace(locked, materials=materials, steps=steps)
        parts = [name for name, rows in (("materials", materials), ("steps", steps)) if rows is not None]
        audit.record("edited", locked, by=by, now=now, after={"fields": changed + parts})
        search.index_item(locked)


def publish_item(*, item: ServiceItem, by: User, now: datetime) -> None:
    """Show the item to citizens; raises ItemIncomplete naming everything that is missing."""
    with transaction.atomic():
        locked = ServiceItem.objects.select_for_update().get(pk=item.pk)
        missing = lacks(locked)
        if missing:
            raise ItemIncomplete(missing)
        item.publish(by=by, now=now)
        search.index_item(item)


def retire_item(*, item: ServiceItem, by: User, now: datetime) -> None:
    """Take the item off the public pages and out of the search."""
    with transaction.atomic():
        item.retire(by=by, now=now)
        search.index_item(item)


def _known(fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - EDITABLE
    if unknown:
        raise TypeError(f"a service item has no field {sorted(unknown)}")


def _replace(
    item: ServiceItem,
    *,
    materials: Sequence[Mapping[str, Any]] | None,
    steps: Sequence[Mapping[str, Any]] | None,
) -> None:
    if materials is not None:
        item.materials.all().delete()
        Material.objects.bulk_create(
            Material(service_item=item, **{"position": n, **each}) for n, each in enumerate(materials, start=1)
        )
    if steps is not None:
        item.steps.all().delete()
        ProcessStep.objects.bulk_create(
            ProcessStep(service_item=item, **{"position": n, **each}) for n, each in enumerate(steps, start=1)
        )
