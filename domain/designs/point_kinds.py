"""What the values of a design's points can be: numbers, texts, booleans or null, parameter by parameter.

A kind of levels or distributions says it by the return type of its `value` or `quantile`; one that may return any
scalar has its values in `values`. A design that is not known here may have any values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_type_hints

from domain.conditions.kind import EVERY_KIND, KIND_OF_TYPE, NUMBERS, Kind, Kinds, kind_of
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import REPLICATE, Replicated
from domain.designs.row_source import StoredDesign
from domain.designs.sampled import Sampled
from domain.space.existence import optional_names
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar

_NUMERIC = (int, float, int | float)
_KIND_OF_COLUMN = {"number": Kind.NUMBER, "text": Kind.TEXT, "boolean": Kind.BOOLEAN, "null": Kind.NOTHING}


def kinds_of_points(design: Design) -> dict[str, Kinds]:
    """Return by parameter the kinds of values that the points of a design can have, null where it need not exist."""
    kinds = _kinds(design)
    return {**kinds, **{name: kinds[name] | {Kind.NOTHING} for name in optional_names(design.parameters)}}


def _kinds(design: Design) -> dict[str, Kinds]:
    match design:
        case PointList():
            return _of_rows(design.names, design.rows)
        case Sampled():
            first = _of_rows(design.names, design.first)
            return {name: kinds | first[name] for name, kinds in _of_sources(design.parameters).items()}
        case Grid():
            return _of_sources(design.parameters)
        case StoredDesign():
            columns = {name: frozenset(map(_KIND_OF_COLUMN.__getitem__, kinds)) for name, kinds in design.columns}
            return {**_of_sources(design.parameters), **columns}
        case Replicated():
            return {**_kinds(design.design), REPLICATE: NUMBERS}
        case _:
            return any_kinds(design)


def any_kinds(design: Design) -> dict[str, Kinds]:
    """Return by parameter every kind.

    A condition that was parsed with the kinds of all points means the same with these, at every point.
    """
    return dict.fromkeys(design.names, EVERY_KIND)


def _of_sources(parameters: Iterable[Parameter]) -> dict[str, Kinds]:
    return {one.name: _of_source(one.source) for one in parameters}


def _of_source(source: Any) -> Kinds:  # noqa: ANN401 - levels or a distribution of any kind
    values = getattr(source, "values", None)
    if values is not None:
        return frozenset(map(kind_of, values))
    made_by = type(source).value if hasattr(source, "value") else type(source).quantile
    return NUMBERS if get_type_hints(made_by).get("return") in _NUMERIC else EVERY_KIND


def _of_rows(names: Sequence[str], rows: Iterable[Sequence[Scalar]]) -> dict[str, Kinds]:
    found: list[set[type]] = [set() for _ in names]
    for row in rows:
        for types, value in zip(found, row, strict=True):
            types.add(type(value))
    return {name: frozenset(map(KIND_OF_TYPE.__getitem__, types)) for name, types in zip(names, found, strict=True)}
