"""When a sweep may take values from an earlier one: where both call the same target with the same keywords."""

from __future__ import annotations

from domain.designs.design import Design
from domain.designs.earlier_place import check_extends
from domain.designs.replicated import Replicated
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.space.scalars import Json


def check_same_calls(earlier: SweepRequest, target: str, design: Design, constants: dict[str, Json]) -> None:
    """Refuse an earlier sweep at whose points the target would return other values, or none that is known.

    A part of a design stands for all of it.
    """
    edited = "which is another function, or one that has been edited"
    _check(earlier.target == target, f"evaluates {earlier.target}, and this sweep {target}, {edited}")
    _check(_written(earlier.constants) == _written(constants), "has other constants; leave them as they are there")
    if earlier.design.names != design.names:
        names = f"has the parameters {', '.join(earlier.design.names)}, and this sweep {', '.join(design.names)}"
        raise InvalidSweep.at("extends", f"{names}; it needs the same ones in the same order")
    one, other = earlier.design, design
    if isinstance(one, Replicated) and isinstance(other, Replicated):
        _check(one.seed == other.seed, f"has the base seed {one.seed} of its replicates, and this sweep {other.seed}")
    check_extends(one, other)


def _check(is_right: bool, message: str) -> None:  # noqa: FBT001 - it is what the function is about
    if not is_right:
        raise InvalidSweep.at("extends", message)


def _written(value: Json) -> object:
    """Return what tells a value from others: 1 is not 1.0, and the order of keys does not matter."""
    match value:
        case dict():
            return {key: _written(one) for key, one in value.items()}
        case list():
            return [_written(one) for one in value]
        case _:
            return repr(value)
