"""Nodes made from parts that fit together; what is constant is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.conditions.arithmetic import NoNumber, within_range
from domain.conditions.comparisons import ORDERED, ORDERS
from domain.conditions.functions import FUNCTIONS, OPERATORS, RIGHT_OPERANDS, SIGN
from domain.conditions.kind import BOOLEANS, NUMBERS, Kinds, said
from domain.conditions.nodes import (
    Calculation,
    Call,
    Comparison,
    Connection,
    Constant,
    Membership,
    Negation,
    Node,
    Step,
)
from domain.conditions.piece import Piece
from domain.space.scalars import Scalar


def number(digits: str, piece: Piece) -> Node:
    """Return the node of a number: an integer if there are digits alone, else a float."""
    return _computed(within_range, (Constant(int(digits) if digits.isdigit() else float(digits), piece),), piece)


def text(quoted: str, piece: Piece) -> Node:
    """Return the node of what stands between quotes; a backslash is left out, and the character after it is kept."""
    parts = quoted[1:-1].split("\\\\")
    return Constant("\\".join(part.replace("\\", "") for part in parts), piece)


def calculation(left: Node, operator: str, right: Node, piece: Piece) -> Node:
    """Return the node of an operator between two operands, which may be numbers."""
    _require(NUMBERS, left, f"{operator} is between numbers")
    _require(NUMBERS, right, f"{operator} is between numbers")
    if isinstance(right, Constant):
        if isinstance(left, Constant):
            return _computed(OPERATORS[operator], (left, right), piece)
        if operator in RIGHT_OPERANDS:
            _computed(RIGHT_OPERANDS[operator], (right,), piece)
    if isinstance(left, Calculation):
        return Calculation(left.first, (*left.steps, Step(operator, right, piece)), piece)
    return Calculation(left, (Step(operator, right, piece),), piece)


def signed(sign: str, operand: Node, piece: Piece) -> Node:
    """Return the node of a sign before a number; + changes nothing."""
    _require(NUMBERS, operand, f"the sign {sign} is before a number")
    if sign == SIGN and isinstance(operand, Constant):
        return _computed(lambda number: -number, (operand,), piece)
    return Call(SIGN, (operand,), piece) if sign == SIGN else operand


def call(name: str, operands: Sequence[Node], piece: Piece) -> Node:
    """Return the node of a function, applied to as many numbers as it takes."""
    function = FUNCTIONS[name]
    for operand in operands:
        _require(NUMBERS, operand, f"{name} takes numbers")
    if not function.least <= len(operands) <= function.most:
        wanted = "one number" if function.most == 1 else f"{function.least} to {function.most} numbers"
        raise piece.refused(f"calls {name}, which takes {wanted}, with {len(operands)}")
    constants = [operand for operand in operands if isinstance(operand, Constant)]
    if len(constants) == len(operands):
        return _computed(function.apply, constants, piece)
    return Call(name, tuple(operands), piece)


def comparison(operands: Sequence[Node], operators: Sequence[str], piece: Piece) -> Node:
    """Return the node of a chain of comparisons, each of which some values could decide either way."""
    for left, operator, right in zip(operands, operators, operands[1:], strict=False):
        common = left.kinds & right.kinds
        if not common:
            raise piece.refused(f"compares {said(left.kinds)} with {said(right.kinds)}; compare values of one kind")
        if operator in ORDERS and not common & ORDERED:
            raise piece.refused(f"orders {said(common)} by {operator}; only numbers and texts have an order")
    return Comparison(tuple(operands), tuple(operators), piece)


def membership(operand: Node, members: Sequence[Node], piece: Piece) -> Node:
    """Return the node of `in`: the members are constants, each of which the operand could be."""
    values: list[Scalar] = []
    for member in members:
        if not isinstance(member, Constant):
            raise member.piece.refused("differs from point to point; a list after in has constants only")
        if not member.kinds & operand.kinds:
            raise member.piece.refused(f"is {said(member.kinds)}, and looked for is {said(operand.kinds)}")
        values.append(member.value)
    return Membership(operand, tuple(values), piece)


def connection(word: str, operands: Sequence[Node], piece: Piece) -> Node:
    """Return the node of operands that are connected by `and` or by `or`."""
    for operand in operands:
        _require(BOOLEANS, operand, f"{word} is between comparisons")
    return Connection(word, tuple(operands), piece)


def negation(operand: Node, piece: Piece) -> Node:
    """Return the node of the opposite of an operand."""
    _require(BOOLEANS, operand, "not is before a comparison")
    return Negation(operand, piece)


def whole(node: Node) -> Node:
    """Return a node that can be a whole condition: one that is true or false."""
    _require(BOOLEANS, node, "a condition is true or false; compare with something, such as x < 10")
    return node


def _require(wanted: Kinds, node: Node, rule: str) -> None:
    if not node.kinds & wanted:
        raise node.piece.refused(f"is {said(node.kinds)}; {rule}")


def _computed(apply: Callable[..., float], operands: Sequence[Constant], piece: Piece) -> Constant:
    try:
        return Constant(apply(*(operand.value for operand in operands)), piece)
    except NoNumber as error:
        raise piece.refused(str(error)) from error
