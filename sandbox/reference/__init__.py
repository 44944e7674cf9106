"""A small example app for the residence permit: the standard library only, departments only through GATEWAY_URL."""
