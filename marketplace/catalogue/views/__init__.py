"""Pages of the catalogue: what everybody sees, and the desk of departments."""
