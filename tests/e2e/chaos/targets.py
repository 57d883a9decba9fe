"""What the sweeps evaluate. The audit knows what each returns by a formula of its own."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

# The file that is there as long as the storm lasts.
STORM = "CHAOS_STORM"
_FAILS, _KILLS, _LINGERS = 0.15, 0.002, 0.2
# In seconds: long enough for another run of the same shard.
_LONGEST = 0.05


def steady(a: float, b: float, scale: float) -> float:
    """Return the same value at every run."""
    return scale * a + b


def partial(a: float, b: float, scale: float) -> float:
    """Return a value at every run but where `b` is 3, for which there is none."""
    if b == 3:
        raise ValueError("three has no value")
    return steady(a, b, scale)


def shaky(a: float, b: float, scale: float) -> float:
    """Return the same value at every run; in a storm linger now and then, raise an exception or end the process."""
    if Path(os.environ[STORM]).exists():
        chance, other = random.random(), random.random()  # noqa: S311 - no secrets
        if other < _LINGERS:
            time.sleep(other / _LINGERS * _LONGEST)
        if chance < _KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        if chance < _FAILS:
            raise RuntimeError("the storm")
    return steady(a, b, scale)
