"""Pages on which a department editor puts an acceptance scenario together by picking, and reads its rehearsal."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue.forms import attempt
from marketplace.core import clock
from marketplace.core.bilingual import pick
from marketplace.core.errors import DomainError
from marketplace.orders.models import DemandOrder, Scenario
from marketplace.orders.services import is_rehearsed, lacks
from sandbox.composition import keeping
from sandbox.composition.document import story_of
from sandbox.composition.palette import Palette
from sandbox.composition.people import TRAITS, Known, example
from sandbox.composition.story import Story
from sandbox.composition.telling import Teller
from sandbox.forms.composing import PickingForm, ReceiptForm, StepForm, StoryForm


@dataclass(frozen=True)
class Table:
    """What lies before the editor: order, scenario, what there is to pick, and the story so far."""

    order: DemandOrder
    scenario: Scenario
    palette: Palette
    story: Story
    known: list[Known]

    def picking(self) -> dict[str, object]:
        """Return what every picking form needs."""
        return {"story": self.story, "palette": self.palette, "known": self.known}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: PersonRequest, code: str) -> HttpResponse:
    """Begin a scenario: its title, and who plays it."""
    order = _own(request, code)
    form = StoryForm(request.POST or None, initial={"trait": "entitled"})
    if request.method == "POST" and form.is_valid():
        scenario = attempt(
            form, lambda: keeping.add_story(order=order, story=form.story(), by=request.user, now=clock.now())
        )
        if scenario:
            return redirect("sandbox:compose", code=code, scenario=scenario.code)
    context = {"form": form, "order": order, "title": _("New scenario"), "action": _("Begin")}
    return render(request, "sandbox/composing/form.html", context)


@require_safe
@login_required
def compose(request: PersonRequest, code: str, scenario: str) -> HttpResponse:
    """Show the story so far with the example person's data, what can be added, and the last rehearsal."""
    order = _own(request, code)
    found = get_object_or_404(order.scenarios.select_related("order"), code=scenario)
    palette = keeping.palette_of(order)
    story = story_of(found.arazzo, palette)
    context: dict[str, object] = {"order": order, "scenario": found, "story": story}
    if story:
        known = example(story.trait)
        teller = Teller(story, palette, known)
        context |= {
            "known": known,
            "who": TRAITS.get(story.trait, story.trait),
            "steps": teller.steps(),
            "receipts": teller.receipts(),
            "calls": palette.calls.values(),
            "received": palette.receipts.values(),
            "may_edit": order.state == DemandOrder.State.DRAFT,
        }
    context |= {
        "rehearsed": keeping.rehearsed(found),
        "rehearsing": order.runs.active().filter(kind="rehearsal").first(),
        "missing": lacks(order),
        "all_rehearsed": is_rehearsed(order),
    }
    return render(request, "sandbox/composing/story.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def step(request: PersonRequest, code: str, scenario: str, operation: str = "", step_id: str = "") -> HttpResponse:
    """Add a step for an operation, or change one."""
    table = _table(request, code, scenario)
    found = table.story.step(step_id) if step_id else None
    call = table.palette.calls.get(found.operation if found else operation)
    if call is None or (step_id and found is None):
        raise Http404
    form = StepForm(request.POST or None, call=call, step=found, **table.picking())
    if request.method == "POST" and form.is_valid():
        changed = table.story.with_step(form.step())
        if attempt(form, lambda: _put(request, table, changed)):
            return _back(table)
    return _form_page(request, table, form, _("Step: %(title)s"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def receipt(
    request: PersonRequest, code: str, scenario: str, operation: str = "", place: int | None = None
) -> HttpResponse:
    """Add an expectation of what a department receives, or change one."""
    table = _table(request, code, scenario)
    if place is not None and place >= len(table.story.receipts):
        raise Http404
    found = table.story.receipts[place] if place is not None else None
    call = table.palette.receipts.get(found.operation if found else operation)
    if call is None:
        raise Http404
    form = ReceiptForm(request.POST or None, call=call, receipt=found, **table.picking())
    if request.method == "POST" and form.is_valid():
        changed = table.story.with_receipt(form.receipt(), place)
        if attempt(form, lambda: _put(request, table, changed)):
            return _back(table)
    return _form_page(request, table, form, _("What the department received: %(title)s"))


CHANGES = {
    "remove": lambda story, key: story.without_step(key),
    "earlier": lambda story, key: story.with_step_earlier(key),
    "forget": lambda story, key: story.without_receipt(int(key)),
}


@require_POST
@login_required
def change(request: PersonRequest, code: str, scenario: str) -> HttpResponse:
    """Remove a step or an expectation, or move a step up: the pressed button says `<what> <which>`."""
    table = _table(request, code, scenario)
    what, _space, which = request.POST.get("change", "").partition(" ")
    if what not in CHANGES:
        raise Http404
    try:
        changed = CHANGES[what](table.story, which)
    except ValueError:
        messages.error(request, _("A later part uses this answer. Change or remove that part first."))
        return _back(table)
    try:
        _put(request, table, changed)
    except DomainError as refused:
        messages.error(request, str(refused))
    return _back(table)


def _own(request: PersonRequest, code: str) -> DemandOrder:
    editable = DemandOrder.objects.editable_by(request.user).select_related("service_item", "department")
    return get_object_or_404(editable, code=code)


def _table(request: PersonRequest, code: str, scenario: str) -> Table:
    order = _own(request, code)
    found = get_object_or_404(order.scenarios, code=scenario)
    palette = keeping.palette_of(order)
    story = story_of(found.arazzo, palette)
    if story is None:
        raise Http404
    return Table(order, found, palette, story, example(story.trait))


def _form_page(request: PersonRequest, table: Table, form: PickingForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "order": table.order,
        "scenario": table.scenario,
        "title": title % {"title": pick(form.call.title)},
        "known": table.known,
        "action": _("Save"),
    }
    return render(request, "sandbox/composing/pick.html", context)


def _put(request: PersonRequest, table: Table, story: Story) -> Scenario:
    return keeping.put_story(order=table.order, story=story, by=request.user, now=clock.now())


def _back(table: Table) -> HttpResponse:
    return redirect("sandbox:compose", code=table.order.code, scenario=table.scenario.code)
