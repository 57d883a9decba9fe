"""`run`: a sweep on this machine, to its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from application.run_sweep import Beginning
from domain.errors import InvalidSweep, SweepConflict
from domain.progress import State
from domain.standing import Redo
from entrypoints.containers.local import LocalContainer
from entrypoints.places import Where, folder_of
from entrypoints.python_api.bars import Bar, screen
from entrypoints.python_api.import_paths import import_paths
from entrypoints.python_api.interrupts import one_interrupt
from entrypoints.python_api.requests import Asked, Earlier, Parameters, What
from entrypoints.python_api.results import Results

# It leaves the names of our packages to those of the user's.
_WORKER = "serverless_sweep.local_worker"
_ENDED = {State.DONE, State.DONE_WITH_ERRORS, State.FAILED}


def run(  # noqa: PLR0913 - each is one option of one call
    what: What,
    parameters: Parameters | None = None,
    *,
    constants: Mapping[str, Any] | None = None,
    name: str | None = None,
    shards: int | None = None,
    where: str | None = None,
    design: Mapping[str, Any] | None = None,
    replicates: int | Mapping[str, int] | None = None,
    order: Literal["plan", "spread"] | None = None,
    extends: Earlier | None = None,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    retry_failed: bool = False,
    progress: bool = True,
) -> Results:
    """Evaluate a function at every point, in processes of this machine, and return the results.

    The same call goes on with the same sweep: what is done is not done again. An edited function is a new sweep.

    Args:
        what: a function, the name of one (`module:function`), or a sweep file. The function is called with the
            parameters and the constants as keywords, and returns any JSON value.
        parameters: by name a list of values, a numpy array, a `range`, levels such as `linspace(5, 85, 81)`, or a
            distribution such as `uniform(0, 1)`, which a `design` samples. Every combination is a point; the last
            parameter varies fastest. Or a list of points, each a dict. Beside a file, they are added to the file's and
            go before them.
        constants: keywords with the same value at every point.
        name: what the sweep is called, by default as the function.
        shards: into how many parts the sweep is cut; a part is what is done as a whole.
        design: how points are taken from the parameters, such as `sobol(4096, seed=7)`; by default every combination.
        where: a condition on the parameters and constants, such as `"x < y and n * x <= 10"`; a point that does not
            satisfy it is skipped: the function is not called, and the point has neither a value nor a failure.
        replicates: evaluate every point so many times; the points have `replicate`, 0 and up, as their last parameter.
            A function with an argument `seed` gets a seed of its own each time, for
            `numpy.random.default_rng(seed)`, one with an argument `replicate` the number. `{"count": 5, "seed": 7}`
            derives the seeds from another base than 0.
        order: how the parts start: `"plan"`, one after another, or `"spread"`, so that a sweep that is stopped half way
            has covered the whole of its space evenly. Results are in the plan's order either way.
        extends: an earlier sweep of the same function, such as what an earlier call returned, or its id. The function
            is called at those points alone at which that one has no value; the results are those of a sweep without it.
            `Results.reused` counts the others.
        out: the folder of the ledger and the results, by default `SWEEP_OUT` or `sweep-results`.
        workers: how many processes evaluate points, by default one a core.
        retry_failed: evaluate the points that have no value again; every value stays.
        progress: show a bar, where there is a terminal or a notebook.

    Raises:
        InvalidSweep: for a wrong request, or a target that cannot be evaluated; nothing was run.
        DependencyUnavailable: if the folder cannot be written to, or processes cannot be started.
        SweepConflict: if another process is running this sweep.
        KeyboardInterrupt: on Ctrl-C; the same call goes on.

    >>> import serverless_sweep as ss
    >>> def area(width, height):
    ...     return width * height
    >>> done = ss.run(area, {"width": [1, 2], "height": range(3)})
    >>> for point, value in done:
    ...     print(point, value)
    {'width': 1, 'height': 0} 0
    {'width': 1, 'height': 1} 1
    {'width': 1, 'height': 2} 2
    {'width': 2, 'height': 0} 0
    {'width': 2, 'height': 1} 2
    {'width': 2, 'height': 2} 4
    """
    if workers is not None and workers < 1:
        raise InvalidSweep.at("workers", "must be at least 1")
    _refuse_in_a_worker()
    asked = Asked(what, parameters, constants or {}, name, shards, replicates, order, where, design, extends)
    folder = folder_of(Where(Path(out) if out is not None else None))
    with screen(progress=progress) as shown:
        container = LocalContainer(
            folder=folder,
            workers=workers or os.cpu_count() or 1,
            import_paths=import_paths(asked.file),
            output=shown.output,
            worker=_WORKER,
        )
        place = container.place()
        request = asked.request(place)
        counted: list[EngineCounts] = []
        try:
            with one_interrupt():
                redo = Redo.POINTS if retry_failed else Redo.SHARDS
                description = container.run_sweep()(request, partial(_watch, shown.bar, counted), redo)
        except KeyboardInterrupt:
            message = f"what is done is kept in {folder}; the same call goes on with the rest"
            raise KeyboardInterrupt(message) from None
    _check_ended(description)
    return Results.of(place, description, counted[-1].reused if counted else 0)


def _refuse_in_a_worker() -> None:
    """Refuse a call that a worker makes, mostly because it imports the module that calls: that would never end."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is not None and spec.name == _WORKER:
        message = "is called by a worker process; put the call under if __name__ == '__main__', or into another module"
        raise InvalidSweep.at("run", message)


@contextmanager
def _watch(bar: Bar, counted: list[EngineCounts], beginning: Beginning) -> Iterator[OnCounts]:
    if beginning.queued:
        with bar(beginning.before) as show:

            def keep(counts: EngineCounts) -> None:
                counted[:] = [counts]
                show(counts)

            yield keep
    else:
        yield _show_nothing


def _show_nothing(_: EngineCounts) -> None:
    """Show nothing: there is nothing to run."""


def _check_ended(description: Description) -> None:
    if description.progress.state not in _ENDED:
        sweep_id = description.head.id
        raise SweepConflict(f"another process is running {sweep_id}; ss.open({sweep_id!r}) follows it")
