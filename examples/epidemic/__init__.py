"""A sweep over epidemics in a partly vaccinated population: the SIR model."""

from examples.epidemic.outbreak import simulate

__all__ = ["simulate"]
