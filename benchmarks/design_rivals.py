"""Samples points with Optuna and Ray, and prints the processor seconds a point as a line of JSON.

It runs by itself in an environment that has them, and imports nothing of this project.
"""

from __future__ import annotations

import importlib.metadata
import json
import time
import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

AXES, SEED, POINTS = 6, 7, 300


def main() -> None:
    """Print the line."""
    warnings.simplefilter("ignore")
    print(json.dumps({**_optuna(), **_ray()}))


def _optuna() -> dict[str, float]:
    import optuna  # type: ignore[import-not-found]  # noqa: PLC0415 - only in the rivals' environment

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    samplers: dict[str, Callable[[], Any]] = {
        "RandomSampler": lambda: optuna.samplers.RandomSampler(seed=SEED),
        "QMCSampler, Sobol": lambda: optuna.samplers.QMCSampler(seed=SEED, scramble=True),
    }

    def ask(make: Callable[[], Any]) -> None:
        study = optuna.create_study(sampler=make())
        for _ in range(POINTS):
            trial = study.ask()
            study.tell(trial, sum(trial.suggest_float(f"x{axis}", 0, 1) for axis in range(AXES)))

    version = importlib.metadata.version("optuna")
    return {f"optuna {version}: {name}": _seconds(lambda make=make: ask(make)) for name, make in samplers.items()}  # type: ignore[misc]  # mypy infers no type for a lambda with a default


def _ray() -> dict[str, float]:
    from ray import tune  # type: ignore[import-not-found]  # noqa: PLC0415 - likewise
    from ray.tune.search import variant_generator  # type: ignore[import-not-found]  # noqa: PLC0415 - likewise

    space = {f"x{axis}": tune.uniform(0, 1) for axis in range(AXES)}

    def sample() -> None:
        for _ in range(POINTS):
            list(islice(variant_generator.generate_variants(space, random_state=SEED), 1))

    return {f"ray {importlib.metadata.version('ray')}: tune.uniform": _seconds(sample)}


def _seconds(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) / POINTS


if __name__ == "__main__":
    main()
