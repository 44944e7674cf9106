"""Listings, cases, incoming events, reviews and follow-ups."""

from marketplace.store.models.cases import Case, CaseStep, LaunchToken
from marketplace.store.models.incoming import DecisionFile, DepartmentKey, IncomingEvent, RejectedEvent
from marketplace.store.models.listings import Listing
from marketplace.store.models.reviews import LEVELS, FollowUp, Review, ReviewTally

__all__ = [
    "LEVELS",
    "Case",
    "CaseStep",
    "DecisionFile",
    "DepartmentKey",
    "FollowUp",
    "IncomingEvent",
    "LaunchToken",
    "Listing",
    "RejectedEvent",
    "Review",
    "ReviewTally",
]
