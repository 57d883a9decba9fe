"""A rule holds for all points of its cause and for no other, and none is shorter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.explanation import (
    LONGEST_RULE,
    MOST_SETS,
    MOST_VALUES,
    Condition,
    RuleSearch,
    Tightest,
    cause_of,
)
from domain.space.scalars import Scalar

NAMES = ("a", "b", "c", "d")
Point = tuple[Scalar, ...]
_AXES: tuple[tuple[Scalar, ...], ...] = ((0, 1, 2, 3, 4.5, 6), ("u", "v", "w", "x", "y"), (True, 1, None, 7), (0, 1))
POINTS: list[Point] = list(product(*_AXES))


def rules_of(points: Sequence[Point], causes: Sequence[int | None], count: int) -> list[tuple[Condition, ...] | None]:
    """Return the rule of each cause."""
    tightest = [[Tightest(name) for name in NAMES[: len(points[0])]] for _ in range(count)]
    for point, cause in zip(points, causes, strict=True):
        if cause is not None:
            for one, value in zip(tightest[cause], point, strict=True):
                one.add(value)
    search = RuleSearch(NAMES[: len(points[0])], tightest)
    for point, cause in zip(points, causes, strict=True):
        search.add(sum(map(search.part, NAMES, point)), cause)
    return [search.rule(number) for number in range(count)]


def holds(rule: Sequence[Condition], point: Point) -> bool:
    """Return whether a point fulfils all conditions."""
    return all(condition.holds(point[NAMES.index(condition.name)]) for condition in rule)


def tightest_of(own: Sequence[Point], place: int) -> Condition | None:
    """Return by brute force the tightest condition on one parameter."""
    values = {(isinstance(point[place], bool), point[place]) for point in own}
    if len(values) <= MOST_VALUES:
        return Condition(NAMES[place], tuple(value for _, value in values))
    numbers = [value for is_bool, value in values if isinstance(value, int | float) and not is_bool]
    return Condition(NAMES[place], low=min(numbers), high=max(numbers)) if len(numbers) == len(values) else None


def shortest_length(own: Sequence[Point], others: Sequence[Point]) -> int | None:
    """Return by brute force how many of the tightest conditions let in no other point, if at most three do."""
    tightest = [one for place in range(len(NAMES)) if (one := tightest_of(own, place))]
    for length in range(LONGEST_RULE + 1):
        for rule in combinations(tightest, length):
            if not any(holds(rule, point) for point in others):
                return length
    return None


_bounds = st.tuples(*(st.sets(st.sampled_from(axis), min_size=1) for axis in _AXES))


@st.composite
def _failing(draw: st.DrawFn) -> list[int | None]:
    """Return a cause for some points: those of one or two boxes, with a few exceptions."""
    boxes = draw(st.lists(_bounds, min_size=1, max_size=2))
    causes: list[int | None] = [
        next(
            (
                number
                for number, box in enumerate(boxes)
                if all(value in axis for value, axis in zip(point, box, strict=True))
            ),
            None,
        )
        for point in POINTS
    ]
    for place in draw(st.lists(st.integers(0, len(POINTS) - 1), max_size=2)):
        causes[place] = draw(st.sampled_from([None, 0]))
    return causes


@given(_failing(), st.sets(st.integers(0, len(POINTS) - 1), min_size=2))
@example([0] * len(POINTS), {0, 1})
def test_a_rule_holds_exactly_and_is_the_shortest(failing: list[int | None], there: set[int]) -> None:
    """Brute force over all conjunctions of the tightest conditions finds no shorter one, and one where we find one."""
    points, causes = [POINTS[place] for place in there], [failing[place] for place in there]
    for number, rule in enumerate(rules_of(points, causes, 2)):
        own = [point for point, cause in zip(points, causes, strict=True) if cause == number]
        others = [point for point, cause in zip(points, causes, strict=True) if cause != number]
        if not own:
            continue
        assert (None if rule is None else len(rule)) == shortest_length(own, others)
        if rule is not None:
            assert all(holds(rule, point) for point in own)
            assert not any(holds(rule, point) for point in others)
            assert [condition.name for condition in rule] == sorted({condition.name for condition in rule})


@pytest.mark.parametrize(
    ("fails", "rule"),
    [
        pytest.param(lambda p: p[1] == 0, (Condition("b", (0,)),), id="one value"),
        pytest.param(lambda p: p[0] >= 81, (Condition("a", low=81),), id="from a bound on"),
        pytest.param(lambda p: p[0] <= 3, (Condition("a", high=3),), id="up to a bound"),
        pytest.param(lambda p: 10 <= p[0] <= 20, (Condition("a", low=10, high=20),), id="between bounds"),
        pytest.param(lambda p: p[0] in {5, 50}, (Condition("a", (5, 50)),), id="some values"),
        pytest.param(lambda p: p[1] in {2, 3}, (Condition("b", low=2),), id="a bound is simpler than values"),
        pytest.param(lambda p: p[1] == 0 and p[0] > 80, (Condition("a", low=81), Condition("b", (0,))), id="both"),
        pytest.param(lambda p: p[1] == 0 or p[0] > 80, None, id="either"),
        pytest.param(lambda _: True, (), id="all points"),
    ],
)
def test_the_rule_is_told_in_its_simplest_form(fails: object, rule: tuple[Condition, ...] | None) -> None:
    """One value, then one bound, then some values, then two bounds: the first of the forms that holds is taken."""
    assert callable(fails)
    points: list[Point] = [(a, b) for a in range(100) for b in range(4)]
    assert rules_of(points, [0 if fails(point) else None for point in points], 1) == [rule]


def test_more_distinct_sets_than_are_kept_end_the_search() -> None:
    """Sets that have others as parts are dropped first, and then the rule is still found; else there is none."""
    names = tuple(f"p{number}" for number in range(16))
    found, ended = (RuleSearch(names, [[Tightest(name, {(False, 0): 0}, 0, 0) for name in names]]) for _ in range(2))
    chosen = list(product((0, 1), repeat=16))
    for bits in chosen[: MOST_SETS + 2]:
        found.add(sum(map(found.part, names, [1, *bits[1:]])))
    assert found.rule(0) == (Condition("p0", (0,)),)
    # Of sets of equal size, none is a part of another one.
    for bits in [bits for bits in chosen if sum(bits) == 8][: MOST_SETS + 2]:
        ended.add(sum(map(ended.part, names, bits)))
    assert ended.rule(0) is None


def test_bounds_hold_for_numbers_alone() -> None:
    """Text, true and null lie between no bounds."""
    between = Condition("a", low=0, high=2)
    assert [between.holds(value) for value in (1, 0.0, 2.5, True, "1", None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("no root at -3.5e-07 of 12", "no root at N of N"),
        ("x7 < .5", "xN < N"),
        ("<Solver object at 0x7f2a10>", "<Solver object at N>"),
        ("division by zero", "division by zero"),
    ],
)
def test_messages_that_differ_only_in_numbers_are_one_cause(message: str, cause: str) -> None:
    """Integers, decimals, exponents, signs and addresses are numbers."""
    assert cause_of(message) == cause
