"""One small file per check: its sentences in both languages and the function that runs it."""
