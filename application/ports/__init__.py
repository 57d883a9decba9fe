"""Ports: what the use cases need of the outside world, one port a file."""
