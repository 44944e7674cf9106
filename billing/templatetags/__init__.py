"""Billing's templatetags."""
