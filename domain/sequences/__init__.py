"""Sequences of points in the unit cube, each point computed from its index and a seed, one sequence a file."""
