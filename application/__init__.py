"""Use cases and ports. Imports the domain, and no I/O library."""
