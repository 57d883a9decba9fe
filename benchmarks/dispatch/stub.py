"""Compiles the stub of Lambda's Invoke and runs it in a process of its own, on a core of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.certificate import Certificate

_SOURCE = Path(__file__).with_name("stub.c")
_PROGRAM = Path(__file__).parents[2] / "build" / "dispatch-stub"
_MISSING = (
    "compiling the stub needs a C compiler and OpenSSL's headers; on Debian: apt-get install gcc libc6-dev libssl-dev"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the stub has seen: `shards` are distinct, `twice` were accepted once more, `unsigned` lack a signature."""

    requests: int
    accepted: int
    throttled: int
    shards: int
    twice: int
    connections: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class Stub:
    """A running stub: its address and the authority that signed its certificate."""

    url: str
    authority: str
    process: subprocess.Popen[str]

    def behave(self, latency: float, throttled: float = 0.0, seed: int = 1) -> None:
        """Answer after so many seconds, refuse this share of the requests by 429, and count anew."""
        self._ask(f"set {round(latency * 1e6)} {round(throttled * 1e6)} {seed}")

    def counts(self) -> Counts:
        """Return what was counted since then."""
        return self._ask("report")

    def _ask(self, command: str) -> Counts:
        assert self.process.stdin  # noqa: S101 - both are pipes
        assert self.process.stdout  # noqa: S101 - likewise
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return Counts(**json.loads(self.process.stdout.readline()))


@contextmanager
def running_stub(core: int) -> Iterator[Stub]:
    """Run the stub on a core, with a certificate made for it."""
    program = compiled()
    with tempfile.TemporaryDirectory() as folder:
        certificate = Certificate.create(Path(folder))
        command = [str(program), str(certificate.server), str(certificate.key)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            os.sched_setaffinity(process.pid, {core})
            assert process.stdout  # noqa: S101 - it is a pipe
            port = int(process.stdout.readline())
            yield Stub(f"https://127.0.0.1:{port}", str(certificate.authority), process)
            # It ends with its standard input.


def compiled() -> Path:
    """Return the stub's program, compiled if its source is newer; ends the command where that cannot be done."""
    if _PROGRAM.exists() and _PROGRAM.stat().st_mtime > _SOURCE.stat().st_mtime:
        return _PROGRAM
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise SystemExit(f"error: {_MISSING}")
    _PROGRAM.parent.mkdir(exist_ok=True)
    command = [compiler, "-O2", "-Wall", "-Wextra", "-o", str(_PROGRAM), str(_SOURCE), "-lssl", "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stderr}\nerror: {_MISSING}")
    return _PROGRAM
