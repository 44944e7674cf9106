"""Tells the start page which desk of the sandbox a person has."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import User
from sandbox.querysets import may_operate


def desks(user: User) -> Iterator[Desk]:
    """Yield the sandbox's page for operators."""
    if may_operate(user):
        text = _("The queue, the workers and their self-tests, and what waits for help")
        yield Desk(_("Platform"), _("Sandbox"), text, reverse("sandbox:operations"), second_factor=True)
