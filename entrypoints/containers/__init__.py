"""Containers, one a process: which adapter stands behind which port. The only modules that know dependency-injector.

Providers import their adapter when they first make it, so that no process loads the libraries of another's adapters.
"""
