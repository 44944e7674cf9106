"""The story: every person of the platform at work, through the real services."""
