"""The simulated outbreak, compared with results that need no integration."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from examples.epidemic import simulate
from examples.epidemic.outbreak import advance

INFECTED = 0.0001
reproductions = st.floats(min_value=0.5, max_value=6)
shares = st.floats(min_value=0, max_value=0.9)


def final_size(r0: float, vaccinated: float) -> float:
    """Return s_0 + i_0 - s_end, where s_end solves ln(s_end / s_0) = -R0 (s_0 + i_0 - s_end)."""
    susceptible = (1 - vaccinated) * (1 - INFECTED)
    total = susceptible + INFECTED

    def excess(left: float) -> float:
        return left - susceptible * math.exp(-r0 * (total - left))

    return total - float(brentq(excess, 0, susceptible, xtol=1e-14))


@given(reproductions, shares)
def test_the_final_size_solves_its_equation(r0: float, vaccinated: float) -> None:
    """The final size agrees with the relation of Kermack and McKendrick, which scipy solves."""
    outbreak = simulate(r0, 7, vaccinated, INFECTED)
    assert outbreak["final_size"] == pytest.approx(final_size(r0, vaccinated), abs=2e-6)


@given(reproductions, shares)
def test_the_peak_has_its_closed_form(r0: float, vaccinated: float) -> None:
    """With q = R0 s_0 above 1 the peak is s_0 + i_0 - (1 + ln q) / R0, otherwise i_0 on day 0."""
    susceptible = (1 - vaccinated) * (1 - INFECTED)
    grows = r0 * susceptible > 1
    exact = susceptible + INFECTED - (1 + math.log(r0 * susceptible)) / r0 if grows else INFECTED
    outbreak = simulate(r0, 7, vaccinated, INFECTED)
    assert outbreak["peak"] == pytest.approx(exact, abs=2e-6)
    assert (outbreak["peak_day"] > 0) == grows


@given(reproductions, shares, st.floats(min_value=0.5, max_value=30))
def test_the_infectious_period_only_stretches_time(r0: float, vaccinated: float, days: float) -> None:
    """Sizes do not depend on the infectious period, and the day of the peak is proportional to it."""
    unit, stretched = simulate(r0, 1, vaccinated), simulate(r0, days, vaccinated)
    assert stretched == {**unit, "peak_day": unit["peak_day"] * days}


def test_halving_the_step_divides_the_error_by_sixteen() -> None:
    """The method has order 4: the share after 4 infectious periods, compared with a step 64 times finer."""

    def infected_after_four(steps: int) -> float:
        state = (0.99, 0.01)
        for _ in range(steps):
            state = advance(state, 4 / steps, r0=3)
        return state[1]

    exact = infected_after_four(40 * 64)
    errors = [abs(infected_after_four(steps) - exact) for steps in (40, 80, 160)]
    orders = [math.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert orders == pytest.approx([4, 4], abs=0.35)


def test_if_all_are_vaccinated_only_the_first_cases_are_ill() -> None:
    """Without susceptible people the infected share only declines."""
    assert simulate(6, 7, 1, INFECTED) == pytest.approx({"peak": INFECTED, "peak_day": 0, "final_size": INFECTED})


@pytest.mark.parametrize(
    ("point", "message"),
    [
        pytest.param({"r0": 0}, "r0 and infectious_period must be above 0", id="r0 of 0"),
        pytest.param({"infectious_period": -1}, "r0 and infectious_period must be above 0", id="a negative period"),
        pytest.param({"vaccinated": 1.1}, "vaccinated must be within 0 and 1", id="more than all vaccinated"),
        pytest.param({"infected": 0}, "infected between 0 and 1", id="no first case"),
    ],
)
def test_an_impossible_outbreak_is_refused(point: dict[str, float], message: str) -> None:
    """`simulate` raises `ValueError` with the valid range."""
    with pytest.raises(ValueError, match=message):
        simulate(**({"r0": 2, "infectious_period": 7, "vaccinated": 0} | point))
