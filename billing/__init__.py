"""Pay: tariffs, usage facts, settlements, statements, ledger, payment files."""
