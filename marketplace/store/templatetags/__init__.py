"""The store's template tags."""
