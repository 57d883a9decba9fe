"""The command line as its users have it: what it prints, and what it ends with."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory

_TARGET = """
def f(x, y):
    print("the target prints this")
    if x == 2 and y == 1:
        raise ValueError("no " + "value")
    return {"sum": x + y}
"""
_SWEEP_FILE = """
name: toy
target: toy:f
parameters:
  x: [1, 2, 3]
  y: {linspace: {start: 0, stop: 1, num: 4}}
sharding: {shards: 5}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Return a laboratory in which a sweep of 12 points has been run, one of them without a value."""
    lab = Laboratory(tmp_path_factory.mktemp("lab"))
    (lab.folder / "toy.py").write_text(_TARGET)
    (lab.folder / "toy.yaml").write_text(_SWEEP_FILE)
    ended = lab.run("run", "toy.yaml", "--workers", "2", "--json")
    assert ended.returncode == 1
    (lab.folder / "run.txt").write_text(ended.stdout)
    (lab.folder / "run-errors.txt").write_text(ended.stderr)
    return lab


def test_a_plan_says_what_would_be_done(lab: Laboratory) -> None:
    """Size, shards, their sizes, the first and the last point: all of it in one JSON object on the last line."""
    code, document = lab.run_json("plan", "toy.yaml")
    assert code == 0
    assert document == {
        "name": "toy",
        "size": 12,
        "shards": 5,
        "points_per_shard": {"min": 2, "max": 3},
        "first_point": {"x": 1, "y": 0.0},
        "last_point": {"x": 3, "y": 1.0},
    }


def test_a_plan_shows_one_shard_and_one_point(lab: Laboratory) -> None:
    """The shard's range, the payload that a worker would get, and the values of a point."""
    _, document = lab.run_json("plan", "toy.yaml", "--shard", "4", "--point", "7")
    assert document["shard"] == {"number": 4, "start": 9, "stop": 12}
    assert document["payload"]["version"] == 1
    assert document["payload"]["shard"] == document["shard"]
    assert document["point"] == {"x": 2, "y": 1.0}


@pytest.mark.parametrize(("option", "number", "last"), [("--shard", "5", 4), ("--point", "12", 11)])
def test_a_plan_has_no_more_than_it_has(lab: Laboratory, option: str, number: str, last: int) -> None:
    """A shard or a point beyond the last one is refused, and the message names the last one."""
    ended = lab.run("plan", "toy.yaml", option, number)
    assert ended.returncode == 2
    assert ended.stderr == f"error: {option}: {number} is too large; the last one is {last}\n"


def test_a_plan_for_people_and_nothing_written(tmp_path: Path) -> None:
    """Without --json every line says one thing; 10^18 points are no more work; no file appears."""
    lab = Laboratory(tmp_path)
    axis = "{range: {start: 0, stop: 1000000000}}"
    (lab.folder / "big.yaml").write_text(f"name: big\nparameters: {{a: {axis}, b: {axis}}}\n")
    before = set(lab.folder.iterdir())
    ended = lab.run("plan", "big.yaml")
    assert ended.returncode == 0
    assert "size:             1000000000000000000" in ended.stdout
    assert "last point:       {" in ended.stdout
    assert "note: sweep run would refuse it here: sharding: gives 100000000000000 shards" in ended.stderr
    assert set(lab.folder.iterdir()) == before


def test_a_run_ends_with_one_line_of_json(lab: Laboratory) -> None:
    """The counts are of points, the results are where it says, and the exit code tells of the failed point."""
    *lines, last = (lab.folder / "run.txt").read_text().splitlines()
    document = json.loads(last)
    results = lab.folder / document.pop("results")
    assert re.fullmatch(r"toy-[0-9a-v]{12}", document.pop("sweep_id"))
    assert document == {
        "state": "done",
        "size": 12,
        "shards": 5,
        "done": 11,
        "failed": 1,
        "shards_done": 5,
        "shards_failed": 0,
    }
    assert len(list(results.iterdir())) == 5
    assert any(line.startswith("next:    sweep results toy-") for line in lines)


def test_a_run_without_a_terminal_is_quiet(lab: Laboratory) -> None:
    """What the target prints goes to standard error; no progress bar does."""
    assert set((lab.folder / "run-errors.txt").read_text().splitlines()) == {"the target prints this"}
    assert "the target prints" not in (lab.folder / "run.txt").read_text()


def test_a_finished_run_is_not_run_again(lab: Laboratory) -> None:
    """The same command gives the same answer, and calls the target no more."""
    ended = lab.run("run", "toy.yaml", "--json")
    assert ended.returncode == 1
    assert ended.stdout == (lab.folder / "run.txt").read_text()
    assert ended.stderr == ""


def test_a_run_without_failures_ends_with_0(tmp_path: Path) -> None:
    """All points done; the printed next command makes the table."""
    lab = Laboratory(tmp_path)
    ended = lab.run("run", str(lab.write("gated", 4, 2)))
    assert ended.returncode == 0
    command = ended.stdout.splitlines()[-1].removeprefix("next:    sweep ")
    assert lab.run(*command.split()).returncode == 0
    assert len(list(lab.folder.glob("lab-*.csv"))) == 1


def test_another_target_is_another_sweep(tmp_path: Path) -> None:
    """`--target` wins over the file, and its results are its own."""
    lab = Laboratory(tmp_path)
    file = str(lab.write("gated", 4, 2))
    _, first = lab.run_json("run", file)
    _, second = lab.run_json("run", file, "--target", "lab:leave")
    assert first["sweep_id"] != second["sweep_id"]
    assert (first["done"], second["done"]) == (4, 4)


def test_a_changed_target_is_another_sweep(tmp_path: Path) -> None:
    """Results of an edited function never mix with those of the old one."""
    lab = Laboratory(tmp_path)
    file = str(lab.write("gated", 4, 2))
    _, first = lab.run_json("run", file)
    with (lab.folder / "lab.py").open("a") as source:
        source.write("# edited\n")
    _, second = lab.run_json("run", file)
    assert first["sweep_id"] != second["sweep_id"]


def test_status_tells_what_failed_and_why(lab: Laboratory) -> None:
    """As JSON for programs and as text for people, by id and as `latest`."""
    code, document = lab.run_json("status", "latest")
    assert code == 0
    assert {"state", "size", "shards", "done", "failed", "failures"} <= set(document)
    assert document["failures"] == [
        {"shard": 3, "points": 1, "reason": "ValueError", "message": "no value", "attempts": 1}
    ]
    text = lab.run("status", document["sweep_id"]).stdout
    assert "11 of 12 done (91.67 %), 1 failed" in text
    assert "shard 3: 1 points without a value: ValueError: no value" in text


def test_list_shows_every_sweep(lab: Laboratory, tmp_path: Path) -> None:
    """A row a sweep; a folder without any is no error and stays as it is."""
    assert "12" in lab.run("list").stdout.splitlines()[1].split()
    ended = lab.run("list", "--out", str(tmp_path / "nothing"))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "make one with: sweep run FILE" in ended.stderr
    assert not (tmp_path / "nothing").exists()


def test_results_as_lines_are_the_objects_in_order(lab: Laboratory) -> None:
    """To standard output, byte for byte, every point once."""
    stdout = lab.run("results", "latest").stdout
    objects = [gzip.decompress(body).decode() for _, body in sorted(lab.results().items())]
    assert stdout == "".join(objects)
    assert [json.loads(line)["index"] for line in stdout.splitlines()] == list(range(12))


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_results_in_a_file_are_those_on_standard_output(lab: Laboratory, kind: str, tmp_path: Path) -> None:
    """The same content either way; appended to a file that has something already, which stays."""
    path, appended = tmp_path / f"table.{kind}", tmp_path / "appended"
    assert lab.run("results", "latest", "--format", kind, "-o", str(path)).returncode == 0
    appended.write_bytes(b"before\n")
    with appended.open("ab") as file:
        command = [SWEEP, "results", "latest", "--format", kind, "--out", str(lab.out)]
        subprocess.run(command, stdout=file, check=True)
    assert appended.read_bytes() == b"before\n" + path.read_bytes()
    assert list(tmp_path.iterdir()) in ([path, appended], [appended, path])
    reader = {"csv": duckdb.read_csv, "parquet": duckdb.read_parquet, "jsonl": duckdb.read_json}[kind]
    assert [row[0] for row in reader(str(path)).fetchall()] == list(range(12))


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_results_copied_from_elsewhere_are_the_same(lab: Laboratory, kind: str, tmp_path: Path) -> None:
    """From a folder with the objects alone, as it comes from a bucket: the same bytes; what is missing is told."""
    for name, body in lab.results().items():
        (tmp_path / name).write_bytes(body)
    copied = lab.run("results", "--from", str(tmp_path), "--format", kind)
    assert (copied.stdout, copied.stderr) == (lab.run("results", "latest", "--format", kind).stdout, "")
    (tmp_path / "00000001.jsonl.gz").unlink()
    assert "1 shards are not in" in lab.run("results", "--from", str(tmp_path)).stderr


def test_a_folder_without_results_is_refused(lab: Laboratory, tmp_path: Path) -> None:
    """So are a damaged object, and an id beside a folder."""
    empty = lab.run("results", "--from", str(tmp_path))
    assert (empty.returncode, "there are no result objects" in empty.stderr) == (2, True)
    (tmp_path / "00000000.jsonl.gz").write_bytes(gzip.compress(b"[]\n"))
    damaged = lab.run("results", "--from", str(tmp_path))
    assert (damaged.returncode, "cannot be read" in damaged.stderr) == (1, True)
    both = lab.run("results", "latest", "--from", str(tmp_path))
    assert (both.returncode, "say either which sweep" in both.stderr) == (2, True)


def test_a_reader_may_stop_reading(lab: Laboratory) -> None:
    """`sweep results ... | head` is no reason to complain."""
    process = lab.start("results", "latest")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(60)
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("command", ["status", "results"])
@pytest.mark.parametrize("out", ["out", "nowhere"])
def test_an_unknown_sweep_is_named(lab: Laboratory, command: str, out: str) -> None:
    """In a folder with sweeps and in one without; exit 2, one line."""
    ended = lab.run(command, "nobody", "--out", out)
    assert ended.returncode == 2
    assert re.fullmatch(r"error: .*('nobody'|there are no sweeps in nowhere).*\n", ended.stderr)
    assert not (lab.folder / "nowhere").exists()


def test_results_cannot_go_everywhere(lab: Laboratory) -> None:
    """A file that cannot be written is refused with its name, and leaves nothing."""
    for output in ("/proc/table.csv", "run.txt/table.csv", "nowhere/table.csv"):
        ended = lab.run("results", "latest", "--format", "csv", "-o", output)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"error: --output: cannot write {output}: ")


@pytest.mark.parametrize("arguments", [(), ("nope",), ("run",), ("plan", "a", "b"), ("run", "f", "--workers", "0")])
def test_wrong_usage_ends_with_2(lab: Laboratory, arguments: tuple[str, ...]) -> None:
    """And shows how to use it, not a traceback."""
    ended = lab.run(*arguments)
    assert ended.returncode == 2
    assert "Usage: sweep" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["", "plan", "run", "list", "status", "results"])
def test_help_names_the_exit_codes(lab: Laboratory, command: str) -> None:
    """Every help text ends with what the shell will be told."""
    ended = lab.run(*command.split(), "--help")
    assert ended.returncode == 0
    text = " ".join(ended.stdout.split())
    assert "0 all points done, 1 some points or shards failed, 2 bad input or usage, 130 interrupted" in text


def test_an_interrupted_listing_ends_with_130(lab: Laboratory) -> None:
    """Ctrl-C in any other command is no traceback either."""
    fifo = lab.folder / "fifo.yaml"
    os.mkfifo(fifo)
    # A shell's background job, and all that it starts, ignores the signal; this process is not to inherit that.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = lab.start("plan", str(fifo))
    signal.signal(signal.SIGINT, inherited)
    descriptor = os.open(fifo, os.O_WRONLY)
    errors = ""
    # A signal that a thread of some library takes, or that comes just before the read, leaves the read waiting: whoever
    # sits at the terminal presses the keys again.
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _, errors = process.communicate(timeout=5)
            break
    os.close(descriptor)
    assert process.returncode == 130
    assert "Traceback" not in errors
