"""Errors that a person may see: each says what happened, where, and what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule said no.

    `message` is a (lazily) translated sentence for people; `code` is stable and ends the problem type of the API;
    `status` is the HTTP status that fits; `field` names the form field or the place in a document, where there is one.
    """

    code = "refused"
    status = 409

    def __init__(self, message: object, *, code: str = "", field: str = "", extra: Mapping[str, object] | None = None):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.extra = dict(extra or {})

    def __str__(self) -> str:
        return str(self.message)


class MoveRefused(DomainError):
    """The state machine has no such move from where the row stands now."""

    code = "move-refused"

    def __init__(self, *, subject: object, state: str, to: str):
        message = _(
            "%(subject)s is “%(state)s” now; it can't become “%(to)s”. Reload the page to see what can be done."
        )
        super().__init__(message % {"subject": subject, "state": state, "to": to}, extra={"state": state, "to": to})


class InvalidInput(DomainError):
    """What was given can't be taken; `field` says where."""

    code = "invalid"
    status = 422


class NotAllowed(DomainError):
    """The person may see the thing but not do this to it."""

    code = "not-allowed"
    status = 403


class Conflict(DomainError):
    """Somebody else was there first, or the same was said twice with different content."""

    code = "conflict"
