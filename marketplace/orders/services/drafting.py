"""Writes the draft of a demand order: its texts, interfaces, contract, scenarios, thresholds and weights."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalogue import openapi, reading
from marketplace.catalogue.findings import Finding, UnreadableDocument, with_lines
from marketplace.catalogue.models import InterfaceVersion, ServiceItem
from marketplace.catalogue.sentences import DocumentRefused
from marketplace.catalogue.services.interfaces import read_document
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.orders import arazzo, defaults
from marketplace.orders import sentences as _sentences  # noqa: F401 - registers the sentences of its rules
from marketplace.orders.models import DemandOrder, Scenario

TEXTS = frozenset({"title_zh", "title_en", "description_zh", "description_en"})
TERMS = frozenset({"tariff_code", "framework_number", "framework_ends_on", "answer_days"})
DATES = frozenset({"questions_close_on", "submissions_close_on"})
DOCUMENTS = frozenset({"contract", "thresholds", "checks"})
EDITABLE = TEXTS | TERMS | DATES | DOCUMENTS
SCENARIO_CODE = re.compile(r"[A-Za-z0-9_\-]{1,60}")


def create_order(
    *,
    service_item: ServiceItem,
    code: str,
    by: User,
    now: datetime,
    interface_versions: Iterable[InterfaceVersion] = (),
    **fields: Any,
) -> DemandOrder:
    """Return a new draft with the usual thresholds and checks; `fields` as in `edit_order`."""
    given = {"thresholds": defaults.default_thresholds(), "checks": defaults.default_checks()} | fields
    check_fields(given)
    try:
        with transaction.atomic():
            order = DemandOrder.objects.create(
                service_item=service_item,
                department=service_item.department,
                code=code,
                created_by=by,
                created_at=now,
                **_stored(given),
            )
            _pin(order, interface_versions)
            audit.record("created", order, by=by, now=now, after={"code": code})
    except IntegrityError as error:
        message = _("There is an order with the code %(code)s already.") % {"code": code}
        raise Conflict(message, code="code-taken", field="code") from error
    return order


def edit_order(
    *,
    order: DemandOrder,
    by: User,
    now: datetime,
    interface_versions: Iterable[InterfaceVersion] | None = None,
    **changes: Any,
) -> None:
    """Change a draft.

    `changes`: texts, terms, dates, `contract` (bytes of JSON or YAML, or a document), `thresholds`, `checks`.
    Raises DocumentRefused with places, Conflict when the order has left the draft.
    """
    check_fields(changes)
    with transaction.atomic():
        locked = locked_draft(order)
        stored = _stored(changes)
        changed = sorted(name for name, value in stored.items() if getattr(locked, name) != value)
        for name, value in stored.items():
            setattr(locked, name, value)
            setattr(order, name, value)
        if changed:
            locked.save(update_fields=changed)
        if interface_versions is not None:
            _pin(order, interface_versions)
            changed.append("interface_versions")
        audit.record("edited", locked, by=by, now=now, after={"fields": changed})


def put_scenario(
    *,
    order: DemandOrder,
    code: str,
    title_zh: str,
    title_en: str,
    content: bytes | Mapping[str, Any],
    by: User,
    now: datetime,
    position: int | None = None,
) -> Scenario:
    """Add or replace one acceptance scenario of a draft; raises DocumentRefused with places."""
    if not SCENARIO_CODE.fullmatch(code):
        raise DocumentRefused([Finding("scenario-code")], field="code")
    with transaction.atomic():
        locked = locked_draft(order)
        document = read_scenario(content, locked.contract)
        scenario, created = Scenario.objects.update_or_create(
            order=locked,
            code=code,
            defaults={"title_zh": title_zh, "title_en": title_en, "arazzo": document},
            create_defaults={
                "title_zh": title_zh,
                "title_en": title_en,
                "arazzo": document,
                "position": locked.scenarios.count() + 1 if position is None else position,
            },
        )
        after = {"scenario": code, "new": created}
        audit.record("scenario_put", locked, by=by, now=now, after=after)
    return scenario


def remove_scenario(*, order: DemandOrder, code: str, by: User, now: datetime) -> None:
    """Remove one scenario of a draft."""
    with transaction.atomic():
        locked = locked_draft(order)
        removed, _rows = locked.scenarios.filter(code=code).delete()
        if removed:
            audit.record("scenario_removed", locked, by=by, now=now, before={"scenario": code})


def read_contract(content: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked app contract from bytes or from a document; raises DocumentRefused."""
    if isinstance(content, bytes):
        return read_document(content, field="contract")
    found = openapi.check(content)
    if found:
        raise DocumentRefused(found, field="contract")
    return dict(content)


def read_scenario(content: bytes | Mapping[str, Any], contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked scenario from bytes or from a document; raises DocumentRefused."""
    if not isinstance(content, bytes):
        found = arazzo.check(content, contract)
        if found:
            raise DocumentRefused(found, field="arazzo")
        return dict(content)
    try:
        document = reading.read(content)
    except UnreadableDocument as error:
        raise DocumentRefused([error.finding], field="arazzo") from error
    found = arazzo.check(document, contract)
    if found:
        raise DocumentRefused(with_lines(found, reading.lines_of(content)), field="arazzo")
    return document


def check_fields(changes: Mapping[str, Any]) -> None:
    """Raise for fields that an order doesn't have, and for thresholds and weights that can't be."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"an order has no field {sorted(unknown)}")
    if "thresholds" in changes and (found := defaults.check_thresholds(changes["thresholds"])):
        raise DocumentRefused(found, field="thresholds")
    if "checks" in changes and (found := defaults.check_weights(changes["checks"])):
        raise DocumentRefused(found, field="checks")


def locked_draft(order: DemandOrder) -> DemandOrder:
    """Return the row, locked, when it is a draft; raises Conflict otherwise."""
    locked = DemandOrder.objects.select_for_update().get(pk=order.pk)
    if locked.state != DemandOrder.State.DRAFT:
        message = _("Only a draft can be edited. Send it back first, or amend it once it is open.")
        raise Conflict(message, code="not-a-draft")
    return locked


def _stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    stored = dict(changes)
    if stored.get("contract"):
        stored["contract"] = read_contract(stored["contract"])
    return stored


def _pin(order: DemandOrder, versions: Iterable[InterfaceVersion]) -> None:
    listed = list(versions)
    codes = [each.interface_id for each in listed]
    if len(codes) != len(set(codes)):
        raise InvalidInput(_("An order pins one version of an interface, not two."), field="interface_versions")
    if any(each.state not in ("alpha", "beta", "stable") for each in listed):
        message = _("Only published versions that aren't deprecated can be pinned.")
        raise InvalidInput(message, field="interface_versions")
    order.interface_versions.set(listed)
