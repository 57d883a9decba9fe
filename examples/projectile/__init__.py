"""Flight of a ball with quadratic drag: the demo sweep."""

from examples.projectile.flight import simulate

__all__ = ["simulate"]
