"""People, public bodies, roles and API tokens."""
