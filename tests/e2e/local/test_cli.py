"""The command line: its output and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory
from tests.fakes.published import check_printed


def _typed(arguments: tuple[str, ...]) -> str:
    return " ".join(("sweep", *arguments))


def test_a_plan_describes_the_sweep(toy: Laboratory) -> None:
    """`sweep plan --json` prints size, shards, points per shard, first and last point as one JSON object."""
    code, document = toy.run_json("plan", "toy.yaml")
    assert code == 0
    assert document == {
        "name": "toy",
        "size": 12,
        "shards": 5,
        "points_per_shard": {"min": 2, "max": 3},
        "first_point": {"x": 1, "y": 0.0},
        "last_point": {"x": 3, "y": 1.0},
    }


def test_a_plan_shows_one_shard_and_one_point(toy: Laboratory) -> None:
    """`sweep plan` prints a shard's range, the payload of its worker, and the values of a point."""
    _, document = toy.run_json("plan", "toy.yaml", "--shard", "4", "--point", "7")
    assert document["shard"] == {"number": 4, "start": 9, "stop": 12}
    assert document["payload"]["version"] == 1
    assert document["payload"]["shard"] == document["shard"]
    assert document["point"] == {"x": 2, "y": 1.0}


@pytest.mark.parametrize(
    ("option", "number", "last"), [("--shard", "5", 4), ("--point", "12", 11)], ids=["shard", "point"]
)
def test_a_plan_refuses_numbers_beyond_the_last(toy: Laboratory, option: str, number: str, last: int) -> None:
    """`sweep plan` refuses a shard or a point beyond the last one, which its message names."""
    ended = toy.run("plan", "toy.yaml", option, number)
    assert ended.returncode == 2
    assert ended.stderr == f"error: {option}: {number} is too large; the last one is {last}\n"


def test_a_plan_is_text_and_writes_nothing(tmp_path: Path) -> None:
    """Without `--json`, `sweep plan` prints text, also for 10^18 points, and writes no file."""
    lab = Laboratory(tmp_path)
    axis = "{range: {start: 0, stop: 1000000000}}"
    (lab.folder / "big.yaml").write_text(f"name: big\nparameters: {{a: {axis}, b: {axis}}}\n")
    before = set(lab.folder.iterdir())
    ended = lab.run("plan", "big.yaml")
    assert ended.returncode == 0
    assert "size:             1000000000000000000" in ended.stdout
    assert "last point:       {" in ended.stdout
    assert "note: sweep run would refuse it here: sharding: gives 100,000,000,000,000 shards" in ended.stderr
    assert set(lab.folder.iterdir()) == before


def test_a_run_as_json_prints_where_the_sweep_stands(toy: Laboratory) -> None:
    """Standard output is one document and nothing else, the same as that of the status."""
    ended = toy.run("run", "toy.yaml", "--json")
    document = check_printed("status", ended.stdout)
    assert (ended.returncode, document) == toy.run_json("status", "latest")
    assert (document["state"], document["done"], document["failed"]) == ("done_with_errors", 11, 1)
    assert len(list((toy.folder / document["results"]).iterdir())) == 5


def test_a_run_ends_with_what_to_do_next(toy: Laboratory) -> None:
    """The last lines are the commands that evaluate failed points again and that write the table."""
    *_, retry, table = (toy.folder / "run.txt").read_text().splitlines()
    assert retry.startswith("next:    sweep retry toy-")
    assert table.startswith("next:    sweep results toy-")


@pytest.mark.parametrize("command", [("plan", "toy.yaml"), ("status", "latest"), ("list",)], ids=_typed)
def test_json_is_all_of_standard_output(toy: Laboratory, command: tuple[str, ...]) -> None:
    """With `--json` a command prints one JSON document and nothing else."""
    assert isinstance(json.loads(toy.run(*command, "--json").stdout), dict)


def test_what_a_target_prints_is_no_output(toy: Laboratory) -> None:
    """Standard error has what the target prints, and no progress bar where it is no terminal."""
    lines = (toy.folder / "run-errors.txt").read_text().splitlines()
    assert lines.count("the target prints this") == 12
    assert "the target prints" not in (toy.folder / "run.txt").read_text()


def test_a_finished_run_is_not_run_again(toy: Laboratory) -> None:
    """The same command prints the same answer and does not call the target."""
    ended = toy.run("run", "toy.yaml")
    assert ended.returncode == 1
    assert ended.stdout == (toy.folder / "run.txt").read_text()
    assert "the target prints" not in ended.stderr


def test_a_run_without_failures_ends_with_0(tmp_path: Path) -> None:
    """A run exits with 0 if all points have values, and prints a command that writes the table."""
    lab = Laboratory(tmp_path)
    ended = lab.run("run", str(lab.write("gated", 4, 2)))
    assert ended.returncode == 0
    command = ended.stdout.splitlines()[-1].removeprefix("next:    sweep ")
    assert lab.run(*command.split()).returncode == 0
    assert len(list(lab.folder.glob("lab-*.csv"))) == 1


def test_another_target_is_another_sweep(tmp_path: Path) -> None:
    """`--target` replaces the target of the file and makes another sweep."""
    lab = Laboratory(tmp_path)
    file = str(lab.write("gated", 4, 2))
    _, first = lab.run_json("run", file)
    _, second = lab.run_json("run", file, "--target", "lab:leave")
    assert first["sweep_id"] != second["sweep_id"]
    assert (first["done"], second["done"]) == (4, 4)


def test_status_reports_what_failed_and_why(toy: Laboratory) -> None:
    """`sweep status` prints the failures as JSON and as text, for an id and for `latest`."""
    code, document = toy.run_json("status", "latest")
    assert code == 1
    assert {"state", "size", "shards", "done", "failed", "failures"} <= set(document)
    place = f"{toy.folder.name}/toy.py:5 f"
    example = {"shard": 3, "points": 1, "attempts": 1, "index": 7, "point": {"x": 2, "y": 1.0}, "at": [place]}
    group = {"reason": "ValueError", "message": "no value", "shards": 1, "points": 1, "example": example}
    assert document["failures"] == [group]
    assert (document["dispatch"]["accepted"], document["dispatch"]["waiting"]) == (5, 0)
    text = toy.run("status", document["sweep_id"]).stdout
    assert "11 of 12 done (91.67 %), 1 failed" in text
    assert f"1 point in 1 shard: ValueError: no value  (first: point 7, x=2, y=1.0, {place})" in text


def test_list_shows_every_sweep(toy: Laboratory, tmp_path: Path) -> None:
    """`sweep list` prints a row for each sweep, and does not write to a folder without sweeps."""
    assert "12" in toy.run("list").stdout.splitlines()[1].split()
    ended = toy.run("list", "--out", str(tmp_path / "nothing"))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "make one with: sweep run FILE" in ended.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("command", ["status", "results"])
@pytest.mark.parametrize("out", ["out", "nowhere"])
def test_an_unknown_sweep_is_named(toy: Laboratory, command: str, out: str) -> None:
    """The command exits with 2 and one line, in a folder with sweeps and in one without."""
    ended = toy.run(command, "absent", "--out", out)
    assert ended.returncode == 2
    assert re.fullmatch(r"error: .*(absent: is no id|there are no sweeps in nowhere).*\n", ended.stderr)
    assert not (toy.folder / "nowhere").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("nope",), ("run",), ("plan", "a", "b"), ("run", "f", "--workers", "0")], ids=_typed
)
def test_wrong_usage_ends_with_2(toy: Laboratory, arguments: tuple[str, ...]) -> None:
    """The command prints its usage and no traceback."""
    ended = toy.run(*arguments)
    assert ended.returncode == 2
    assert "Usage: sweep" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


_ALL = ["plan", "run", "list", "status", "results", "remove"]
_OF_A_SWEEP = "0 every point has a value or is skipped, 1 some points have none, 2 bad input or usage, 130 interrupted"
_OF_AN_ANSWER = "0 done, 1 it did not work, 2 bad input or usage, 130 interrupted"


@pytest.mark.parametrize("command", _ALL)
def test_help_names_the_exit_codes(toy: Laboratory, command: str) -> None:
    """Every help text lists the exit codes of its command."""
    ended = toy.run(command, "--help")
    assert ended.returncode == 0
    codes = _OF_A_SWEEP if command in {"run", "status", "results"} else _OF_AN_ANSWER
    assert codes in " ".join(ended.stdout.split())


def test_help_lists_every_command(toy: Laboratory) -> None:
    """`sweep --help` names each command and the options of the whole program."""
    text = toy.run("--help").stdout
    assert [command for command in _ALL if f" {command} " not in text] == []
    assert "--version" in text
    assert "--install-completion" in text


def test_the_version_is_that_of_the_package(toy: Laboratory) -> None:
    """`sweep --version` prints the version and ends with 0."""
    ended = toy.run("--version")
    assert (ended.returncode, ended.stdout) == (0, f"sweep {version('serverless-sweep')}\n")


def test_completion_can_be_installed(tmp_path: Path) -> None:
    """`sweep --install-completion bash`, typed in a shell, writes a script by which bash completes the commands."""
    environment = os.environ | {"PATH": f"{Path(SWEEP).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}

    def in_bash(*lines: str) -> str:
        command = ["/bin/bash", "-ec", "\n".join(lines)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    in_bash("sweep --install-completion bash", "true")
    (script,) = (tmp_path / ".bash_completions").iterdir()
    reply = 'echo "${COMPREPLY[@]}"'
    offered = in_bash(f"source {script}", "COMP_WORDS=(sweep re) COMP_CWORD=1", "_sweep_completion sweep", reply)
    assert offered.split() == ["results", "retry", "remove"]


def test_an_interrupted_listing_ends_with_130(toy: Laboratory) -> None:
    """Another command than `sweep run` exits with 130 on Ctrl-C, without a traceback."""
    fifo = toy.folder / "fifo.yaml"
    os.mkfifo(fifo)
    # The process must not inherit that signals are ignored, as they are in a background job of a shell.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = toy.start("plan", str(fifo))
    signal.signal(signal.SIGINT, inherited)
    descriptor = os.open(fifo, os.O_WRONLY)
    errors = ""
    # The read goes on if a library's thread receives the signal, or if it arrives just before the read. A user would
    # press the keys again.
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _, errors = process.communicate(timeout=5)
            break
    os.close(descriptor)
    assert process.returncode == 130
    assert "Traceback" not in errors
