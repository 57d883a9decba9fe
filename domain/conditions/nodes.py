"""The parts of a condition, once it is known to make sense: a tree of frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from domain.conditions.kind import BOOLEANS, NUMBERS, Kinds, kinds_of
from domain.conditions.piece import Piece
from domain.space.scalars import Scalar


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is the same at every point."""

    value: Scalar
    piece: Piece

    @property
    def kinds(self) -> Kinds:
        """What the value is."""
        return kinds_of(self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, and what it may be."""

    name: str
    kinds: Kinds
    piece: Piece


@dataclass(frozen=True, slots=True)
class Step:
    """An operator and the operand on its right; the piece is the whole calculation up to here."""

    operator: str
    operand: Node
    piece: Piece


@dataclass(frozen=True, slots=True)
class Calculation:
    """Operators applied one after the other, from the left: flat, so that a long sum is no deep tree."""

    first: Node
    steps: tuple[Step, ...]
    piece: Piece
    kinds: ClassVar[Kinds] = NUMBERS


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers."""

    function: str
    operands: tuple[Node, ...]
    piece: Piece
    kinds: ClassVar[Kinds] = NUMBERS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain such as `a < b <= c`: true if each operator is true of the operands on both its sides."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]
    piece: Piece
    kinds: ClassVar[Kinds] = BOOLEANS


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether an operand is equal to one of some constants."""

    operand: Node
    members: tuple[Scalar, ...]
    piece: Piece
    kinds: ClassVar[Kinds] = BOOLEANS


@dataclass(frozen=True, slots=True)
class Connection:
    """Operands connected by `and` or by `or`; those after the one that decides are not evaluated."""

    word: str
    operands: tuple[Node, ...]
    piece: Piece
    kinds: ClassVar[Kinds] = BOOLEANS


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite of an operand."""

    operand: Node
    piece: Piece
    kinds: ClassVar[Kinds] = BOOLEANS


Node: TypeAlias = Constant | Name | Calculation | Call | Comparison | Membership | Connection | Negation
