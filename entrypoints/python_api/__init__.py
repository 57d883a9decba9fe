"""What `serverless_sweep` has: sweeps from Python. It translates, as the command line does, and decides nothing."""

from __future__ import annotations

from domain.errors import DependencyUnavailable, InvalidSweep, SweepConflict, SweepError, SweepNotFound
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
    "geomspace",
    "linspace",
    "logspace",
    "open",
    "range_",
    "run",
    "submit",
    "when",
]
