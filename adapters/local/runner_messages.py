"""The messages between a caller and the process that runs a sweep in the background: one JSON object a line.

The caller sends an `Order`. The process sends back `Begun`, or the error that kept it from beginning.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from application.ports.runner import Begun
from domain.errors import (
    DependencyUnavailable,
    InvalidSweep,
    MalformedSweep,
    Problem,
    SweepConflict,
    SweepError,
    SweepNotFound,
    TargetUnavailable,
)

_INVALID = {kind.__name__: kind for kind in (InvalidSweep, MalformedSweep, TargetUnavailable)}
_OTHERS = {kind.__name__: kind for kind in (SweepConflict, SweepNotFound, DependencyUnavailable)}


@dataclass(frozen=True, slots=True)
class Order:
    """What to run in which folder: a request (as a ledger stores it) under a key, or else a sweep again.

    `import_paths` and `started_in` are where the target is found; a sweep that remembers its own is run with those.
    """

    folder: str
    workers: int
    import_paths: Sequence[str]
    started_in: str
    sweep_id: str = ""
    key: str = ""
    request: str = ""


def encode_order(order: Order) -> bytes:
    """Return the line of an order."""
    return json.dumps(asdict(order)).encode() + b"\n"


def decode_order(line: bytes) -> Order | None:
    """Return the order in a line; None if the caller was killed before all of it was sent."""
    return Order(**json.loads(line)) if line.endswith(b"\n") else None


def encode_answer(answer: Begun | SweepError) -> bytes:
    """Return the line of what became of an order."""
    if isinstance(answer, Begun):
        document: dict[str, object] = asdict(answer)
    elif isinstance(answer, InvalidSweep):
        problems = [(problem.path, problem.message) for problem in answer.problems]
        document = {"error": type(answer).__name__, "problems": problems}
    else:
        text = answer.sweep_id if isinstance(answer, SweepNotFound) else str(answer)
        document = {"error": type(answer).__name__, "message": text}
    return json.dumps(document).encode() + b"\n"


def decode_answer(line: bytes) -> Begun:
    """Return the report in a line, or raise the error in it."""
    document = json.loads(line)
    name = document.pop("error", None)
    if name is None:
        return Begun(**document)
    if name in _INVALID:
        raise _INVALID[name](*(Problem(path, message) for path, message in document["problems"]))
    raise _OTHERS.get(name, DependencyUnavailable)(document["message"])
