"""Adapters: one technology a folder, behind the application's ports, and no business decision."""
