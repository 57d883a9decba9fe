"""Nodes made into functions of a point, which call one another: the fast form of a condition."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, TypeAlias

from domain.conditions.arithmetic import NoNumber
from domain.conditions.comparisons import CONFUSED, comparison
from domain.conditions.functions import FUNCTIONS, OPERATORS, SIGN
from domain.conditions.kind import BOOLEANS, NUMBERS, Kinds, kind_of, kinds_of, said
from domain.conditions.nodes import (
    Calculation,
    Call,
    Comparison,
    Connection,
    Constant,
    Membership,
    Name,
    Negation,
    Node,
    Step,
)
from domain.conditions.undecided import ConditionUndecided

# A point is whatever a parameter's key finds its value in: a tuple with positions, or a mapping with names.
Keys: TypeAlias = Mapping[str, Any]
Evaluate: TypeAlias = Callable[[Any], Any]


def closure(node: Node, keys: Keys) -> Evaluate:
    """Return the function that evaluates a node at a point; it raises `ConditionUndecided` where there is no value."""
    match node:
        case Constant():
            evaluate = _constant(node)
        case Name():
            evaluate = itemgetter(keys[node.name])
        case Calculation():
            evaluate = _calculation(node, keys)
        case Call():
            evaluate = _call(node, keys)
        case Comparison():
            evaluate = _comparison(node, keys)
        case Membership():
            evaluate = _membership(node, keys)
        case Connection():
            evaluate = _connection(node, keys)
        case _:
            evaluate = _negation(node, keys)
    return evaluate


def _constant(node: Constant) -> Evaluate:
    value = node.value
    return lambda _: value


def _only(wanted: Kinds, node: Node, keys: Keys) -> Evaluate:
    """Return the function of a node, which looks at each value's kind if the node may be of another kind too."""
    evaluate = closure(node, keys)
    if node.kinds <= wanted:
        return evaluate

    def checked(point: Any) -> Any:  # noqa: ANN401 - see `Evaluate`
        value = evaluate(point)
        kind = kind_of(value)
        if kind not in wanted:
            raise ConditionUndecided.at(node.piece, f"is {kind} at this point, and {said(wanted)} is needed")
        return value

    return checked


def _calculation(node: Calculation, keys: Keys) -> Evaluate:
    first = _only(NUMBERS, node.first, keys)
    if len(node.steps) == 1:
        return _operation(first, node.steps[0], keys)
    steps = [(OPERATORS[step.operator], _only(NUMBERS, step.operand, keys), step.piece) for step in node.steps]

    def calculate(point: Any) -> Any:  # noqa: ANN401 - see `Evaluate`
        number = first(point)
        for apply, operand, piece in steps:
            try:
                number = apply(number, operand(point))
            except NoNumber as error:
                raise ConditionUndecided.at(piece, str(error)) from error
        return number

    return calculate


def _operation(first: Evaluate, step: Step, keys: Keys) -> Evaluate:
    apply, second = OPERATORS[step.operator], _only(NUMBERS, step.operand, keys)

    def operate(point: Any) -> Any:  # noqa: ANN401 - see `Evaluate`
        try:
            return apply(first(point), second(point))
        except NoNumber as error:
            raise ConditionUndecided.at(step.piece, str(error)) from error

    return operate


def _call(node: Call, keys: Keys) -> Evaluate:
    apply = operator.neg if node.function == SIGN else FUNCTIONS[node.function].apply
    operands = [_only(NUMBERS, operand, keys) for operand in node.operands]

    def called(point: Any) -> Any:  # noqa: ANN401 - see `Evaluate`
        try:
            return apply(*[operand(point) for operand in operands])
        except NoNumber as error:
            raise ConditionUndecided.at(node.piece, str(error)) from error

    return called


def _comparison(node: Comparison, keys: Keys) -> Evaluate:
    first, *rest = (closure(operand, keys) for operand in node.operands)
    pairs = zip(node.operands, node.operators, node.operands[1:], strict=False)
    steps = [(comparison(*pair, node.piece), right) for pair, right in zip(pairs, rest, strict=True)]
    if len(steps) == 1:
        compare, second = steps[0]
        return lambda point: compare(first(point), second(point))

    def chained(point: Any) -> bool:  # noqa: ANN401 - see `Evaluate`
        left = first(point)
        for holds, evaluate in steps:
            right = evaluate(point)
            if not holds(left, right):
                return False
            left = right
        return True

    return chained


def _membership(node: Membership, keys: Keys) -> Evaluate:
    operand = closure(node.operand, keys)
    if not node.operand.kinds.union(*map(kinds_of, node.members)) >= CONFUSED:
        plain = frozenset(node.members)
        return lambda point: operand(point) in plain
    members = frozenset((isinstance(value, bool), value) for value in node.members)

    def is_member(point: Any) -> bool:  # noqa: ANN401 - see `Evaluate`
        value = operand(point)
        return (isinstance(value, bool), value) in members

    return is_member


def _connection(node: Connection, keys: Keys) -> Evaluate:
    operands: list[Callable[[Any], bool]] = [_only(BOOLEANS, operand, keys) for operand in node.operands]
    decisive = node.word == "or"

    def connected(point: Any) -> bool:  # noqa: ANN401 - see `Evaluate`
        for operand in operands:
            if operand(point) is decisive:
                return decisive
        return not decisive

    return connected


def _negation(node: Negation, keys: Keys) -> Evaluate:
    operand = _only(BOOLEANS, node.operand, keys)
    return lambda point: not operand(point)
