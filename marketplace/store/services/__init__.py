"""What people ask the store for."""

from marketplace.store.services.cases import launch_case, release_case, withdraw_case
from marketplace.store.services.decisions import import_decisions_csv, register_department_key
from marketplace.store.services.events import receive_batch, receive_event
from marketplace.store.services.followups import (
    call_back_follow_up,
    close_follow_up,
    declare_follow_up_unfounded,
    extend_follow_up,
    rectify_follow_up,
    reopen_follow_up,
    verify_follow_up,
)
from marketplace.store.services.listings import (
    approve_listing,
    delist_listing,
    refuse_listing,
    request_listing,
    resume_listing,
    serve_version,
    suspend_listing,
    suspend_listings_of,
    suspend_listings_serving,
)
from marketplace.store.services.reports import record_clerk_decision, resolve_event
from marketplace.store.services.reviews import (
    add_to_review,
    hold_review,
    release_review,
    remove_review,
    reply_to_review,
    submit_review,
)

__all__ = [
    "add_to_review",
    "approve_listing",
    "call_back_follow_up",
    "close_follow_up",
    "declare_follow_up_unfounded",
    "delist_listing",
    "extend_follow_up",
    "hold_review",
    "import_decisions_csv",
    "launch_case",
    "receive_batch",
    "receive_event",
    "record_clerk_decision",
    "rectify_follow_up",
    "refuse_listing",
    "register_department_key",
    "release_case",
    "release_review",
    "remove_review",
    "reopen_follow_up",
    "reply_to_review",
    "request_listing",
    "resolve_event",
    "resume_listing",
    "serve_version",
    "submit_review",
    "suspend_listing",
    "suspend_listings_of",
    "suspend_listings_serving",
    "verify_follow_up",
    "withdraw_case",
]
