"""A pool runs events on few runtimes, each of the function as it is now, and lets the others wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local import runtime_pool
from infra.local.runtime import Function, Runtime
from infra.local.runtime_pool import RuntimePool
from infra.local.worker_server import OF_RUNTIME, error_of
from infra.local.workers import at_once


class FakeRuntime:
    """Counts the events that run at the same moment; `broken` events end it."""

    running = 0
    most = 0
    started: list[FakeRuntime]

    def __init__(self, log: Path) -> None:
        """Begin its log."""
        log.write_text("began\n")
        self.log = log
        self.stopped = False
        type(self).started.append(self)

    def invoke(self, event: bytes, timeout: float) -> bytes:
        """Take some time, log the event, and answer with it."""
        if event == b"broken":
            raise ConnectionResetError("gone")
        cls = type(self)
        cls.running += 1
        cls.most = max(cls.most, cls.running)
        time.sleep(0.02)
        cls.running -= 1
        with self.log.open("ab") as file:
            file.write(event + b"\n")
        return event

    def stop(self) -> None:
        """Note the end."""
        self.stopped = True


@pytest.fixture(autouse=True)
def runtimes(monkeypatch: pytest.MonkeyPatch) -> type[FakeRuntime]:
    """Put a new kind of runtime in the place of AWS's, and return it."""
    kind = type("Counted", (FakeRuntime,), {"started": []})
    monkeypatch.setattr(Runtime, "start", lambda _function, log: kind(log))
    return kind


def function(timeout: int = 3) -> Function:
    """Return a function that differs by its timeout."""
    return Function(Path("bundle"), "module.handler", {}, timeout)


def nothing() -> None:
    """Note no wait."""


def run_at_once(pool: RuntimePool, events: int, most: int, waiting: Callable[[], None]) -> None:
    """Run so many events from as many threads."""
    run = [threading.Thread(target=pool.run, args=(b"e", most, waiting, 0.005)) for _ in range(events)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()


def test_no_more_events_run_at_once_than_allowed(tmp_path: Path, runtimes: type[FakeRuntime]) -> None:
    """Of ten events at once two run, and two runtimes are started; those that wait say so again and again."""
    waits: list[float] = []
    run_at_once(RuntimePool(lambda _: function(), tmp_path), 10, 2, lambda: waits.append(time.monotonic()))
    assert (runtimes.most, len(runtimes.started)) == (2, 2)
    assert len(waits) > 10 + 8, "each event says that its time begins, and eight have waited"


def test_an_event_waits_while_its_runtime_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that takes longer than the emulator waits costs no attempt: the event says all along that it waits."""
    waits: list[float] = []
    enough = threading.Event()

    def waiting() -> None:
        waits.append(time.monotonic())
        if len(waits) == 3:
            enough.set()

    def start(_function: Function, log: Path) -> FakeRuntime:
        assert enough.wait(10), "the event does not say that it waits"
        return FakeRuntime(log)

    monkeypatch.setattr(FakeRuntime, "started", [], raising=False)
    monkeypatch.setattr(Runtime, "start", start)
    assert RuntimePool(lambda _: function(), tmp_path).run(b"e", 1, waiting, 0.005).answer == b"e"


def test_a_runtime_of_the_function_as_it_was_is_ended(tmp_path: Path, runtimes: type[FakeRuntime]) -> None:
    """An event after an update runs on a new runtime; the earlier one ends."""
    versions = iter([function(3), function(3), function(5)])
    pool = RuntimePool(lambda _: next(versions), tmp_path)
    for _ in range(3):
        pool.run(b"e", 1, nothing, 1.0)
    assert [runtime.stopped for runtime in runtimes.started] == [True, False]


def test_a_broken_runtime_fails_its_event_and_is_not_used_again(tmp_path: Path, runtimes: type[FakeRuntime]) -> None:
    """The answer is an error, and the place is free for the next event."""
    pool = RuntimePool(lambda _: function(), tmp_path)
    assert error_of(pool.run(b"broken", 1, nothing, 1.0).answer) == "Runtime: gone"
    assert pool.run(b"1", 1, nothing, 1.0).answer == b"1"
    assert [runtime.stopped for runtime in runtimes.started] == [True, False]


def test_an_event_has_its_own_lines_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each event gets what was logged since the one before, also where a long log is emptied."""
    monkeypatch.setattr(runtime_pool, "LOG_BYTES", 8)
    pool = RuntimePool(lambda _: function(), tmp_path)
    lines = [pool.run(event, 1, nothing, 1.0).lines for event in (b"one", b"two", b"three", b"four")]
    assert lines == [["began", "one"], ["two"], ["three"], ["four"]]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(b'{"outcome": "done"}', None, id="a value"),
        pytest.param(b"null", None, id="null"),
        pytest.param(b'{"errorType": "Abort", "errorMessage": "gave up"}', "Abort: gave up", id="an exception"),
        pytest.param(b"Task timed out after 3.00 seconds", "Task timed out after 3.00 seconds", id="a timeout"),
    ],
)
def test_errors_are_told_from_values(answer: bytes, words: str | None) -> None:
    """The runtime answers 200 for both; its timeouts are no JSON."""
    assert error_of(answer) == words


def test_the_lines_of_the_runtime_emulator_are_not_the_functions() -> None:
    """The emulator of AWS writes START, END and REPORT itself."""
    theirs = ["24 Nov 2026 15:38:05,888 [INFO] (rapid) INIT", "START RequestId: a Version: 1", "END RequestId: a"]
    assert all(OF_RUNTIME.match(line) for line in theirs)
    assert not OF_RUNTIME.match('{"message": "START RequestId: of a user"}')


@pytest.mark.parametrize(
    ("processors", "concurrency", "workers"),
    [(1, 0, 2), (3, 0, 3), (64, 0, 4), (64, 1, 1), (2, 800, 2)],
    ids=["one processor", "three", "many", "limited to one", "a limit beyond the machine"],
)
def test_workers_fit_the_machine(
    monkeypatch: pytest.MonkeyPatch, processors: int, concurrency: int, workers: int
) -> None:
    """As many workers run as there are processors, two to four, and never more than WorkerConcurrency."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(processors))
    assert at_once(concurrency) == workers
