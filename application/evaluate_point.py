"""Use case: evaluate one point by hand, with all that a person wants to see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from application.documents.result_lines import value_text
from application.ports.forks import Forks
from application.ports.target_loader import TargetLoader
from application.target_keywords import keywords_of_points
from domain.designs.judged import Judged
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A point and its keywords, the seconds that the target took, and its value as it would be stored, or its error.

    A point that does not satisfy the request's condition has neither: the target was not called.
    """

    index: int
    keywords: Mapping[str, object]
    seconds: float
    value: str | None
    error: BaseException | None

    @property
    def is_skipped(self) -> bool:
        """Whether the point does not satisfy the condition."""
        return self.value is None and self.error is None


@dataclass(frozen=True, slots=True)
class EvaluatePoint:
    """Calls the target in this process; `stopwatch` tells seconds."""

    targets: TargetLoader
    forks: Forks
    stopwatch: Callable[[], float]

    def __call__(self, request: SweepRequest, index: int) -> Evaluation:
        """Return what becomes of a point of the plan; raises `TargetUnavailable` for a target that cannot be called.

        What the target raises is the evaluation's error, with its traceback, and so is a value that cannot be stored.
        """
        target = self.targets.load(request.require_target(), request.keywords, request.offered, request.optional)
        (given,) = keywords_of_points(request.design, range(index, index + 1), target)
        keywords: dict[str, object] = {**deepcopy(request.constants), **dict(given)}
        (verdict,) = Judged(request.design, request.where).verdicts(index, index + 1)
        if verdict is not True:
            return Evaluation(index, keywords, 0.0, None, None if verdict is False else verdict)
        began = self.stopwatch()
        try:
            try:
                returned = target(**keywords)
            finally:
                seconds = self.stopwatch() - began
                if self.forks.is_fork:
                    self.forks.leave()
            value = value_text(returned)
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever a target raises is the point's result
            return Evaluation(index, keywords, seconds, None, raised)
        return Evaluation(index, keywords, seconds, value, None)
