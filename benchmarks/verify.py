"""How many lines a second `sweep verify` audits and `sweep failures` explains, beside a plain parser of JSON.

Run it with `python -m benchmarks.verify`; it needs 30 MB on the disk.
"""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from adapters.report.object_files import ObjectFiles
from application.documents.result_keys import object_name
from application.documents.result_lines import error_line, member, object_lines, pack, value_line
from application.explain_failures import ExplainFailures
from application.verify_sweep import VerifySweep
from domain.designs.grid import Grid
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.values import Values
from domain.sweep import PointError

_ANGLES, _SPEEDS, _DRAGS = 10_000, 10, (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
_STEEP = 80
_REQUEST = SweepRequest(
    "verify",
    "toy:f",
    Grid(
        (
            Parameter("angle", Linspace(5, 85, _ANGLES)),
            Parameter("speed", Linspace(0, 1, _SPEEDS)),
            Parameter("drag", Values(_DRAGS)),
        )
    ),
    {},
    ShardCount(100),
)


def main() -> None:
    """Print the figures of a million lines, for values that are numbers and for objects."""
    for kind in ("a number", "an object"):
        with tempfile.TemporaryDirectory() as folder:
            paths = _write(Path(folder), is_object=kind == "an object")
            print(f"{_REQUEST.plan.size:,} lines, each value is {kind}; 1 in 160 is an error")
            _tell("verify", lambda paths=paths: VerifySweep(ObjectFiles())(_REQUEST, paths, _ignore, _ignore))  # type: ignore[misc]  # mypy knows no default of a lambda
            _tell("failures", lambda paths=paths: ExplainFailures(ObjectFiles())(_REQUEST, paths, _ignore))  # type: ignore[misc]  # likewise
            _tell("json.loads alone", lambda paths=paths: _parse(paths))  # type: ignore[misc]  # likewise
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _tell(name: str, work: Callable[[], object]) -> None:
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    print(f"  {name:18}{seconds:6.2f} s of CPU time, {_REQUEST.plan.size / seconds:,.0f} lines/s")


def _write(folder: Path, *, is_object: bool) -> list[str]:
    source = random.Random(1)  # noqa: S311 - no secret
    paths = []
    for shard in _REQUEST.plan:
        points = _REQUEST.design.walk(shard.start, shard.stop, lambda name, value: (member(name, value), value))
        lines = []
        for index, parts in zip(range(shard.start, shard.stop), points, strict=True):
            text = ",".join(part for part, _ in parts)
            value: object = source.random()
            if isinstance(parts[0][1], float) and parts[0][1] > _STEEP and parts[2][1] == 0:
                lines.append(error_line(text, PointError(index, "ValueError", f"no root at {index}")))
            else:
                lines.append(value_line(index, text, {"range": value, "hits": True} if is_object else value))
        path = folder / object_name(shard.number)
        path.write_bytes(pack(lines))
        paths.append(str(path))
    return paths


def _parse(paths: list[str]) -> None:
    for path in paths:
        for line in object_lines(Path(path).read_bytes()):
            json.loads(line)


def _ignore(*_: object) -> None:
    """Show nothing."""


if __name__ == "__main__":
    main()
