"""The SIR model: susceptible people are infected by infected ones, recover, and stay immune.

With the shares s and i of the population, the basic reproduction number R0, and time counted in
infectious periods,

    ds/dt = -R0 s i        di/dt = R0 s i - i

Source: Kermack and McKendrick, Proc. R. Soc. Lond. A 115 (1927), 700-721, with constant rates;
Hethcote, SIAM Review 42 (2000), section 2, "The classic epidemic model".
"""

from dataclasses import dataclass
from typing import Final

State = tuple[float, float]
"""The susceptible and the infected share of the population. A bare tuple, for speed."""

_STEP: Final = 0.05  # infectious periods; the result is then exact to about 1e-6
_OVER: Final = 1e-9  # the outbreak is over when a smaller share than this is infected
_NEWTON_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest share infected at once, and its time in infectious periods."""

    infected: float
    time: float


def simulate(r0: float, infectious_period: float, vaccinated: float, infected: float = 0.0001) -> dict[str, float]:
    """Simulate an outbreak from its first cases to its end, and return its peak and its size.

    `r0` is the basic reproduction number, above 0; `infectious_period` is the mean in days, above
    0; `vaccinated` is the share vaccinated beforehand, in [0, 1]; `infected` is the share infected
    at the start, in (0, 1). The vaccine protects fully, and the two groups are independent.

    Returns `peak`, the largest share infected at once; `peak_day`, the days from the start to the
    peak (0 if the outbreak only shrinks); `final_size`, the share ever infected. All shares are of
    the whole population. Raises ValueError out of range.
    """
    _refuse_out_of_range(r0, infectious_period, vaccinated, infected)
    start = ((1 - vaccinated) * (1 - infected), infected)
    peak, (susceptible, _) = _spread(start, r0)
    return {
        "peak": peak.infected,
        "peak_day": peak.time * infectious_period,
        "final_size": sum(start) - susceptible,
    }


def slope(state: State, r0: float) -> State:
    """Return the change of both shares per infectious period (Hethcote, section 2, scaled)."""
    susceptible, infected = state
    new = r0 * susceptible * infected
    return (-new, new - infected)


def advance(state: State, step: float, r0: float) -> State:
    """Return the shares `step` infectious periods later, with a local error of order step^5.

    Source: the classical Runge-Kutta method; Hairer, Norsett and Wanner, Solving Ordinary
    Differential Equations I (2nd edition, 1993), section II.1.
    """
    s, i = state
    half = step / 2
    s1, i1 = slope(state, r0)
    s2, i2 = slope((s + half * s1, i + half * i1), r0)
    s3, i3 = slope((s + half * s2, i + half * i2), r0)
    s4, i4 = slope((s + step * s3, i + step * i3), r0)
    sixth = step / 6
    return (s + sixth * (s1 + 2 * (s2 + s3) + s4), i + sixth * (i1 + 2 * (i2 + i3) + i4))


def _refuse_out_of_range(r0: float, infectious_period: float, vaccinated: float, infected: float) -> None:
    if not (r0 > 0 and infectious_period > 0):
        message = "r0 and infectious_period must be above 0"
        raise ValueError(message)
    if not (0 <= vaccinated <= 1 and 0 < infected < 1):
        message = "vaccinated must be within 0 and 1, and infected between 0 and 1"
        raise ValueError(message)


def _spread(state: State, r0: float) -> tuple[Peak, State]:
    """Return the peak of the outbreak and the shares at its end."""
    steps, peak = 0, Peak(infected=state[1], time=0.0)
    while state[1] > _OVER:
        after = advance(state, _STEP, r0)
        if r0 * state[0] > 1 >= r0 * after[0]:
            peak = _turning_point(state, steps * _STEP, r0)
        state, steps = after, steps + 1
    return peak, state


def _turning_point(state: State, time: float, r0: float) -> Peak:
    """Return the peak within the step that begins at `time`: at the peak, s is 1 / R0.

    Newton's iteration finds the length of a Runge-Kutta step to the peak, as exact as any other step.
    """
    part = 0.0
    for _ in range(_NEWTON_STEPS):
        crossing = advance(state, part, r0)
        part -= (crossing[0] - 1 / r0) / slope(crossing, r0)[0]
    return Peak(infected=advance(state, part, r0)[1], time=time + part)
