"""Choose: listings, cases, reviews and follow-ups."""
