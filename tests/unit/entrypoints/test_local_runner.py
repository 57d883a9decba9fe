"""The process that runs a sweep in the background: where its errors go, and how many workers it has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.local.run_log import RunLog
from adapters.local.runner_messages import Order, decode_answer
from application.ports.runner import Begun
from domain.errors import DependencyUnavailable, InvalidSweep
from entrypoints import local_runner, places
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.containers.local import LocalContainer
from entrypoints.places import Where, open_place


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Yield the end of a pipe that a caller reads, and that to which the process writes."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def _order(folder: Path, started_in: Path) -> Order:
    return Order(str(folder), 1, (), str(started_in), key="key", request="{}")


def test_what_keeps_a_run_from_beginning_goes_to_the_caller(tmp_path: Path, pipe: tuple[int, int]) -> None:
    """Here the folder in which the sweep was started is gone; no log is left."""
    order, log = _order(tmp_path, tmp_path / "gone"), RunLog(tmp_path)
    assert local_runner._logged(order, log, local_runner.Answer(pipe[1])) is ExitCode.FAILURES
    with pytest.raises(DependencyUnavailable, match=r"was started in .*gone, which is gone: No such file"):
        decode_answer(os.read(pipe[0], 10_000))
    assert list((tmp_path / "logs").iterdir()) == []


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        pytest.param(DependencyUnavailable("disk full"), ExitCode.FAILURES, "error: disk full\n", id="an error"),
        pytest.param(KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted; what is done is kept\n", id="a signal"),
    ],
)
def test_what_ends_a_run_that_has_begun_goes_to_its_log(
    tmp_path: Path,
    pipe: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    code: ExitCode,
    text: str,
) -> None:
    """The caller has its answer by then; the standard error of the process is the log."""
    answer = local_runner.Answer(pipe[1])
    answer.send(Begun("toy-0", replayed=False, queued=1))

    def run(*_: object) -> None:
        raise raised

    monkeypatch.setattr(local_runner, "_run", run)
    assert local_runner._logged(_order(tmp_path, tmp_path), RunLog(tmp_path), answer) is code
    assert capsys.readouterr().err == text
    assert decode_answer(os.read(pipe[0], 10_000)).sweep_id == "toy-0"


def test_an_answer_to_a_caller_that_is_gone_is_none() -> None:
    """The run goes on."""
    reading, writing = os.pipe()
    os.close(reading)
    local_runner.Answer(writing).send(DependencyUnavailable("disk full"))


@pytest.mark.parametrize(("text", "workers"), [("", os.cpu_count()), ("3", 3), ("1024", 1024)])
def test_the_environment_says_how_many_workers_a_run_has(
    monkeypatch: pytest.MonkeyPatch, text: str, workers: int
) -> None:
    """Without it there is one a core."""
    monkeypatch.setenv("SWEEP_WORKERS", text)
    assert places._workers() == workers


@pytest.mark.parametrize("text", ["0", "1025", "-1", "two", "1.5"])
def test_another_number_of_workers_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """The message names the variable."""
    monkeypatch.setenv("SWEEP_WORKERS", text)
    with pytest.raises(InvalidSweep, match=f"SWEEP_WORKERS: must be 1 to 1024, not '{text}'"):
        open_place(Where(tmp_path))


def test_the_place_of_a_folder_knows_its_logs(tmp_path: Path) -> None:
    """A sweep without a log has none."""
    place = LocalContainer(folder=tmp_path).place()
    assert place.log("toy-0") is None
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "toy-0.log").write_text("said")
    assert place.log("toy-0") == str(tmp_path / "logs" / "toy-0.log")
