r"""The grammar of conditions, which is a small part of Python's: the same precedence, and the same meaning.

    condition  = either
    either     = both {"or" both}
    both       = negation {"and" negation}
    negation   = "not" negation | comparison
    comparison = sum {("==" | "!=" | "<" | "<=" | ">" | ">=") sum} | sum ["not"] "in" list
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/" | "//" | "%") signed}
    signed     = ("+" | "-") signed | power
    power      = atom ["**" signed]
    atom       = NUMBER | TEXT | WORD | NAME | NAME "(" operands ")" | "(" either ")"
    operands   = [either {"," either} [","]]
    list       = "[" sum {"," sum} [","] "]" | "(" sum "," sum {"," sum} [","] ")"

    NUMBER     = (INTEGER ["." [DIGITS]] | "." DIGITS) [("e" | "E") ["+" | "-"] DIGITS]
    INTEGER    = "0" | a digit of 1..9 and any digits; all DIGITS are ASCII
    TEXT       = characters between two ' or two ", without a line break; \\ \' and \" stand for \ ' and "
    WORD       = "True" | "true" | "False" | "false" | "None" | "null"
    NAME       = a parameter, a constant or, before "(", a function: abs ceil floor max min round sqrt

Spaces, tabs and line breaks separate; a NUMBER ends before a space or a sign. A text has at most 1,000 characters,
and at most 32 of parentheses, lists, `not`, signs and exponents inside one another. The members of a list are
constants, or computed from constants.

**Numbers.** A NUMBER of digits alone is an integer; every other one is the nearest float. Integers are exact. An
integer and a float make a float, for which the integer is rounded to the nearest one. The result of `/` is a float,
of two integers the nearest one to the exact quotient. `//` rounds down, and `%` has the sign of its right operand, as
in Python: of floats, `x % y` is `fmod(x, y)`, to which `y` is added if its sign is another one, and `x // y` is `(x -
fmod(x, y)) / y`, less 1 if `y` is added, to the nearest whole number. The exponent of `**` is a whole number of
-64..64; the result is exact for an integer to an integer that is not negative, else it is the nearest float to the
exact power. `round` goes to the even one of two integers at the same distance; `ceil`, `floor` and `round` make
integers. `min` and `max` return the first of equal numbers. `sqrt` is that of the nearest float. A number beyond the
largest float, be it an integer or a float, is an error, as a division by zero is.

**Comparisons.** Numbers are compared by their exact values, texts by their Unicode code points. Values of different
kinds (number, text, boolean, null) are not equal: true is not 1. To order them is an error. `a < b < c` means `a < b
and b < c`. `and`, `or` and chains stop at the operand that decides, so that `n == 0 or x / n < 1` is never an error.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.conditions import composition
from domain.conditions.comparisons import EQUALITIES, ORDERS
from domain.conditions.cursor import Cursor
from domain.conditions.nodes import Name, Node
from domain.conditions.tokens import Token
from domain.conditions.vocabulary import Vocabulary, check_function

DEEPEST = 32
_COMPARISONS = (*EQUALITIES, *ORDERS)


class Parser:
    """Reads one condition: a method is the rule of its name."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Stand before the text; raises `InvalidSweep` for a text that has parts that are no tokens."""
        self._at = Cursor(text)
        self._vocabulary = vocabulary
        self._depth = 0
        self._names: dict[str, None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that were read, in the order in which they appear."""
        return tuple(self._names)

    def condition(self) -> Node:
        """Return the node of the whole text; raises `InvalidSweep`, with the place, for anything else."""
        node = self._either()
        if self._at.token.sort != "end":
            raise self._at.unexpected("an operator or the end")
        return composition.whole(node)

    def _either(self) -> Node:
        return self._connection("or", self._both)

    def _both(self) -> Node:
        return self._connection("and", self._negation)

    def _connection(self, word: str, rule: Callable[[], Node]) -> Node:
        start = self._at.start
        operands = [rule()]
        while self._at.accept(word):
            operands.append(rule())
        return composition.connection(word, operands, self._at.since(start)) if len(operands) > 1 else operands[0]

    def _negation(self) -> Node:
        start = self._at.start
        if self._at.accept("not"):
            return composition.negation(self._inside(self._negation), self._at.since(start))
        return self._comparison()

    def _comparison(self) -> Node:
        start = self._at.start
        operands, operators = [self._sum()], []
        while operator := self._at.accept(*_COMPARISONS):
            operators.append(operator)
            operands.append(self._sum())
        if operators:
            return composition.comparison(operands, operators, self._at.since(start))
        return self._membership(operands[0], start)

    def _membership(self, operand: Node, start: int) -> Node:
        negated = self._at.accept("not")
        if negated:
            self._at.expect("in")
        elif not self._at.accept("in"):
            return operand
        node = composition.membership(operand, self._list(), self._at.since(start))
        return composition.negation(node, node.piece) if negated else node

    def _sum(self) -> Node:
        return self._calculation(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._calculation(("*", "/", "//", "%"), self._signed)

    def _calculation(self, operators: tuple[str, ...], rule: Callable[[], Node]) -> Node:
        start = self._at.start
        node = rule()
        while operator := self._at.accept(*operators):
            node = composition.calculation(node, operator, rule(), self._at.since(start))
        return node

    def _signed(self) -> Node:
        start = self._at.start
        if sign := self._at.accept("+", "-"):
            return composition.signed(sign, self._inside(self._signed), self._at.since(start))
        return self._power()

    def _power(self) -> Node:
        start = self._at.start
        base = self._atom()
        if self._at.accept("**"):
            return composition.calculation(base, "**", self._inside(self._signed), self._at.since(start))
        return base

    def _atom(self) -> Node:
        if self._at.accept("("):
            node = self._inside(self._either)
            self._at.expect(")")
            return node
        if self._at.token.sort in {"end", "sign"}:
            raise self._at.unexpected("a name, a number, a text or (")
        token = self._at.take()
        if token.sort == "word":
            return self._call(token) if self._at.accept("(") else self._name(token)
        make = composition.number if token.sort == "number" else composition.text
        return make(token.text, token.piece)

    def _name(self, token: Token) -> Node:
        node = self._vocabulary.node(token.text, token.piece)
        if isinstance(node, Name):
            self._names[node.name] = None
        return node

    def _call(self, name: Token) -> Node:
        check_function(name.text, name.piece)
        operands = self._sequence(")", self._either)
        return composition.call(name.text, operands, self._at.since(name.piece.start))

    def _list(self) -> list[Node]:
        start = self._at.start
        opening = self._at.accept("[", "(")
        if not opening:
            raise self._at.unexpected("a list such as [1, 2]")
        members = self._sequence("]" if opening == "[" else ")", self._sum)
        if not members:
            raise self._at.since(start).refused("is empty, so that nothing is in it")
        if opening == "(" and len(members) == 1:
            raise self._at.since(start).refused("is no list; write it in brackets, such as [1]")
        return members

    def _sequence(self, closing: str, rule: Callable[[], Node]) -> list[Node]:
        """Return the operands up to a closing sign, with commas between them; one after the last is allowed."""
        operands: list[Node] = []
        while not self._at.accept(closing):
            operands.append(self._inside(rule))
            if self._at.token.text != closing and not self._at.accept(","):
                raise self._at.unexpected(f", or {closing}")
        return operands

    def _inside(self, rule: Callable[[], Node]) -> Node:
        """Apply a rule one level deeper: this bounds the depth of every recursion."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._at.token.piece.refused(f"is nested too deep; at most {DEEPEST} levels are allowed")
        node = rule()
        self._depth -= 1
        return node
