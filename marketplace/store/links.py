"""Addresses of pages in the language of the person who will open them."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from marketplace.accounts.models import User


def page_for(user: User, name: str, *args: object) -> str:
    """Return the path of a page of the store in the person's language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return reverse(f"store:{name}", args=args)
