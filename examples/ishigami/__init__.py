"""A sensitivity analysis of the Ishigami function, whose Sobol indices are known in closed form."""

from examples.ishigami.function import ishigami

__all__ = ["ishigami"]
