"""Signed statements that an image passed a plan: issued, found, revoked and verified."""
