"""What a condition means at a point: what Python means by it, wherever both have an answer."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from domain.conditions.arithmetic import divide_down, remainder
from domain.conditions.condition import Condition
from domain.conditions.undecided import ConditionUndecided
from domain.errors import InvalidSweep
from domain.space.scalars import Scalar
from tests.fakes.conditions import KINDS, ORACLE, Rendered, conditions, points
from tests.fakes.spaces import floats

NO_NUMBER = "divides by zero|is too large|is the square root of a negative number"


def _answer(text: str, point: dict[str, Scalar]) -> bool | None:
    """Return what our condition says; None where it says that a number is missing."""
    try:
        return Condition.parse(text, KINDS).test(tuple(point))(tuple(point.values()))
    except (InvalidSweep, ConditionUndecided) as error:
        missing = str(error)
    # Anything else would be a condition that is wrongly refused.
    assert re.search(NO_NUMBER, missing), missing
    return None


@given(conditions, points)
def test_a_condition_means_what_python_means(condition: Rendered, point: dict[str, Scalar]) -> None:
    """Precedence, chains, short circuits and numbers agree with Python's own evaluation."""
    answer = _answer(condition.ours, point)
    event(f"answer: {answer}")
    if answer is not None:
        assert answer == eval(condition.python, dict(ORACLE), point)  # noqa: S307 - the oracle, over our own text


@given(conditions, points, st.randoms())
def test_the_fast_form_says_the_same_for_any_order_of_names(
    condition: Rendered, point: dict[str, Scalar], random: object
) -> None:
    """`test` finds the values by their places, `holds` by their names."""
    names = sorted(point, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis types it as object
    try:
        parsed = Condition.parse(condition.ours, KINDS)
        holds = parsed.holds(point)
    except (InvalidSweep, ConditionUndecided):
        return
    assert parsed.test(names)([point[name] for name in names]) is holds


@given(floats, floats)
def test_the_division_of_floats_is_the_published_one(x: float, y: float) -> None:
    """A worker in another language follows the grammar's words, with the `fmod` of any C library, which is exact."""
    assume(y != 0 and math.isfinite(x / y))
    rest = math.fmod(x, y)
    is_added = rest != 0 and (rest < 0) != (y < 0)
    assert remainder(x, y) == (rest + y if is_added else rest)
    assert divide_down(x, y) == round((x - rest) / y - is_added)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2 + 3 * 4 == 14 and 2 * 3 + 4 == 10 and 20 - 8 - 4 == 8", id="sums and products"),
        pytest.param("-2 ** 2 == -4 and 2 ** -1 == 0.5 and 2 ** 3 ** 2 == 512", id="powers"),
        pytest.param("-7 // 2 == -4 and -7 % 3 == 2 and 7 % -3 == -2 and 24 / 4 / 2 == 3", id="division"),
        pytest.param("-7.5 // 2 == -4 and 7.5 % -2 == -0.5 and 1e308 % 3 == 2.0", id="division of floats"),
        pytest.param("not 1 > 2 and 2 > 1 or 1 > 2", id="and before or"),
        pytest.param("(1 < 2) == (3 < 4) and not (1 < 2) == (4 < 3)", id="comparisons compared"),
        pytest.param("round(2.5) == 2 and round(3.5) == 4 and floor(-0.5) == -1 and ceil(0.5) == 1", id="rounding"),
        pytest.param("1 < 2 < 3 and not 1 < 3 < 2 and 1 < 2 > 1", id="chains"),
        pytest.param("9007199254740993 != 9007199254740992.0", id="exact comparisons"),
        pytest.param("9007199254740993 * 3 == 27021597764222979 and 10 ** 30 + 1 > 10 ** 30", id="exact integers"),
        pytest.param("'Z' < 'a' and 'a' < 'é' and '\uffff' < '\U00010000'", id="texts by code points"),
        pytest.param("3 in (1, 2, 3) and 3.0 in [3,] and 4 not in [1, 2]", id="lists"),
        pytest.param(
            r"'it\'s' == " + '"it' + "'" + r's" and "\"" == ' + "'" + '"' + "'" + r" and '\\' != ''", id="quotes"
        ),
    ],
)
def test_a_constant_condition_is_true(text: str) -> None:
    """Python says so too."""
    assert eval(text, dict(ORACLE))  # noqa: S307 - the oracle, over the texts above
    assert Condition.parse(text, {}).holds({})


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        pytest.param("any == 1", True, False, id="true is not one"),
        pytest.param("any != 1", True, True, id="true differs from one"),
        pytest.param("any == 1", 1.0, True, id="one is one"),
        pytest.param("any == true", 1, False, id="one is not true"),
        pytest.param("any in [0, 1]", True, False, id="true is not among numbers"),
        pytest.param("any in [0, true]", 1, False, id="one is not among booleans"),
        pytest.param("any in [0, true]", 0.0, True, id="zero is among numbers"),
        pytest.param("any == null", None, True, id="null"),
        pytest.param("any == '1'", 1, False, id="a text is no number"),
        pytest.param("any != null and any != 'auto' and any < 3", 2, True, id="an order of what may be another kind"),
        pytest.param("any == 'auto' or any < 3", "auto", True, id="an order that is not reached"),
        pytest.param("any < 'b'", "a", True, id="texts"),
        pytest.param("any == 'auto' or any + 1 == 3", 2, True, id="a sum of what may be another kind"),
        pytest.param("any or 1 > 2", True, True, id="a boolean that may be another kind"),
        pytest.param("not any", False, True, id="not"),
        pytest.param("null == any < 3", 5, False, id="a chain that ends early"),
    ],
)
def test_values_of_different_kinds_are_not_equal(text: str, value: Scalar, expected: bool) -> None:  # noqa: FBT001 - the case
    """Numbers are equal by value; a boolean is no number. Other kinds can be told apart before they are ordered."""
    assert Condition.parse(text, KINDS).holds({"any": value}) is expected


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        pytest.param("1 / any < 1", 0, "at character 1, '1 / any' divides by zero", id="division"),
        pytest.param("1 // any < 1", 0.0, "at character 1, '1 // any' divides by zero", id="division down"),
        pytest.param("1 % any < 1", 0, "at character 1, '1 % any' divides by zero", id="remainder"),
        pytest.param("any ** -1 < 1", 0, r"'any \*\* -1' divides by zero", id="power of zero"),
        pytest.param("2 < any ** any", 65, r"at character 5, 'any \*\* any' has an exponent", id="exponent"),
        pytest.param("2 < 2 ** any", 0.5, r"'2 \*\* any' has an exponent", id="fractional exponent"),
        pytest.param("2 * any * any < 1", 1e300, r"at character 1, '2 \* any \* any' is too large", id="product"),
        pytest.param("any + any < 1", 1.7e308, "is too large", id="sum"),
        pytest.param("any - -1.7e308 < 1", 1.7e308, "is too large", id="difference"),
        pytest.param("1e300 / any < 1", 1e-300, "is too large", id="quotient"),
        pytest.param("1e300 // any < 1", 1e-300, "is too large", id="quotient rounded down"),
        pytest.param("any ** 20 < 1", 2**63 - 1, "is too large", id="power of an integer"),
        pytest.param("1 > 2 or sqrt(any) < 1", -1, r"at character 10, 'sqrt\(any\)' is the square root", id="root"),
        pytest.param(
            "any + 1 < 1", "a", "at character 1, 'any' is text at this point, and a number is needed", id="text"
        ),
        pytest.param("-any < 1", None, "'any' is null at this point, and a number is needed", id="null"),
        pytest.param("abs(any) < 1", True, "'any' is a boolean at this point, and a number is needed", id="boolean"),
        pytest.param("any < 1", None, "'any < 1' orders null and a number at this point", id="order"),
        pytest.param("any < any", True, "orders a boolean and a boolean at this point", id="order of booleans"),
        pytest.param("any and 1 < 2", 1, "'any' is a number at this point, and a boolean is needed", id="and"),
        pytest.param("not any", 1, "'any' is a number at this point, and a boolean is needed", id="not"),
    ],
)
def test_a_condition_without_an_answer_is_an_error_of_the_point(text: str, value: Scalar, message: str) -> None:
    """The point is neither taken nor skipped; the message names the piece, and no value."""
    condition = Condition.parse(text, KINDS)
    with pytest.raises(ConditionUndecided, match=message):
        condition.holds({"any": value})
