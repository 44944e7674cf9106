"""How allauth fits the platform."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts: anyone may register as a citizen."""
