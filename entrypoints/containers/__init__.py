"""Containers, one a process: which adapter stands behind which port."""
