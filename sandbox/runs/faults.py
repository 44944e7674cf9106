"""What the platform says when it, not the app, is at fault: one sentence on why and one on what happens next."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fault:
    """Both sentences, lazily translated."""

    reason: object
    next: object


OPERATOR = _("The operators see this too; nothing is lost, and you need not upload again.")

FAULTS: dict[str, Fault] = {
    "worker_died": Fault(_("The worker that ran the test stopped twice."), OPERATOR),
    "engine": Fault(_("The container engine failed during the test."), OPERATOR),
    "probe_died": Fault(_("The platform's own probe stopped during the test."), OPERATOR),
    "check_error": Fault(_("A check that decides could not be completed, through no fault of the app."), OPERATOR),
    "no_results": Fault(_("The probe ended without a single result."), OPERATOR),
    "image": Fault(_("The image that intake had checked could not be loaded again."), OPERATOR),
    "reference": Fault(_("The reference app could not be prepared."), OPERATOR),
    "internal": Fault(_("An error in the platform ended the test."), OPERATOR),
}


def fault_of(code: str) -> Fault:
    """Return the sentences of a code; unknown codes are internal errors."""
    return FAULTS.get(code, FAULTS["internal"])
