"""The waiting line: who enters, and whose turn it is."""
