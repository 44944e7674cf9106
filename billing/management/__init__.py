"""Billing's management."""
