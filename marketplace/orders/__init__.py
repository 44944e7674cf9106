"""Ask: demand orders, their acceptance scenarios and amendments."""
