"""The keyword arguments of a target: those that every target is called with, and those that it may take beside them."""

from __future__ import annotations

from collections.abc import Iterable

from domain.designs.design import Design
from domain.designs.replicated import REPLICATE, SEED, Replicated, repetition


def given_keywords(design: Design, constants: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the constants and the parameters, which the target is called with."""
    return (*constants, *repetition(design)[0].names)


def offered_keywords(design: Design) -> tuple[str, ...]:
    """Return what a target is called with if its signature names it: where points are repeated, the number and seed."""
    return (REPLICATE, SEED) if isinstance(design, Replicated) else ()
