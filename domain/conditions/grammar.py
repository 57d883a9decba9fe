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
    atom       = NUMBER | TEXT | WORD | NAME | NAME "(" [either {"," either}] ")" | "(" either ")"
    list       = "[" sum {"," sum} [","] "]" | "(" sum "," [sum {"," sum} [","]] ")"

    NUMBER     = (INTEGER ["." [DIGITS]] | "." DIGITS) [("e" | "E") ["+" | "-"] DIGITS]
    INTEGER    = "0" | a digit of 1..9 and any digits; DIGITS = digits; all in ASCII
    TEXT       = characters between two ' or two ", without a line break; \\ \' and \" stand for \ ' and "
    WORD       = "True" | "true" | "False" | "false" | "None" | "null"
    NAME       = a parameter, a constant or, before "(", a function: abs ceil floor max min round sqrt

Spaces, tabs and line breaks separate. The limits: 1,000 characters, and 32 of `(`, `[`, `not`, signs and exponents inside
one another. In a list stand constants, or what can be computed from constants.

**Meaning.** A NUMBER of digits alone is an integer, every other one is the nearest float. Integers are exact; an integer
and a float make a float, for which the integer is rounded to the nearest one. Of `/` the result is a float, of two
integers the nearest to the exact quotient; `//` rounds down; `%` has the sign of its right operand, as in Python. The
exponent of `**` is a whole number of -64..64; the result is exact for an integer to a non-negative integer, else the
nearest float to the exact power. `round` goes to the even one of two whole numbers at the same distance. `ceil`, `floor`
and `round` give integers. A number beyond the largest float, integer or float, is an error, as is a division by zero.

Numbers are compared by their exact values, texts by their Unicode code points. A boolean is equal to no number, and a value
of one kind is never equal to one of another kind. `a < b < c` means `a < b and b < c`. `and`, `or` and chains stop at
the operand that decides, so that `n == 0 or x / n < 1` is never an error.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.conditions import composition
from domain.conditions.arithmetic import NoNumber, within_range
from domain.conditions.nodes import Constant, Name, Node
from domain.conditions.piece import Piece
from domain.conditions.tokens import Token, tokens
from domain.conditions.vocabulary import Vocabulary, check_function

DEEPEST = 32
_TWO_SIDED = (*composition.EQUALITIES, *composition.ORDERS)
_REMEDIES = {"is": "write == or !=", "if": "write and, or", "[": "a list stands after in"}


class Parser:
    """Reads one condition, rule by rule: a method is the rule of its name."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Split the text into tokens; raises `InvalidSweep` where that is not possible."""
        self._text = text
        self._vocabulary = vocabulary
        self._tokens = tuple(tokens(text))
        self._number = 0
        self._depth = 0
        self._names: dict[str, None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that were read, in the order in which they appear."""
        return tuple(self._names)

    def condition(self) -> Node:
        """Return the node of the whole text; raises `InvalidSweep`, with the place, for anything else."""
        node = self._either()
        if self._token.sort != "end":
            raise self._unexpected("an operator or the end")
        return composition.whole(node)

    def _either(self) -> Node:
        return self._connection("or", self._both)

    def _both(self) -> Node:
        return self._connection("and", self._negation)

    def _connection(self, word: str, rule: Callable[[], Node]) -> Node:
        start = self._start
        operands = [rule()]
        while self._accept(word):
            operands.append(rule())
        return composition.connection(word, operands, self._since(start)) if len(operands) > 1 else operands[0]

    def _negation(self) -> Node:
        start = self._start
        if self._accept("not"):
            return composition.negation(self._inside(self._negation), self._since(start))
        return self._comparison()

    def _comparison(self) -> Node:
        start = self._start
        operands, operators = [self._sum()], []
        while operator := self._accept(*_TWO_SIDED):
            operators.append(operator)
            operands.append(self._sum())
        if operators:
            return composition.comparison(operands, operators, self._since(start))
        return self._membership(operands[0], start)

    def _membership(self, operand: Node, start: int) -> Node:
        negated = self._accept("not")
        if negated:
            self._expect("in")
        elif not self._accept("in"):
            return operand
        node = composition.membership(operand, self._list(), self._since(start))
        return composition.negation(node, self._since(start)) if negated else node

    def _sum(self) -> Node:
        return self._calculation(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._calculation(("*", "/", "//", "%"), self._signed)

    def _calculation(self, operators: tuple[str, ...], rule: Callable[[], Node]) -> Node:
        start = self._start
        node = rule()
        while operator := self._accept(*operators):
            node = composition.calculation(node, operator, rule(), self._since(start))
        return node

    def _signed(self) -> Node:
        start = self._start
        if sign := self._accept("+", "-"):
            return composition.sign(self._inside(self._signed), sign, self._since(start))
        return self._power()

    def _power(self) -> Node:
        start = self._start
        base = self._atom()
        if self._accept("**"):
            return composition.calculation(base, "**", self._inside(self._signed), self._since(start))
        return base

    def _atom(self) -> Node:
        token = self._token
        if self._accept("("):
            node = self._inside(self._either)
            self._expect(")")
            return node
        if token.sort in {"end", "sign"}:
            raise self._unexpected("a name, a number, a text or (")
        self._number += 1
        if token.sort == "number":
            return _number(token)
        if token.sort == "text":
            return Constant(_unquoted(token.text), token.piece)
        return self._call(token) if self._accept("(") else self._name(token)

    def _name(self, token: Token) -> Node:
        node = self._vocabulary.node(token.text, token.piece)
        if isinstance(node, Name):
            self._names[node.name] = None
        return node

    def _call(self, name: Token) -> Node:
        check_function(name.text, name.piece)
        operands = self._sequence(")", self._either)
        return composition.call(name.text, operands, self._since(name.piece.start))

    def _list(self) -> list[Node]:
        start = self._start
        opening = self._accept("[", "(")
        if not opening:
            raise self._unexpected("a list such as [1, 2]")
        members = self._sequence("]" if opening == "[" else ")", self._sum)
        if not members:
            raise self._since(start).refused("is empty, so that nothing is in it")
        if opening == "(" and len(members) == 1 and self._tokens[self._number - 2].text != ",":
            raise self._since(start).refused("is no list; write it in brackets, such as [1]")
        return members

    def _sequence(self, closing: str, rule: Callable[[], Node]) -> list[Node]:
        """Return the operands up to a closing sign, with commas between them; one after the last is allowed."""
        operands: list[Node] = []
        while not self._accept(closing):
            operands.append(self._inside(rule))
            if not self._accept(","):
                self._expect(closing)
                break
        return operands

    def _inside(self, rule: Callable[[], Node]) -> Node:
        """Apply a rule one level deeper: this bounds the depth of every recursion."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._token.piece.refused(f"is nested too deep; at most {DEEPEST} levels are allowed")
        node = rule()
        self._depth -= 1
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._number]

    @property
    def _start(self) -> int:
        return self._token.piece.start

    def _since(self, start: int) -> Piece:
        """Return the piece from a start to the end of the last token that was read."""
        return Piece(self._text, start, self._tokens[self._number - 1].piece.stop)

    def _accept(self, *signs: str) -> str:
        """Read the next token if it is one of these signs, and return it; else return an empty text."""
        token = self._token
        if token.sort != "sign" or token.text not in signs:
            return ""
        self._number += 1
        return token.text

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected(sign)

    def _unexpected(self, expected: str) -> Exception:
        remedy = _REMEDIES.get(self._token.text)
        return self._token.piece.refused(f"does not fit here; expected {expected}" + (f" ({remedy})" if remedy else ""))


def _number(token: Token) -> Constant:
    value: float = int(token.text) if token.text.isdigit() else float(token.text)
    try:
        return Constant(within_range(value), token.piece)
    except NoNumber as error:
        raise token.piece.refused(str(error)) from error


def _unquoted(text: str) -> str:
    """Return what stands between the quotes; a backslash is left out, and the character after it is kept."""
    parts = text[1:-1].split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)
