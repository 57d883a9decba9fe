"""Lambda handlers, command line, container, settings: thin."""
