"""A condition on points, such as `x < y and n * x <= 10`: parsed once, and evaluated at any number of points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

from domain.conditions.closures import closure
from domain.conditions.grammar import Parser
from domain.conditions.kind import Kinds
from domain.conditions.limits import LONGEST_CONDITION
from domain.conditions.nodes import Node
from domain.conditions.undecided import ConditionUndecided
from domain.conditions.vocabulary import Vocabulary
from domain.errors import InvalidSweep
from domain.space.scalars import Json, Scalar, check_text

# Whether a point satisfies a condition, or why that has no answer.
Verdict: TypeAlias = bool | ConditionUndecided


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that is true or false at every point, or at some points an error; `grammar.py` says what it means.

    The names are those of the parameters that it uses, in the order in which they appear.
    """

    text: str
    names: tuple[str, ...]
    expression: Node

    @classmethod
    def parse(cls, text: str, kinds: Mapping[str, Kinds], constants: Mapping[str, Json] | None = None) -> Self:
        """Return the condition of a text over parameters, with the kinds that each can take, and constants.

        What depends on constants alone is computed here. Raises `InvalidSweep` at `where`, with the place in the text
        and a remedy, for a text that is no condition, for unknown names, and for what no value of these kinds allows.
        """
        if len(text) > LONGEST_CONDITION:
            raise InvalidSweep.at("where", f"has {len(text):,} characters; at most {LONGEST_CONDITION:,} are allowed")
        if not text.strip():
            raise InvalidSweep.at("where", "is empty; write a comparison such as x < 10")
        check_text("where", text)
        parser = Parser(text, Vocabulary(kinds, constants or {}))
        expression = parser.condition()
        return cls(text, parser.names, expression)

    def holds(self, values: Mapping[str, Scalar]) -> bool:
        """Return whether one point satisfies the condition; raises `ConditionUndecided` where that has no answer."""
        return bool(closure(self.expression, {name: name for name in self.names})(values))

    def test(self, names: Sequence[str]) -> Callable[[Sequence[Scalar]], bool]:
        """Return the fast form of `holds`, for points that are tuples of values in the order of `names`."""
        test: Callable[[Sequence[Scalar]], bool] = closure(
            self.expression, {name: place for place, name in enumerate(names)}
        )
        return test

    def verdicts(self, names: Sequence[str], points: Iterable[Sequence[Scalar]]) -> Iterator[Verdict]:
        """Yield for each point, a tuple of values in the order of `names`, what the condition says of it."""
        test = self.test(names)
        for point in points:
            try:
                verdict: Verdict = test(point)
            except ConditionUndecided as undecided:
                # Without what it passed: that would keep this frame, and with it the points, in a circle.
                verdict = undecided.with_traceback(None)
            yield verdict
