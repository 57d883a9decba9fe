"""What `serverless_sweep` has: sweeps from Python. It translates, as the command line does, and decides nothing."""

from __future__ import annotations

from domain.errors import DependencyUnavailable, InvalidSweep, SweepConflict, SweepError, SweepNotFound
from entrypoints.python_api.designs import halton, latin_hypercube, points_file, random, saltelli, sobol
from entrypoints.python_api.distributions import (
    beta,
    choices,
    integers,
    lognormal,
    loguniform,
    normal,
    triangular,
    truncnormal,
    uniform,
)
from entrypoints.python_api.jobs import Job, Status, open, submit  # noqa: A004 - `ss.open` opens a sweep
from entrypoints.python_api.levels import geomspace, linspace, logspace, range_, when
from entrypoints.python_api.results import Failure, Results
from entrypoints.python_api.run import run

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
