"""A deployed stack, as a client sees it: its API over HTTP, and the links to its results."""
