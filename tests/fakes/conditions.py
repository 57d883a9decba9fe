"""Hypothesis strategies for conditions, and the same conditions for Python's own evaluation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from domain.conditions.kind import BOOLEANS, NUMBERS, Kind, Kinds
from domain.space.scalars import Scalar
from tests.fakes.spaces import floats, integers

# What the names of the conditions may be.
KINDS: dict[str, Kinds] = {
    "x": NUMBERS,
    "y": NUMBERS,
    "n": NUMBERS,
    "kind": frozenset({Kind.TEXT}),
    "flag": BOOLEANS,
    "mixed": frozenset({Kind.NUMBER, Kind.TEXT, Kind.NOTHING}),
    "any": frozenset(Kind),
    "layers": frozenset(),
}
_TEXTS = ("svm", "tree", "it's", 'a "b"', "back\\slash", "é", "")


def _power(base: float, exponent: int) -> float:
    """Return the nearest float to an exact power: that of Python differs in the last bit."""
    if isinstance(base, int) and exponent >= 0:
        return int(Fraction(base) ** exponent)
    return float(Fraction(base) ** exponent)


# What a rendering for Python may call.
ORACLE = {
    "__builtins__": {},
    "power": _power,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "round": round,
    "min": min,
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """One expression as we read it, and as Python does."""

    ours: str
    python: str

    def within(self, form: str) -> Rendered:
        """Return both in a form such as `-{}`."""
        return Rendered(form.format(self.ours), form.format(self.python))


def _quoted(text: str) -> str:
    inner = text.replace("\\", "\\\\")
    quote = '"' if '"' not in text else "'"
    return quote + inner.replace("'", "\\'") + quote


def _same(text: str) -> Rendered:
    return Rendered(text, text)


def _joined(parts: tuple[Rendered, str, Rendered]) -> Rendered:
    left, sign, right = parts
    return Rendered(f"{left.ours} {sign} {right.ours}", f"{left.python} {sign} {right.python}")


def _called(parts: tuple[str, list[Rendered]]) -> Rendered:
    name, operands = parts
    ours, python = (", ".join(one.ours for one in operands), ", ".join(one.python for one in operands))
    return Rendered(f"{name}({ours})", f"{name}({python})")


def _raised(parts: tuple[Rendered, int]) -> Rendered:
    base, exponent = parts
    return Rendered(f"({base.ours}) ** {exponent}", f"power({base.python}, {exponent})")


_constants = (
    st.integers(0, 12).map(str)
    | integers.map(abs).map(str)
    | st.floats(0, 20).map(repr)
    | floats.map(abs).map(repr)
    | st.sampled_from(["1e3", ".5", "2.", "0.0", "0"])
)
_leaves = (st.sampled_from(["x", "y", "n"]) | _constants).map(_same)


def _larger_numbers(inner: st.SearchStrategy[Rendered]) -> st.SearchStrategy[Rendered]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(_joined),
        st.tuples(inner, st.integers(-4, 6)).map(_raised),
        st.tuples(
            st.sampled_from(["abs", "floor", "ceil", "round", "sqrt"]), st.lists(inner, min_size=1, max_size=1)
        ).map(_called),
        st.tuples(st.sampled_from(["min", "max"]), st.lists(inner, min_size=2, max_size=4)).map(_called),
        inner.map(lambda one: one.within("({})")),
        inner.map(lambda one: one.within("-{}")),
        inner.map(lambda one: one.within("+ {}")),
    )


numbers = st.recursive(_leaves, _larger_numbers, max_leaves=6)
_texts = (st.just("kind") | st.sampled_from(_TEXTS).map(_quoted)).map(_same)
_signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_members = st.lists(st.integers(-3, 9) | st.floats(-9, 9), min_size=2, max_size=5)
_comparisons = st.one_of(
    st.tuples(numbers, _signs, numbers).map(_joined),
    st.tuples(st.tuples(numbers, _signs, numbers).map(_joined), _signs, numbers).map(_joined),
    st.tuples(_texts, _signs, _texts).map(_joined),
    st.tuples(numbers, st.sampled_from(["in", "not in"]), _members.map(repr).map(_same)).map(_joined),
    st.tuples(numbers, st.sampled_from(["in", "not in"]), _members.map(tuple).map(repr).map(_same)).map(_joined),
    st.sampled_from(
        ["flag", "flag == True", "flag != False", "mixed == None", "mixed != 'svm'", "mixed in [1, 'tree', None]"]
    ).map(_same),
)


def _larger_conditions(inner: st.SearchStrategy[Rendered]) -> st.SearchStrategy[Rendered]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(_joined),
        inner.map(lambda one: one.within("not {}")),
        inner.map(lambda one: one.within("({})")),
        st.tuples(inner.map(lambda one: one.within("({})")), st.sampled_from(["==", "!="]), st.just(_same("flag"))).map(
            _joined
        ),
    )


conditions = st.recursive(_comparisons, _larger_conditions, max_leaves=5)

_numbers = st.integers(-5, 12) | integers | st.floats(-20, 20) | floats
_words = st.sampled_from(_TEXTS)
points: st.SearchStrategy[dict[str, Scalar]] = st.fixed_dictionaries(
    {
        "x": _numbers,
        "y": _numbers,
        "n": _numbers,
        "kind": _words,
        "flag": st.booleans(),
        "mixed": _numbers | _words | st.none(),
        "any": _numbers | _words | st.none() | st.booleans(),
    }
)
