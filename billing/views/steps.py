"""The buttons of the settlement page: who may press one, in which state, what it does and what is said then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing import services
from billing.models import Award, Settlement

NO_AWARD_YET = "none"


@dataclass(frozen=True)
class Step:
    """One button, offered while the settlement or its awards are in a state; `action` takes settlement, by and now."""

    verb: str
    label: Promise
    told: Promise
    action: Callable[..., object]
    settlement: str = ""
    awards: str = ""
    by_checker: bool = False
    is_secondary: bool = False


STEPS = (
    Step(
        "compute",
        _("Compute"),
        _("The settlement is computed."),
        services.compute,
        settlement=Settlement.State.DRAFT,
    ),
    Step(
        "publish",
        _("Publish to vendors"),
        _("The statements are published; the dispute window is open."),
        services.publish,
        settlement=Settlement.State.COMPUTED,
    ),
    Step(
        "silent",
        _("Window is over: take silence for consent"),
        _("Silence after the window was taken for consent."),
        services.confirm_silent_statements,
        settlement=Settlement.State.PUBLISHED,
        is_secondary=True,
    ),
    Step(
        "pay",
        _("Write the payment files"),
        _("The payment files are written and posted."),
        services.pay,
        settlement=Settlement.State.APPROVED,
    ),
    Step(
        "close",
        _("Close the settlement"),
        _("The settlement is closed."),
        services.close,
        settlement=Settlement.State.PAID,
    ),
    Step(
        "propose-awards",
        _("Propose the awards"),
        _("The awards are proposed."),
        services.propose_awards,
        awards=NO_AWARD_YET,
        is_secondary=True,
    ),
    Step(
        "publish-awards",
        _("Begin the public notice"),
        _("The public notice of the awards has begun."),
        services.publish_awards,
        awards=Award.State.PROPOSED,
        is_secondary=True,
    ),
    Step(
        "approve-awards",
        _("Approve the awards"),
        _("The awards are approved."),
        services.approve_awards,
        awards=Award.State.PUBLISHED,
        by_checker=True,
    ),
    Step(
        "pay-awards",
        _("Write the awards' payment file"),
        _("The payment file of the awards is written."),
        services.pay_awards,
        awards=Award.State.APPROVED,
        is_secondary=True,
    ),
)
BY_VERB = {step.verb: step for step in STEPS}


def offered(row: Settlement, awards: Iterable[Award], *, makes: bool, checks: bool) -> list[Step]:
    """Return the buttons for somebody who makes or checks this settlement, in their order."""
    states = {award.state for award in awards}
    if not states and row.approver_id is not None:
        states = {NO_AWARD_YET}
    return [
        step
        for step in STEPS
        if (checks if step.by_checker else makes) and (row.state == step.settlement or step.awards in states)
    ]
