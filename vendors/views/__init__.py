"""Pages of the vendors' side."""
