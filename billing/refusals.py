"""Turns a refusal of the fee arithmetic into the error that a person sees, in their language."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from billing.pricing.refusal import InputError
from marketplace.core.errors import InvalidInput


@contextmanager
def in_words() -> Iterator[None]:
    """Raise InvalidInput for an InputError inside the block, translated."""
    try:
        yield
    except InputError as error:
        raise InvalidInput(
            gettext(error.message) % error.parameters, field=str(error.parameters.get("row", ""))
        ) from error
