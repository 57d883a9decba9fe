"""What looks at stored results and at single points, in the process of the command itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from application.compare_sample import CompareSample
from application.evaluate_point import EvaluatePoint
from application.explain_failures import ExplainFailures
from application.verify_sweep import VerifySweep
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.machine.forks import SystemForks
    from adapters.machine.function_files import FunctionFiles
    from adapters.machine.python_targets import PythonTargets
    from adapters.report.object_files import ObjectFiles


def _objects() -> ObjectFiles:
    from adapters.report.object_files import ObjectFiles

    return ObjectFiles()


def _targets(functions: FunctionFiles | None) -> PythonTargets:
    from adapters.machine.python_targets import PythonTargets

    return PythonTargets(functions)


def _forks() -> SystemForks:
    from adapters.machine.forks import SystemForks

    return SystemForks()


class ByHandContainer(containers.DeclarativeContainer):
    """The results are at the paths that a place returns; `functions` are those that the place keeps, if it does."""

    functions: providers.Dependency[FunctionFiles | None] = providers.Dependency(default=providers.Object(None))

    objects: providers.Provider[ObjectFiles] = providers.Singleton(_objects)
    targets: providers.Provider[PythonTargets] = providers.Singleton(_targets, functions)
    forks: providers.Provider[SystemForks] = providers.Singleton(_forks)

    verify_sweep: providers.Provider[VerifySweep] = providers.Singleton(VerifySweep, objects)
    compare_sample: providers.Provider[CompareSample] = providers.Singleton(CompareSample, objects, targets, forks)
    explain_failures: providers.Provider[ExplainFailures] = providers.Singleton(ExplainFailures, objects)
    evaluate_point: providers.Provider[EvaluatePoint] = providers.Singleton(
        EvaluatePoint, targets, forks, providers.Object(time.perf_counter)
    )
