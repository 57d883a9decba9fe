"""What is a condition, and what a text that is none is told."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions import grammar
from domain.conditions.comparisons import EQUALITIES, ORDERS
from domain.conditions.condition import Condition
from domain.conditions.functions import FUNCTIONS, OPERATORS
from domain.conditions.grammar import DEEPEST
from domain.conditions.limits import LONGEST_CONDITION
from domain.conditions.powers import LARGEST_EXPONENT
from domain.conditions.undecided import ConditionUndecided
from domain.conditions.vocabulary import WORDS
from domain.errors import InvalidSweep
from domain.space.scalars import Scalar
from tests.fakes.conditions import KINDS, Rendered, conditions, points

_SIGNS = [*"()[]<>=!+-*/%.,'\"\\ \n0123456789exyn&|^;:{}@\0é½", "**", "//", "and", "or", "not", "in", "None"]
_scraps = st.lists(st.sampled_from([*_SIGNS, *KINDS]), max_size=30).map(" ".join) | st.lists(
    st.sampled_from(_SIGNS), max_size=30
).map("".join)


def _check(text: str, point: dict[str, Scalar]) -> None:
    """Parse a text, and evaluate it if it is a condition: no other error than ours is allowed."""
    with suppress(InvalidSweep, ConditionUndecided):
        assert Condition.parse(text, KINDS).holds(point) in {True, False}


@given(st.text(max_size=60) | _scraps, points)
def test_any_text_is_a_condition_or_is_refused(text: str, point: dict[str, Scalar]) -> None:
    """No text raises another error than `InvalidSweep`, or `ConditionUndecided` at a point."""
    _check(text, point)


@given(conditions, st.data(), points)
def test_a_condition_with_a_mistake_is_a_condition_or_is_refused(
    condition: Rendered, data: st.DataObject, point: dict[str, Scalar]
) -> None:
    """A character too many, too few or another one gives no other error either."""
    text = condition.ours
    place = data.draw(st.integers(0, len(text)))
    mistake = data.draw(st.sampled_from(["", *_SIGNS]))
    _check(text[:place] + mistake + text[place + data.draw(st.integers(0, 2)) :], point)


@given(conditions, st.data(), points)
def test_a_condition_with_other_names_is_a_condition_or_is_refused(
    condition: Rendered, data: st.DataObject, point: dict[str, Scalar]
) -> None:
    """What fits the kinds of the names is evaluated; at a point of these kinds nothing else can go wrong."""
    others = st.sampled_from(sorted(KINDS))
    _check(re.sub("|".join(KINDS), lambda _: data.draw(others), condition.ours), point)


REFUSED = {
    "nothing": (" \n", "where: is empty; write a comparison such as x < 10"),
    "too long": ("x < 1" + " " * LONGEST_CONDITION, "where: has 1,005 characters; at most 1,000 are allowed"),
    "half a surrogate pair": ("kind == '\ud800'", "is not valid Unicode text"),
    "a null byte": ("x\0 < 1", r"at character 2, '\\x00' is not part of a condition; it has names"),
    "full-width letter": ("\uff58 < 1", r"at character 1, '\\uff58' is not part of a condition"),
    "full-width digit": ("x < \uff11", r"at character 5, '\\uff11' is not part of a condition"),
    "half": ("x < ½", "at character 5, .* is not part of a condition"),
    "a letter with an accent": ("é < 1", "at character 1, .* is not part of a condition"),
    "an attribute": ("x.__class__ == 1", r"at character 2, '.__class__' is not part of a condition"),
    "a subscript": ("x[0] < 1", r"at character 2, '\[' does not fit here; .* \(a list stands after in\)"),
    "a lambda": ("lambda: 1", "at character 7, ':' is not part of a condition"),
    "a comprehension": ("[x for x in y]", r"at character 1, '\[' does not fit here"),
    "a formatted text": ("f'{x}' == kind", "at character 1, 'f' is no parameter and no constant"),
    "a walrus": ("(z := 1) < x", "at character 4, ':' is not part of a condition"),
    "an if": ("x < 1 if flag else y < 1", "at character 7, 'if' does not fit here; .*write and, or"),
    "a star": ("max(*x) < 1", r"at character 5, '\*' does not fit here; expected a name, a number"),
    "a keyword": ("max(x, key=y) < 1", "at character 11, '=' is not an operator; write =="),
    "is": ("mixed is None", "at character 7, 'is' does not fit here; .*write == or !="),
    "an assignment": ("x = 1", "at character 3, '=' is not an operator; write =="),
    "and of C": ("x < 1 && y < 1", "at character 7, '&&' is not an operator; write and"),
    "a caret": ("x ^ 2 < 1", r"at character 3, '\^' is not an operator; write \*\*"),
    "a shift": ("1 << 99 > x", "at character 4, '<' does not fit here"),
    "a digit separator": ("x < 1_000", "at character 5, '1_000' is not a number; .* 1e-3"),
    "a leading zero": ("x < 007", "at character 5, '007' is not a number"),
    "a hexadecimal number": ("x < 0x1f", "at character 5, '0x1f' is not a number"),
    "an imaginary number": ("x < 1j", "at character 5, '1j' is not a number"),
    "two dots": ("x < 1.2.3", "at character 5, '1.2.3' is not a number"),
    "a text that does not end": ("kind == 'svm", 'at character 9, "\'svm" is a text that does not end'),
    "a line break in a text": ("kind == 'a\nb'", "is a text that does not end"),
    "another escape": (r"kind == '\n'", "or with a backslash before another character"),
    "an open parenthesis": ("(x < 1", r"at character 7, the end does not fit here; expected \)"),
    "an open call": ("abs(x < 1", r"at character 10, the end does not fit here; expected , or \)"),
    "an open list": ("x in [1, 2", r"at character 11, the end does not fit here; expected , or \]"),
    "no operand": ("x <", r"at character 4, the end does not fit here; expected a name, a number, a text or \("),
    "two conditions": ("x < 1 y < 1", "at character 7, 'y' does not fit here; expected an operator or the end"),
    "not after a comparison": ("flag == not flag", "at character 9, 'not' does not fit here"),
    "not without in": ("x not 1", "at character 7, '1' does not fit here; expected in"),
    "in without a list": ("x in y", r"at character 6, 'y' does not fit here; expected a list such as \[1, 2\]"),
    "in a text": ("kind in 'svm'", "expected a list"),
    "an empty list": ("x in []", r"at character 6, '\[\]' is empty"),
    "parentheses for a list": ("kind in ('svm')", r"at character 9, .* is no list; write it in brackets"),
    "a name in a list": ("x in [1, y]", "at character 10, 'y' differs from point to point"),
    "a list in a list": ("x in [[1]]", r"at character 7, '\[' does not fit here"),
    "an unknown name": (
        "speed < 1",
        "at character 1, 'speed' is no parameter and no constant; there are x, y, n, kind",
    ),
    "a misspelt name": ("x < layer", "at character 5, 'layer' is no parameter and no constant; did you mean layers"),
    "an unknown function": ("f(x) < 1", "at character 1, 'f' is no function; there are abs, ceil, floor"),
    "a misspelt function": ("sqr(x) < 1", "at character 1, 'sqr' is no function; did you mean sqrt"),
    "an inexact function": ("exp(x) < 1", "at character 1, 'exp' is no function here: .* compare its argument"),
    "import": ("__import__('os') == 1", "at character 1, '__import__' is no function"),
    "a list as a value": ("layers == 1", "at character 1, 'layers' is a list or a mapping"),
    "too few operands": ("min(x) < 1", r"at character 1, 'min\(x\)' calls min, which takes 2 to 64 numbers, with 1"),
    "too many operands": ("abs(x, y) < 1", "calls abs, which takes one number, with 2"),
    "a text in a function": ("max(x, 'a') < 1", "at character 8, \"'a'\" is text; max takes numbers"),
    "a text in a sum": ("kind + 1 < 2", r"at character 1, 'kind' is text; \+ is between numbers"),
    "a comparison in a sum": ("1 + (x < 2) < 3", "at character 6, 'x < 2' is a boolean; .* is between numbers"),
    "a repeated text": ("'a' * 10 ** 9 == kind", r"at character 1, \"'a'\" is text; \* is between numbers"),
    "minus a text": ("-kind < 1", "at character 2, 'kind' is text; the sign - is before a number"),
    "a number": ("x + 1", r"at character 1, 'x \+ 1' is a number; a condition is true or false"),
    "numbers connected": ("x and y", "at character 1, 'x' is a number; and is between comparisons"),
    "not a number": ("not x", "at character 5, 'x' is a number; not is before a comparison"),
    "a text and a number": ("x < 1 and kind < 3", "at character 11, 'kind < 3' compares text with a number"),
    "in a chain": ("x < 1 < 'a'", "compares a number with text; compare values of one kind"),
    "a boolean and a number": ("flag == 1", "'flag == 1' compares a boolean with a number"),
    "the order of booleans": (
        "flag < True",
        "'flag < True' orders a boolean by <; only numbers and texts have an order",
    ),
    "a text among numbers": ("x in [1, 'auto']", "at character 10, \"'auto'\" is text, and looked for is a number"),
    "a constant division by zero": ("1 / 0 < x", "at character 1, '1 / 0' divides by zero"),
    "a division by the constant zero": ("x % (2 - 2) == 1", r"at character 1, 'x % \(2 - 2\)' divides by zero"),
    "a square root of a negative number": ("sqrt(-1) < x", r"at character 1, 'sqrt\(-1\)' is the square root of a neg"),
    "a fractional exponent": ("x ** 0.5 < 1", "at character 1, 'x .* 0.5' has an exponent .* is written sqrt"),
    "a large float": ("x < 1e999", "at character 5, '1e999' is too large; numbers go up to 1.8e308"),
    "a large integer": ("x < 1" + "0" * 309, "at character 5, '10+...' is too large"),
    "a large product": ("1e200 * 1e200 > x", r"at character 1, '1e200 \* 1e200' is too large"),
    "a tower of powers": ("9**9**9 > x", r"at character 1, '9\*\*9\*\*9' has an exponent that is not .* -64..64"),
    "a high tower": ("**".join("2" * 20) + " > x", "has an exponent that is not"),
    "a higher tower": ("**".join("2" * 300) + " > x", "is nested too deep; at most 32 levels are allowed"),
    "powers of powers": ("((10**60)**60)**60 > x", r"'\(10\*\*60\)\*\*60' is too large"),
    "parentheses": ("(" * 400 + "x" + ")" * 400, "at character 34, '\\(' is nested too deep"),
    "signs": ("-" * 900 + "x < 1", "is nested too deep"),
    "negations": ("not " * 200 + "flag", "is nested too deep"),
    "functions": ("abs(" * 99 + "x" + ")" * 99 + " < 1", "is nested too deep"),
    "ten thousand characters": ("x < 1 and " * 1000 + "x < 1", "has 10,005 characters"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_text_that_is_no_condition_is_refused_with_its_place(text: str, message: str) -> None:
    """The message shows the piece at fault and a remedy, within a second whatever the text."""
    start = time.process_time()
    with pytest.raises(InvalidSweep, match=message) as raised:
        Condition.parse(text, KINDS)
    assert time.process_time() - start < 1
    assert raised.value.problems[0].path == "where"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x + " * 240 + "x < 1", id="a long sum"),
        pytest.param("flag and " * 100 + "flag", id="many connected"),
        pytest.param("x < " * 200 + "1", id="a long chain"),
        pytest.param("(" * DEEPEST + "flag" + ")" * DEEPEST, id="the deepest parentheses"),
        pytest.param("flag or flag and not (" * 15 + "x < 1" + ")" * 15, id="much of everything"),
        pytest.param("-(x + 2 * " * 16 + "y" + ")" * 16 + " < 1", id="deep arithmetic"),
        pytest.param("x in [" + "1, " * 300 + "]", id="a long list"),
    ],
)
def test_a_large_condition_is_read_and_evaluated(text: str) -> None:
    """What is within the limits needs no deep recursion."""
    assert Condition.parse(text, KINDS).holds({"x": 1, "y": 0, "flag": True}) in {True, False}


def test_spaces_and_line_breaks_separate() -> None:
    """A condition may stand on several lines of a sweep file."""
    assert Condition.parse("\n x<1\r\n\tand(y)<2 \n", KINDS).holds({"x": 0, "y": 1})


@pytest.mark.parametrize("word", ["True", "true", "False", "false", "None", "null"])
def test_a_word_of_the_language_is_no_name(word: str) -> None:
    """A parameter or constant of such a name cannot be used, since the word would mean something else."""
    for kinds, constants in (({word: KINDS["any"]}, {}), ({"x": KINDS["any"]}, {word: 1})):
        with pytest.raises(InvalidSweep, match=f"at character 6, '{word}' is a word of the language and a name"):
            Condition.parse(f"1 == {word}", kinds, constants)


def test_a_function_s_name_can_be_a_parameter() -> None:
    """Only before a parenthesis does it mean the function."""
    assert Condition.parse("max(max, 3) == 5 and max < 6", {"max": KINDS["x"]}).holds({"max": 5})


def test_the_published_grammar_is_complete() -> None:
    """It names every operator, function and word, and the limits, so that a worker in another language can read it."""
    published = " ".join(str(grammar.__doc__).split())
    for part in (*OPERATORS, *EQUALITIES, *ORDERS, *FUNCTIONS, *WORDS):
        assert part in published
    assert f"at most {LONGEST_CONDITION:,} characters, and at most {DEEPEST} of" in published
    assert f"-{LARGEST_EXPONENT}..{LARGEST_EXPONENT}" in published


def test_a_long_piece_and_a_long_list_of_names_are_cut() -> None:
    """A message stays short."""
    with pytest.raises(InvalidSweep, match=r"'(x \+ ){10}\.\.\.' is a number"):
        Condition.parse("x + " * 30 + "x", KINDS)
    with pytest.raises(InvalidSweep, match=r"there are a0, a1, a2, a3, a4, a5, a6, a7, \.\.\.$"):
        Condition.parse("speed < 1", {f"a{number}": KINDS["x"] for number in range(9)})
