"""The tree of errors. Adapters translate into it by code, entrypoints out of it by one table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class SweepError(Exception):
    """Any error that serverless-sweep itself raises."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request: where (dotted path, empty for the whole) and what would be right."""

    path: str
    message: str

    def __str__(self) -> str:
        """Return `path: message`, or the message alone where no single place is at fault."""
        return f"{self.path}: {self.message}" if self.path else self.message

    def below(self, prefix: str) -> Problem:
        """Return the same problem with `prefix` in front of its path."""
        return Problem(f"{prefix}.{self.path}" if self.path else prefix, self.message)


class InvalidSweep(SweepError):
    """The request cannot be carried out as it stands; `problems` says where and why."""

    def __init__(self, *problems: Problem) -> None:
        """Keep at least one problem."""
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))

    @classmethod
    def at(cls, path: str, message: str) -> InvalidSweep:
        """Return the error of a single problem."""
        return cls(Problem(path, message))


class MalformedSweep(InvalidSweep):
    """The document does not have the shape of a request: the problems are those that a schema can find."""


class TargetUnavailable(InvalidSweep):
    """The target cannot be evaluated: it is not allowed or not found, or does not take the sweep's parameters."""


class SweepNotFound(SweepError):
    """No sweep has this id."""

    def __init__(self, sweep_id: str) -> None:
        """Keep the id that was asked for."""
        self.sweep_id = sweep_id
        super().__init__(sweep_id)

    def __str__(self) -> str:
        """Return a message with the id."""
        return f"no sweep has the id {self.sweep_id!r}"


class SweepConflict(SweepError):
    """The idempotency key belongs to another request, or the sweep is not in a state that allows this."""


class DispatchRejected(SweepError):
    """No shard at all could be dispatched; sending the same request again later may succeed."""


class DependencyUnavailable(SweepError):
    """A service that this needs (ledger, result store, invoker) failed or did not answer."""


class PlaceUnusable(DependencyUnavailable):
    """The place of the sweeps cannot be used as the caller named it: no such stack, or no valid credentials for it."""


@contextmanager
def located(prefix: str) -> Iterator[None]:
    """Put `prefix` in front of the path of every problem raised inside."""
    try:
        yield
    except InvalidSweep as error:
        raise type(error)(*(problem.below(prefix) for problem in error.problems)) from error
