"""What departments ask for: drafting, rehearsing, opening and amending demand orders."""

from marketplace.orders.services.amending import amend_order
from marketplace.orders.services.drafting import create_order, edit_order, put_scenario, remove_scenario
from marketplace.orders.services.opening import (
    OrderIncomplete,
    close_order,
    lacks,
    open_order,
    resume_order,
    send_back_order,
    submit_order,
    suspend_order,
    withdraw_order,
)
from marketplace.orders.services.rehearsing import is_rehearsed, record_rehearsal, request_rehearsal

__all__ = [
    "OrderIncomplete",
    "amend_order",
    "close_order",
    "create_order",
    "edit_order",
    "is_rehearsed",
    "lacks",
    "open_order",
    "put_scenario",
    "record_rehearsal",
    "remove_scenario",
    "request_rehearsal",
    "resume_order",
    "send_back_order",
    "submit_order",
    "suspend_order",
    "withdraw_order",
]
