"""The task list of an order: what is done and what is still to do before vendors see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import DemandOrder


@dataclass(frozen=True)
class Task:
    """One step; `word` says how it stands, `tone` colours it, `url` is empty where nothing can be done now."""

    title: object
    word: object
    tone: str
    url: str = ""


PARTS = (
    ("texts", "title", _("Title and description")),
    ("interfaces", "interfaces", _("Interface versions")),
    ("contract", "contract", _("App contract")),
    ("scenarios", "scenarios", _("Acceptance scenarios")),
    ("thresholds", "thresholds", _("Thresholds and weights")),
    ("terms", "tariff", _("Tariff and dates")),
)


def tasks_of(order: DemandOrder, missing: Mapping[str, str], *, is_rehearsed: bool, may_edit: bool) -> Iterator[Task]:
    """Yield the steps of writing the order, in the order in which they make sense; `missing` is what it lacks."""
    editable = may_edit and order.state == DemandOrder.State.DRAFT
    yield Task(
        _("Service item"),
        missing.get("service_item", order.service_item),
        "warn" if "service_item" in missing else "ok",
    )
    for name, part, title in PARTS:
        parts = {"tariff", "dates"} if part == "tariff" else {part}
        open_part = parts & missing.keys()
        word = _("to do") if open_part else _("done")
        url = reverse(f"orders:edit_{name}", args=[order.code]) if editable else ""
        yield Task(title, word, "warn" if open_part else "ok", url)
    yield _rehearsal(order, is_rehearsed=is_rehearsed)


def _rehearsal(order: DemandOrder, *, is_rehearsed: bool) -> Task:
    title = _("Rehearsal in the sandbox")
    if is_rehearsed:
        return Task(title, _("passed"), "ok")
    requested, done = order.rehearsal_requested_at, order.rehearsed_at
    if requested and (done is None or done < requested):
        return Task(title, _("running"), "busy")
    if done is None:
        return Task(title, _("not asked for yet"), "idle")
    if order.rehearsal_passed:
        return Task(title, _("the order changed since; rehearse it again"), "warn")
    return Task(title, _("failed"), "bad")
