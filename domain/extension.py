"""When a sweep may take values from an earlier one: where both call the same target with the same keywords."""

from __future__ import annotations

import json

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
    _check(earlier.target == target, f"evaluates {earlier.target}, and this sweep {target}")
    _check(_text(earlier.constants) == _text(constants), "has other constants; leave them as they are there")
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


def _text(constants: dict[str, Json]) -> str:
    """Return the constants as one text, whatever their order."""
    return json.dumps(constants, sort_keys=True)
