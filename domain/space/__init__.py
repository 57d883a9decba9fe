"""The space: names, scalars, and the levels of each parameter, computed from their number."""
