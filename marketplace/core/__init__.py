"""What has no domain words: audit chain, state moves, calendar, clock, errors, signing."""
