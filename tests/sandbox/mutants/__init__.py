"""Faults built into copies of the reference app on purpose, to see whether the sandbox finds them."""
