"""The messages between the engine and its worker processes: one JSON object a line, its type under `kind`.

The engine sends a `Greeting`, and then worker payloads (contract 3, the same bytes as for a worker Lambda). A worker
sends `Ready` or `Fault` once, then `At` while it executes a shard, and one `Ended`, `Failed` or `Cancelled` after it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from domain.reasons import Reason
from domain.target_sources import TargetSources


@dataclass(frozen=True, slots=True)
class Greeting:
    """The folder of the results, the target, its keyword arguments, and the folders to import it from first.

    `offered` are the keyword arguments that the target may take, or not; `optional` are those that not every point has.
    One worker alone is asked for the target's sources: to digest them takes as long as importing them.
    """

    folder: str
    target: str
    keywords: Sequence[str]
    import_paths: Sequence[str]
    wants_sources: bool = False
    offered: Sequence[str] = ()
    optional: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The target is imported, and these are its sources if the greeting wants them."""

    sources: TargetSources


@dataclass(frozen=True, slots=True)
class Fault:
    """The target cannot be evaluated."""

    message: str


@dataclass(frozen=True, slots=True)
class At:
    """How many points of its shard the process has ended, and how many of them have an error, or were skipped."""

    points: int
    errors: int
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """The shard is done: how many points have a value, how many an error, and how many were skipped.

    `reused` says how many of the values are those of an earlier sweep.
    """

    values: int
    errors: int
    skipped: int = 0
    reused: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The shard has no results."""

    reason: Reason
    message: str

    def __post_init__(self) -> None:
        """Read the reason, which is text in a line."""
        object.__setattr__(self, "reason", Reason(self.reason))


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The shard was not executed, because its sweep is cancelled."""


Message: TypeAlias = Greeting | Ready | Fault | At | Ended | Failed | Cancelled
_KINDS = {kind.__name__: kind for kind in (Greeting, Ready, Fault, At, Ended, Failed, Cancelled)}


def encode_message(message: Message) -> bytes:
    """Return the line of a message, without the line end."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode()


def decode_message(line: bytes) -> Message:
    """Return the message in a line; raises `ValueError`, `KeyError` or `TypeError` for any other line."""
    fields = json.loads(line)
    kind: Any = _KINDS[fields.pop("kind")]  # its fields are those of the line
    message: Message = kind(**fields)
    return message
