"""What people read about a certificate: one heading and one sentence for each answer."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from sandbox.certification.verification import Status, Verification


@dataclass(frozen=True)
class Words:
    """Both, lazily translated, and the tone of the panel."""

    title: object
    sentence: object
    tone: str = "bad"


WORDS = {
    Status.VALID: Words(
        _("Valid"),
        _("The signature is the platform's, nothing was changed since, and it has not been revoked."),
        "ok",
    ),
    Status.REVOKED: Words(_("Revoked"), _("The platform has withdrawn it. Don't rely on it.")),
    Status.SUPERSEDED: Words(
        _("Superseded"),
        _("It was right when it was issued. A later test has taken its place; look at that one instead."),
        "",
    ),
    Status.EXPIRED: Words(
        _("Expired"),
        _("Its time is over and the app was not tested again. It says nothing about today."),
    ),
    Status.OTHER_IMAGE: Words(
        _("For another image"),
        _("The certificate is ours, but the image that you have is not the one that was tested. Don't rely on it."),
    ),
    Status.UNKNOWN: Words(
        _("Not on record"),
        _("Our key signed it, but we have no such certificate. Don't rely on it, and tell the operator."),
    ),
    Status.NOT_OURS: Words(
        _("Not valid"),
        _("The signature doesn't fit what is written here. Don't rely on it, and tell the operator of the platform."),
    ),
}


def words_for(verification: Verification) -> Words:
    """Return the words of an answer."""
    return WORDS[verification.status]
