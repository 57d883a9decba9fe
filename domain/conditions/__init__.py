"""Conditions: which points of a space are evaluated, as an expression over parameters and constants."""
