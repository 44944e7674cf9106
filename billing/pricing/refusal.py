"""Owns the one exception with which the fee arithmetic refuses bad input, in one sentence that names the row."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogue without importing a translation framework here."""
    return message


class InputError(ValueError):
    """Bad input. `message` is the untranslated sentence with named placeholders, `parameters` fill them.

    The caller translates with `gettext(refusal.message) % refusal.parameters`.
    """

    def __init__(self, message: str, **parameters: object) -> None:
        self.message = message
        self.parameters = parameters
        super().__init__(message % parameters)
