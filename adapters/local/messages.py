"""The messages between the engine and its worker processes: one JSON object a line, its type under `kind`.

Down go a `Greeting` and then worker payloads (contract 3, byte for byte what a worker Lambda gets). Up come `Ready` or
`Fault` once, then `At` while a shard is executed and one `Ended`, `Failed` or `Cancelled` after it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Greeting:
    """Where results go, what is evaluated, with which keywords, and where its module is looked for first."""

    folder: str
    target: str
    keywords: Sequence[str]
    import_paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ready:
    """The target is imported; `source` is the digest of its source."""

    source: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The target cannot be evaluated."""

    message: str


@dataclass(frozen=True, slots=True)
class At:
    """How far the process is with its shard, in points."""

    points: int
    errors: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The shard is done: points with a value, points without."""

    values: int
    errors: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The shard has no results."""

    reason: Reason
    message: str

    def __post_init__(self) -> None:
        """Read the reason, which comes out of a line as text."""
        object.__setattr__(self, "reason", Reason(self.reason))


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The shard was not executed: its sweep is cancelled."""


Message: TypeAlias = Greeting | Ready | Fault | At | Ended | Failed | Cancelled
_KINDS = {kind.__name__: kind for kind in (Greeting, Ready, Fault, At, Ended, Failed, Cancelled)}


def encode_message(message: Message) -> bytes:
    """Return the line of a message, without the line end."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode()


def decode_message(line: bytes) -> Message:
    """Return the message of a line."""
    fields = json.loads(line)
    kind: Any = _KINDS[fields.pop("kind")]  # its fields are those of the line
    message: Message = kind(**fields)
    return message
