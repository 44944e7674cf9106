"""Wagtail pages that show the marketplace to the public."""
