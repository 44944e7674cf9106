"""Open: what departments publish - service items, interfaces, processes, life events."""
