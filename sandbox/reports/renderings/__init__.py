"""Other forms of the report of a run: each module turns the one document into one of them, and reads nothing else."""
