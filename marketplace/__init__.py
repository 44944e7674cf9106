"""The public square: everything that departments, vendors, citizens and finance share."""
