"""Distributions of a parameter, each by its inverse distribution function: the same bits on every machine."""
