"""Designs: how points are taken from the space, one design a file."""
