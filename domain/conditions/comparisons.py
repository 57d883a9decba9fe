"""Comparisons of two values, each of which has a kind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from domain.conditions.kind import Kind, kind_of
from domain.conditions.nodes import Node
from domain.conditions.piece import Piece
from domain.conditions.undecided import ConditionUndecided

Compare: TypeAlias = Callable[[Any, Any], bool]

EQUALITIES: dict[str, Compare] = {"==": operator.eq, "!=": operator.ne}
ORDERS: dict[str, Compare] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# The kinds that have an order.
ORDERED = frozenset({Kind.NUMBER, Kind.TEXT})
# In Python True == 1, so that between these two kinds, and no others, the kind needs a look.
CONFUSED = frozenset({Kind.NUMBER, Kind.BOOLEAN})


def comparison(left: Node, sign: str, right: Node, piece: Piece) -> Compare:
    """Return the comparison of two values, which looks at their kinds only where these could be different."""
    kinds = left.kinds | right.kinds
    if sign in ORDERS:
        return ORDERS[sign] if len(kinds) == 1 else _ordering(ORDERS[sign], piece)
    if not kinds >= CONFUSED:
        return EQUALITIES[sign]
    return _same if sign == "==" else lambda one, other: not _same(one, other)


def _ordering(compare: Compare, piece: Piece) -> Compare:
    def ordered(left: Any, right: Any) -> bool:  # noqa: ANN401 - see `Compare`
        kind, other = kind_of(left), kind_of(right)
        if kind is not other or kind not in ORDERED:
            raise ConditionUndecided.at(piece, f"orders {kind} and {other} at this point")
        return compare(left, right)

    return ordered


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - see `Compare`
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
