"""Owns reading and storing stories as the scenarios of a draft order, and what the last rehearsal said of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.orders import services
from marketplace.orders.models import DemandOrder, Scenario
from sandbox.composition.document import StoryBroken, compose
from sandbox.composition.palette import Palette
from sandbox.composition.story import MOST_RECEIPTS, MOST_STEPS, Story
from sandbox.models import CheckResult, SandboxRun


@dataclass(frozen=True)
class Rehearsed:
    """What the last finished rehearsal found of a scenario; `current` is false when it has changed since."""

    run: SandboxRun
    result: CheckResult
    current: bool


def palette_of(order: DemandOrder) -> Palette:
    """Return what scenarios of an order can be made of."""
    versions = order.interface_versions.select_related("interface")
    return Palette(order.contract, [(each.interface.code, each.document) for each in versions])


def put_story(*, order: DemandOrder, story: Story, by: User, now: datetime) -> Scenario:
    """Store a story as a scenario of a draft. InvalidInput, Conflict or DocumentRefused."""
    if len(story.steps) > MOST_STEPS or len(story.receipts) > MOST_RECEIPTS:
        message = _("A scenario has %(steps)s steps and %(receipts)s expectations at most. Make two of it.")
        raise InvalidInput(message % {"steps": MOST_STEPS, "receipts": MOST_RECEIPTS})
    try:
        document = compose(story, palette_of(order))
    except StoryBroken as broken:
        message = _("The app contract or the interfaces have no operation “%(name)s” any more. Remove what uses it.")
        raise Conflict(message % {"name": str(broken)}) from broken
    except ValueError as error:
        message = _("A later part uses this answer. Change or remove that part first.")
        raise Conflict(message) from error
    return services.put_scenario(
        order=order,
        code=story.code,
        title_zh=story.title_zh,
        title_en=story.title_en,
        content=document,
        by=by,
        now=now,
    )


def add_story(*, order: DemandOrder, story: Story, by: User, now: datetime) -> Scenario:
    """Store a new story. InvalidInput when the order has a scenario of that code."""
    if order.scenarios.filter(code=story.code).exists():
        raise InvalidInput(_("The order has a scenario with this code already."), field="code")
    return put_story(order=order, story=story, by=by, now=now)


def rehearsed(scenario: Scenario) -> Rehearsed | None:
    """Return what the last rehearsal that judged the scenario found."""
    result = (
        CheckResult.objects.filter(
            run__order_id=scenario.order_id,
            run__kind=SandboxRun.Kind.REHEARSAL,
            run__state__in=(SandboxRun.State.PASSED, SandboxRun.State.FAILED),
            code=f"scenario.{scenario.code}",
        )
        .select_related("run")
        .order_by("-run__pk")
        .first()
    )
    if result is None:
        return None
    played = next((each["arazzo"] for each in result.run.plan["scenarios"] if each["code"] == scenario.code), None)
    return Rehearsed(result.run, result, played == scenario.arazzo)
