"""serverless-sweep in Python: evaluate one function at very many points, here or in the cloud.

>>> import serverless_sweep as ss
>>> def simulate(angle, speed, gravity):
...     return {"range": speed**2 * angle / gravity}
>>> done = ss.run(simulate, {"angle": ss.linspace(0, 1, 5), "speed": [10, 20]}, constants={"gravity": 9.81})
>>> len(done)
10

`run` works on this machine. `submit` starts a sweep where it runs by itself, such as on a deployed stack, and `open`
finds it again. docs/python.md explains them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrypoints.python_api import (
        DependencyUnavailable,
        Failure,
        InvalidSweep,
        Job,
        Results,
        Status,
        SweepConflict,
        SweepError,
        SweepNotFound,
        beta,
        choices,
        geomspace,
        halton,
        integers,
        latin_hypercube,
        linspace,
        lognormal,
        logspace,
        loguniform,
        normal,
        open,  # noqa: A004 - `ss.open` opens a sweep
        points_file,
        random,
        range_,
        run,
        saltelli,
        sobol,
        submit,
        triangular,
        truncnormal,
        uniform,
        when,
    )

__all__ = [
    "DependencyUnavailable",
    "Failure",
    "InvalidSweep",
    "Job",
    "Results",
    "Status",
    "SweepConflict",
    "SweepError",
    "SweepNotFound",
    "beta",
    "choices",
    "geomspace",
    "halton",
    "integers",
    "latin_hypercube",
    "linspace",
    "lognormal",
    "logspace",
    "loguniform",
    "normal",
    "open",
    "points_file",
    "random",
    "range_",
    "run",
    "saltelli",
    "sobol",
    "submit",
    "triangular",
    "truncnormal",
    "uniform",
    "when",
]


def __getattr__(name: str) -> object:
    """Load what a name needs when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module("serverless_sweep._own.entrypoints.python_api"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names that are there to be used."""
    return [*__all__]
