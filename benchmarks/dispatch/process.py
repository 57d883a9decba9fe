"""Runs a measurement in a process of its own, against the stub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dispatch.measurement import Measurement
from benchmarks.dispatch.stub import Counts, Stub
from benchmarks.dispatch.ways import LIBRARIES, RIVALS

_ROOT = Path(__file__).parents[2]
# As long as those that AWS STS issues; the stub checks that requests are signed, and not by whom.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjE" * 40,
    "AWS_DEFAULT_REGION": "us-east-1",
}
_VERSIONS = "import sys, importlib.metadata as m; print(*(f'{name} {m.version(name)}' for name in sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Run:
    """What one process measured; its own wall and processor seconds, from start to end; what the stub counted."""

    measured: Measurement
    wall: float
    processor: float
    counts: Counts

    @property
    def lost(self) -> int:
        """How many shards Lambda did not accept."""
        return sum(self.measured.outcomes.values()) - self.counts.shards

    def check(self) -> None:
        """Raise `RuntimeError` unless all requests were signed, and the stub has what the process says."""
        claimed = self.measured.outcomes.get("accepted", 0)
        if self.counts.unsigned or self.counts.shards != claimed:
            raise RuntimeError(f"{claimed} are said to be accepted, but the stub counted {self.counts}")


@dataclass(frozen=True, slots=True)
class Processes:
    """Starts processes on one core: ours in this environment, rivals in theirs."""

    core: int
    rivals: Path | None

    def run(self, name: str, stub: Stub, shards: int, concurrency: int) -> Run:
        """Dispatch so many shards by one way, and check that the stub has them."""
        options = ["--shards", str(shards), "--concurrency", str(concurrency), "--invoker", name]
        target = ["--endpoint", stub.url, "--ca", stub.authority]
        began = time.perf_counter()
        output, processor = self._output([self._python(name), "-m", "benchmarks.dispatch", *target, *options])
        wall = time.perf_counter() - began
        run = Run(Measurement(**json.loads(output.splitlines()[-1])), wall, processor, stub.counts())
        run.check()
        return run

    def versions(self, name: str) -> str:
        """Return the names and versions of the libraries that one way is made of."""
        return self._output([self._python(name), "-c", _VERSIONS, *LIBRARIES[name]])[0].strip()

    def has(self, name: str) -> bool:
        """Return whether there is an environment for this way."""
        return name not in RIVALS or self.rivals is not None

    def _python(self, name: str) -> str:
        return str(self.rivals / "bin" / "python") if name in RIVALS and self.rivals else sys.executable

    def _output(self, command: Sequence[str]) -> tuple[str, float]:
        """Return what a command prints, and its seconds of processor."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        environment |= {**CREDENTIALS, "PYTHONPATH": str(_ROOT)}
        with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            os.sched_setaffinity(process.pid, {self.core})
            assert process.stdout  # noqa: S101 - it is a pipe
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
        return output, usage.ru_utime + usage.ru_stime
