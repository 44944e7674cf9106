"""Citizens judge; every bad review becomes a follow-up, of which some are put right and some run out of time."""

from datetime import datetime, timedelta

from marketplace.demo.telling import Telling, content
from marketplace.demo.traffic import CasePlan
from marketplace.store.models import Case, FollowUp
from marketplace.store.services.followups import (
    call_back_follow_up,
    close_follow_up,
    declare_follow_up_unfounded,
    rectify_follow_up,
    verify_follow_up,
)
from marketplace.store.services.reviews import submit_review

MEASURE = "已优化进度提示并当面致歉，补发了办理结果。"
UNFOUNDED = "经核查，办件在承诺时限内办结，系统和短信均有进度提示。"
STAMINA = 10
"""Of ten follow-ups one is unfounded and nine are put right, but those about the office alone are left until late."""


def review(telling: Telling, plans: list[CasePlan], now: datetime) -> None:
    """Submit the reviews of the day."""
    texts = content("reviews.json")
    for plan in plans:
        case = Case.objects.select_related("citizen").get(pk=telling.made_cases[plan.number].pk)
        if not case.is_decided or plan.levels is None:
            continue
        service, app = plan.levels
        words = texts[str(min(service, app))]
        submit_review(
            case=case,
            citizen=case.citizen,
            service_level=service,
            app_level=app,
            text=words[plan.number % len(words)],
            now=now + timedelta(seconds=plan.number),
        )


def follow_up(telling: Telling, now: datetime) -> None:
    """The department works on its follow-ups, a step a day."""
    publisher = telling.people["publisher"]
    for ticket in FollowUp.objects.filter(state__in=["open", "verified", "rectifying", "called_back"]).select_related(
        "review"
    ):
        fate = ticket.pk % STAMINA
        about_the_office = ticket.review.app_level > 2
        if about_the_office or ticket.opened_at > now - timedelta(hours=12):
            continue
        if ticket.state == FollowUp.State.OPEN and fate == 0:
            declare_follow_up_unfounded(follow_up=ticket, by=publisher, reason=UNFOUNDED, now=now)
        elif ticket.state == FollowUp.State.OPEN:
            verify_follow_up(follow_up=ticket, by=publisher, now=now)
        elif ticket.state == FollowUp.State.VERIFIED:
            rectify_follow_up(follow_up=ticket, by=publisher, now=now)
        elif ticket.state == FollowUp.State.RECTIFYING:
            call_back_follow_up(follow_up=ticket, by=publisher, measure=MEASURE, now=now)
        else:
            close_follow_up(follow_up=ticket, by=publisher, now=now)
