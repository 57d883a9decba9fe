"""A sweep over flights of a ball with quadratic drag: the demo."""

from examples.projectile.flight import simulate

__all__ = ["simulate"]
