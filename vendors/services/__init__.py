"""What people ask of the vendors' side: registration, members, questions, claims, apps and versions."""

from vendors.services.apps import create_app, update_app
from vendors.services.certification import renew_certificate, revoke_version
from vendors.services.claims import claim_order, deliver_claim, withdraw_claim
from vendors.services.membership import add_member, bank_account_of, remove_member, set_bank_account
from vendors.services.questions import answer_question, ask_question, interested_in
from vendors.services.registration import (
    refuse_vendor,
    register_again,
    register_vendor,
    resume_vendor,
    suspend_vendor,
    verify_vendor,
)
from vendors.services.submission import submit_version

__all__ = [
    "add_member",
    "answer_question",
    "ask_question",
    "bank_account_of",
    "claim_order",
    "create_app",
    "deliver_claim",
    "interested_in",
    "refuse_vendor",
    "register_again",
    "register_vendor",
    "remove_member",
    "renew_certificate",
    "resume_vendor",
    "revoke_version",
    "set_bank_account",
    "submit_version",
    "suspend_vendor",
    "update_app",
    "verify_vendor",
    "withdraw_claim",
]
