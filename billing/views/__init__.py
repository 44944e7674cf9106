"""Pages of billing: the finance desk, settlements, statements and tariffs."""
