"""One machine: the ledger in SQLite, results in a directory, an engine of processes."""
