"""A folder with a sweep and its target, in which tests run the command `sweep` as real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from adapters.local.sqlite_ledger import SqliteLedger
from adapters.machine.clock import SystemClock
from domain.errors import DependencyUnavailable
from domain.places import places
from domain.progress import History
from domain.sweep import ShardEnd

T = TypeVar("T")

SWEEP = str(Path(sys.executable).with_name("sweep"))
LIMIT = 60.0

# Each evaluation first writes a line into a file.
TARGET = """
import os
import signal
import time


def _log(x):
    with open(os.environ["LAB_LOG"], "ab", buffering=0) as file:
        file.write(b"%d\\n" % x)


def gated(x):
    _log(x)
    while _gate() <= x:
        time.sleep(0.005)
    return {"square": x * x, "root": x ** 0.5}


def _gate():
    try:
        with open("gate") as file:
            return int(file.read() or 0)
    except FileNotFoundError:
        return 10**9


def rationed(x):
    _log(x)
    while _gate() <= _calls():
        time.sleep(0.005)
    return x * x


def _calls():
    with open(os.environ["LAB_LOG"], "rb") as file:
        return file.read().count(b"\\n")


def hang(x):
    _log(x)
    while x == 0:
        time.sleep(0.01)


def leave(x):
    _log(x)
    if x == 7:
        os._exit(3)
    return x


def killed(x):
    _log(x)
    if x == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def healing(x):
    _log(x)
    if x in (7, 100) and not os.path.exists("healed"):
        os._exit(3)
    time.sleep(0.01)
    return x
"""


class Laboratory:
    """One folder, and every process started in it."""

    def __init__(self, folder: Path) -> None:
        """Write the target, and choose a mark for the environment of the processes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.mark = uuid.uuid4().hex
        self.log = folder / "log"
        self.out = folder / "out"
        self.log.touch()
        (folder / "lab.py").write_text(TARGET)

    def write(self, target: str, size: int = 60, shards: int = 20) -> Path:
        """Write a sweep of one parameter x = 0, 1, ..., size - 1 and return the file."""
        path = self.folder / "sweep.json"
        document = {
            "name": "lab",
            "target": f"lab:{target}",
            "parameters": {"x": {"range": {"start": 0, "stop": size}}},
            "sharding": {"shards": shards},
        }
        path.write_text(json.dumps(document))
        return path

    def gate(self, first: int) -> None:
        """Have the target `gated` wait at all points from this one on, and `rationed` at its call of this number."""
        draft = self.folder / "gate.new"
        draft.write_text(str(first))
        draft.replace(self.folder / "gate")

    def open(self) -> None:
        """Have the targets `gated` and `rationed` wait no longer."""
        (self.folder / "gate").unlink()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `sweep` with these arguments in a new session."""
        environment = os.environ | {"LAB_LOG": str(self.log), "LAB_MARK": self.mark, "SWEEP_OUT": str(self.out)}
        return subprocess.Popen(
            [SWEEP, *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `sweep` with these arguments to its end and return its exit code and output."""
        process = self.start(*arguments)
        try:
            output, errors = process.communicate(timeout=LIMIT)
        finally:
            process.kill()  # its workers end with it; nothing happens to a process that has ended
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def run_json(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run `sweep ... --json` and return its exit code and the document on the last line of its output."""
        ended = self.run(*arguments, "--json")
        return ended.returncode, json.loads(ended.stdout.splitlines()[-1])

    def evaluations(self) -> Counter[int]:
        """Return how often the target was called with each x."""
        return Counter(map(int, self.log.read_text().split()))

    def results(self) -> dict[str, bytes]:
        """Return the content of every result file by its name."""
        return {path.name: path.read_bytes() for path in self.out.glob("sweeps/*/results/*.jsonl.gz")}

    def leftovers(self) -> list[str]:
        """Return the names of temporary files beside the results."""
        return [path.name for path in self.out.glob("sweeps/*/results/.*")]

    def ends(self) -> dict[int, ShardEnd]:
        """Return by number why shards of the newest sweep have points without a value; none without a ledger."""
        return self._read(lambda ledger, history: {end.number: end for end in _ends(ledger, history)}) or {}

    def done(self) -> set[int]:
        """Return the numbers of the newest sweep's shards whose results are stored."""
        return self._read(lambda _, history: set(_stored(history))) or set()

    def _read(self, read: Callable[[SqliteLedger, History], T]) -> T | None:
        """Return what is read of the newest sweep, None while there is no ledger or no sweep."""
        if not (self.out / "ledger.sqlite3").exists():
            return None
        with suppress(DependencyUnavailable), closing(SqliteLedger(self.out, SystemClock())) as ledger:
            newest = ledger.heads(1).heads
            return read(ledger, ledger.history(newest[0].id)) if newest else None
        return None

    def processes(self) -> list[int]:
        """Return the ids of the running processes that this laboratory or its processes have started."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self._is_ours(path)]

    def _is_ours(self, path: Path) -> bool:
        with suppress(OSError):
            return f"LAB_MARK={self.mark}".encode() in (path / "environ").read_bytes().split(b"\0")
        return False

    def workers(self) -> list[int]:
        """Return the ids of the running worker processes."""
        return self._running("entrypoints.local_worker")

    def runners(self) -> list[int]:
        """Return the ids of the processes that run sweeps in the background."""
        return self._running("entrypoints.local_runner")

    def _running(self, module: str) -> list[int]:
        return [process for process in self.processes() if module in _command(process)]


def _ends(ledger: SqliteLedger, history: History) -> Iterator[ShardEnd]:
    return ledger.ends(history.head.id, range(history.head.plan.shards))


def _stored(history: History) -> Iterator[int]:
    for block in history:
        standing = block.standing(history.head.plan, since=0.0)
        yield from (block.shards(history.head.plan)[place] for place in places(standing.stored))


def _command(process: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    return []


def until(true: Callable[[], object], seconds: float = LIMIT) -> None:
    """Wait until a condition is true; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
