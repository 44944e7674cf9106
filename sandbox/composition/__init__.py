"""Acceptance scenarios by picking: what there is to pick, the story that was picked, and its Arazzo document."""
