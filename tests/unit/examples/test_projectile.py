"""The flight of a ball, compared with closed forms: a parabola without drag, a vertical throw with drag."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.projectile import simulate

GRAVITY = 9.81
angles = st.floats(min_value=1, max_value=90)
speeds = st.floats(min_value=1, max_value=50)
drags = st.floats(min_value=1e-4, max_value=0.1)


@given(angles, speeds)
def test_without_drag_the_flight_is_a_parabola(angle: float, speed: float) -> None:
    """Range v^2 sin(2a) / g, apex (v sin a)^2 / 2g, time 2 v sin(a) / g, speed at impact v."""
    flight = simulate(angle, speed, drag=0, gravity=GRAVITY, time_step=0.05)
    climb = speed * math.sin(math.radians(angle))
    assert flight == pytest.approx(
        {
            "range": 2 * climb * speed * math.cos(math.radians(angle)) / GRAVITY,
            "apex": climb**2 / (2 * GRAVITY),
            "time": 2 * climb / GRAVITY,
            "speed_at_impact": speed,
        },
        rel=1e-10,
    )


@given(speeds, drags)
def test_a_vertical_throw_with_drag_has_its_closed_form(speed: float, drag: float) -> None:
    """With u = v sqrt(k/g): apex ln(1 + u^2) / 2k, speed at impact v / sqrt(1 + u^2)."""
    flight = simulate(90, speed, drag, GRAVITY, time_step=0.01)
    u_squared = drag * speed**2 / GRAVITY
    apex = math.log1p(u_squared) / (2 * drag)
    rate = math.sqrt(GRAVITY * drag)
    up, down = math.atan(math.sqrt(u_squared)), math.asinh(math.sqrt(math.expm1(2 * drag * apex)))
    assert flight["apex"] == pytest.approx(apex, rel=1e-6)
    assert flight["time"] == pytest.approx((up + down) / rate, rel=1e-6)
    assert flight["speed_at_impact"] == pytest.approx(speed / math.sqrt(1 + u_squared), rel=1e-6)
    assert flight["range"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("measure", ["range", "time", "speed_at_impact"])
def test_halving_the_step_divides_the_error_by_sixteen(measure: str) -> None:
    """The landing has order 4 too, compared with a step 64 times finer."""
    steps = (0.08, 0.04, 0.02)
    exact = simulate(45, 40, 0.02, GRAVITY, steps[0] / 64)[measure]
    errors = [abs(simulate(45, 40, 0.02, GRAVITY, step)[measure] - exact) for step in steps]
    orders = [math.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert orders == pytest.approx([4, 4], abs=0.35)


def test_the_apex_converges_to_its_closed_form_with_order_4() -> None:
    """The apex of a vertical throw converges to ln(1 + k v^2 / g) / 2k."""
    exact = math.log1p(0.02 * 40**2 / GRAVITY) / (2 * 0.02)
    errors = [abs(simulate(90, 40, 0.02, GRAVITY, step)["apex"] - exact) for step in (0.08, 0.04, 0.02)]
    orders = [math.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert orders == pytest.approx([4, 4], abs=0.35)


@given(angles, speeds, drags)
def test_drag_shortens_slows_and_lowers_every_flight(angle: float, speed: float, drag: float) -> None:
    """Every measure of a flight with drag is smaller than without drag."""
    free = simulate(angle, speed, 0, GRAVITY, time_step=0.05)
    dragged = simulate(angle, speed, drag, GRAVITY, time_step=0.05)
    assert all(dragged[measure] < free[measure] * (1 + 1e-6) for measure in free)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        pytest.param({"angle": 0}, "angle must be above 0 and at most 90 degrees, not 0", id="angle 0"),
        pytest.param({"angle": 91}, "angle must be above 0 and at most 90 degrees, not 91", id="angle above 90"),
        pytest.param({"speed": 0}, "speed, gravity and time_step must be above 0", id="speed 0"),
        pytest.param({"gravity": -1}, "speed, gravity and time_step must be above 0", id="negative gravity"),
        pytest.param({"time_step": 0}, "speed, gravity and time_step must be above 0", id="time step 0"),
        pytest.param({"drag": -0.1}, "drag must be at least 0, not -0.1", id="negative drag"),
        pytest.param({"drag": math.nan}, "drag must be at least 0, not nan", id="NaN as drag"),
    ],
)
def test_an_impossible_flight_is_refused(point: dict[str, float], message: str) -> None:
    """`simulate` raises `ValueError` for a flight that would never land, instead of an endless loop."""
    with pytest.raises(ValueError, match=message):
        simulate(**({"angle": 45, "speed": 10, "drag": 0.01} | point))
