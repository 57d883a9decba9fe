"""Equation of motion of a ball under gravity and quadratic drag, by Runge-Kutta steps of 4th order.

With the mass m and the cross-section A of the ball, the density rho of the air and the drag
coefficient C, `drag` is k = rho C A / (2 m), in 1/m, and

    dx/dt = v        dv/dt = -k |v| v - g

Source: J. R. Taylor, Classical Mechanics (2005), section 2.4, "Quadratic air resistance".
A golf ball has k of about 0.006 / m, a tennis ball 0.02 / m, a table tennis ball 0.1 / m.
"""

import math
from typing import Final, NamedTuple

State = tuple[float, float, float, float]
"""x and y in m, then their velocities in m/s. A bare tuple, for speed: it is built 8 times a step."""

_HEIGHT: Final = 1
_CLIMB: Final = 3
_STEEPEST: Final = 90.0
_NEWTON_STEPS: Final = 50


class Medium(NamedTuple):
    """The surroundings of the ball: `drag` k in 1/m, at least 0; `gravity` g in m/s^2, above 0."""

    drag: float
    gravity: float


def simulate(
    angle: float, speed: float, drag: float, gravity: float = 9.81, time_step: float = 0.008
) -> dict[str, float]:
    """Simulate the flight of a ball from level ground until it lands, and return its measures.

    `angle` is the launch angle in degrees above the horizon, in (0, 90]; `speed` is the launch
    speed in m/s, above 0; `drag` is in 1/m, at least 0; `gravity` is in m/s^2 and `time_step` in
    s, both above 0.

    Returns `range` and `apex` in m, `time` of flight in s, and `speed_at_impact` in m/s. Their
    error falls with the 4th power of the time step. Raises ValueError out of range.
    """
    _refuse_out_of_range(angle, speed, drag, gravity, time_step)
    medium = Medium(drag, gravity)
    apex, impact, time = _fly(launch(angle, speed), medium, time_step)
    x, _, vx, vy = impact
    return {"range": x, "apex": apex, "time": time, "speed_at_impact": math.hypot(vx, vy)}


def launch(angle: float, speed: float) -> State:
    """Return the state of a ball leaving the origin at `angle` (degrees) with `speed` (m/s)."""
    radians = math.radians(angle)
    return (0.0, 0.0, speed * math.cos(radians), speed * math.sin(radians))


def slope(state: State, medium: Medium) -> State:
    """Return the time derivative of `state`, in m/s and m/s^2 (Taylor, section 2.4)."""
    _, _, vx, vy = state
    drag, gravity = medium
    braking = drag * math.hypot(vx, vy)
    return (vx, vy, -braking * vx, -gravity - braking * vy)


def advance(state: State, step: float, medium: Medium) -> State:
    """Return the state `step` seconds later, with a local error of order step^5.

    Source: the classical Runge-Kutta method; Hairer, Norsett and Wanner, Solving Ordinary
    Differential Equations I (2nd edition, 1993), section II.1.
    """
    a = slope(state, medium)
    b = slope(_along(state, a, step / 2), medium)
    c = slope(_along(state, b, step / 2), medium)
    d = slope(_along(state, c, step), medium)
    sixth = step / 6
    return (
        state[0] + sixth * (a[0] + 2 * (b[0] + c[0]) + d[0]),
        state[1] + sixth * (a[1] + 2 * (b[1] + c[1]) + d[1]),
        state[2] + sixth * (a[2] + 2 * (b[2] + c[2]) + d[2]),
        state[3] + sixth * (a[3] + 2 * (b[3] + c[3]) + d[3]),
    )


def _refuse_out_of_range(*point: float) -> None:
    angle, speed, drag, gravity, time_step = point
    if not 0 < angle <= _STEEPEST:
        message = f"angle must be above 0 and at most 90 degrees, not {angle}"
        raise ValueError(message)
    if not (speed > 0 and gravity > 0 and time_step > 0):
        message = "speed, gravity and time_step must be above 0"
        raise ValueError(message)
    if not drag >= 0:
        message = f"drag must be at least 0, not {drag}"
        raise ValueError(message)


def _fly(state: State, medium: Medium, time_step: float) -> tuple[float, State, float]:
    """Return the height of the apex (m), the state at impact, and the time of flight (s)."""
    steps, apex = 0, 0.0
    while True:
        after = advance(state, time_step, medium)
        if state[_CLIMB] > 0 >= after[_CLIMB]:
            apex = _falls_to_zero(_CLIMB, state, time_step, medium)[0][_HEIGHT]
        if after[_HEIGHT] <= 0:
            impact, part = _falls_to_zero(_HEIGHT, state, time_step, medium)
            return apex, impact, steps * time_step + part
        state, steps = after, steps + 1


def _falls_to_zero(quantity: int, state: State, step: float, medium: Medium) -> tuple[State, float]:
    """Return the state where `quantity` reaches 0 within `step`, and the seconds until then.

    Newton's iteration finds the length of a Runge-Kutta step to the crossing, which is as exact as
    any other step; linear interpolation between two steps would reduce the order to 2.
    """
    for _ in range(_NEWTON_STEPS):
        crossing = advance(state, step, medium)
        correction = crossing[quantity] / slope(crossing, medium)[quantity]
        step -= correction
        if abs(correction) <= math.ulp(step):
            break
    return advance(state, step, medium), step


def _along(state: State, direction: State, step: float) -> State:
    x, y, vx, vy = state
    dx, dy, dvx, dvy = direction
    return (x + step * dx, y + step * dy, vx + step * dvx, vy + step * dvy)
