"""Evaluate one function at very many points: the one name that users import."""
