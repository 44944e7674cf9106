"""What leaves the platform as a file: the bank's message and the statement, the same bytes each time."""
