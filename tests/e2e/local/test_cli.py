"""The command line: its output and its exit codes."""

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


def _typed(arguments: tuple[str, ...]) -> str:
    return " ".join(("sweep", *arguments))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Return a laboratory after a run of 12 points, one of which has no value."""
    lab = Laboratory(tmp_path_factory.mktemp("lab"))
    (lab.folder / "toy.py").write_text(_TARGET)
    (lab.folder / "toy.yaml").write_text(_SWEEP_FILE)
    ended = lab.run("run", "toy.yaml", "--workers", "2", "--json")
    assert ended.returncode == 1
    (lab.folder / "run.txt").write_text(ended.stdout)
    (lab.folder / "run-errors.txt").write_text(ended.stderr)
    return lab


def test_a_plan_describes_the_sweep(lab: Laboratory) -> None:
    """`sweep plan --json` prints size, shards, points per shard, first and last point as one JSON object."""
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
    """`sweep plan` prints a shard's range, the payload of its worker, and the values of a point."""
    _, document = lab.run_json("plan", "toy.yaml", "--shard", "4", "--point", "7")
    assert document["shard"] == {"number": 4, "start": 9, "stop": 12}
    assert document["payload"]["version"] == 1
    assert document["payload"]["shard"] == document["shard"]
    assert document["point"] == {"x": 2, "y": 1.0}


@pytest.mark.parametrize(
    ("option", "number", "last"), [("--shard", "5", 4), ("--point", "12", 11)], ids=["shard", "point"]
)
def test_a_plan_refuses_numbers_beyond_the_last(lab: Laboratory, option: str, number: str, last: int) -> None:
    """`sweep plan` refuses a shard or a point beyond the last one, which its message names."""
    ended = lab.run("plan", "toy.yaml", option, number)
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


def test_a_run_ends_with_one_line_of_json(lab: Laboratory) -> None:
    """The last line has the counts of points and shards, and the folder of the results."""
    *lines, last = (lab.folder / "run.txt").read_text().splitlines()
    document = json.loads(last)
    results = lab.folder / document.pop("results")
    assert re.fullmatch(r"toy-[0-9a-v]{12}", document.pop("sweep_id"))
    assert document == {
        "state": "done_with_errors",
        "size": 12,
        "shards": 5,
        "done": 11,
        "failed": 1,
        "shards_done": 5,
        "shards_with_errors": 1,
        "shards_failed": 0,
        "running": 0,
        "overdue": 0,
        "undispatched": 0,
    }
    assert len(list(results.iterdir())) == 5
    assert any(line.startswith("next:    sweep results toy-") for line in lines)


def test_a_run_without_a_terminal_is_quiet(lab: Laboratory) -> None:
    """Standard error has what the target prints and no progress bar."""
    assert set((lab.folder / "run-errors.txt").read_text().splitlines()) == {"the target prints this"}
    assert "the target prints" not in (lab.folder / "run.txt").read_text()


def test_a_finished_run_is_not_run_again(lab: Laboratory) -> None:
    """The same command prints the same answer and does not call the target."""
    ended = lab.run("run", "toy.yaml", "--json")
    assert ended.returncode == 1
    assert ended.stdout == (lab.folder / "run.txt").read_text()
    assert ended.stderr == ""


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


def test_status_reports_what_failed_and_why(lab: Laboratory) -> None:
    """`sweep status` prints the failures as JSON and as text, for an id and for `latest`."""
    code, document = lab.run_json("status", "latest")
    assert code == 0
    assert {"state", "size", "shards", "done", "failed", "failures"} <= set(document)
    place = f"{lab.folder.name}/toy.py:5 f"
    example = {"shard": 3, "attempts": 1, "index": 7, "point": {"x": 2, "y": 1.0}, "at": [place]}
    group = {"reason": "ValueError", "message": "no value", "shards": 1, "points": 1, "example": example}
    assert document["failures"] == [group]
    text = lab.run("status", document["sweep_id"]).stdout
    assert "11 of 12 done (91.67 %), 1 failed" in text
    assert f"1 point in 1 shard: ValueError: no value  (first: point 7, x=2, y=1.0, {place})" in text


def test_list_shows_every_sweep(lab: Laboratory, tmp_path: Path) -> None:
    """`sweep list` prints a row for each sweep, and does not write to a folder without sweeps."""
    assert "12" in lab.run("list").stdout.splitlines()[1].split()
    ended = lab.run("list", "--out", str(tmp_path / "nothing"))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "make one with: sweep run FILE" in ended.stderr
    assert not (tmp_path / "nothing").exists()


def test_results_as_lines_are_the_objects_in_order(lab: Laboratory) -> None:
    """`sweep results` prints the lines of the objects, every point once."""
    stdout = lab.run("results", "latest").stdout
    objects = [gzip.decompress(body).decode() for _, body in sorted(lab.results().items())]
    assert stdout == "".join(objects)
    assert [json.loads(line)["index"] for line in stdout.splitlines()] == list(range(12))


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_results_in_a_file_are_those_on_standard_output(lab: Laboratory, kind: str, tmp_path: Path) -> None:
    """Both ways lead to the same content, and standard output may be appended to a file."""
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
    """`--from` a folder with only the objects prints the same bytes."""
    for name, body in lab.results().items():
        (tmp_path / name).write_bytes(body)
    copied = lab.run("results", "--from", str(tmp_path), "--format", kind)
    assert (copied.stdout, copied.stderr) == (lab.run("results", "latest", "--format", kind).stdout, "")


def test_missing_and_foreign_objects_are_named(lab: Laboratory, tmp_path: Path) -> None:
    """`--from` writes the table of what is there, names the missing shards, and ends with 1."""
    for name, body in lab.results().items():
        (tmp_path / name).write_bytes(body)
    for name in ("00000001.jsonl.gz", "00000003.jsonl.gz"):
        (tmp_path / name).rename(tmp_path / f"{name[:8]} (1).jsonl.gz")
    ended = lab.run("results", "--from", str(tmp_path))
    assert ended.returncode == 1
    assert f"error: 2 shards are not in {tmp_path}: 1, 3" in ended.stderr
    assert f"note: 2 other files in {tmp_path} are no result objects" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["set?", "set*", "set[1]", "[ab]", "it's"])
def test_a_folders_name_is_no_pattern(lab: Laboratory, name: str, tmp_path: Path) -> None:
    """`--from` reads the named folder and no other one, whatever characters its name has."""
    for folder, shard in ((name, "00000000"), ("set1", "00000001"), ("a", "00000001")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "00000000.jsonl.gz").write_bytes(lab.results()[f"{shard}.jsonl.gz"])
    ended = lab.run("results", "--from", str(tmp_path / name), "--format", "csv")
    assert ended.returncode == 0, ended.stderr
    assert [line.partition(",")[0] for line in ended.stdout.splitlines()] == ["index", "0", "1"]


def test_a_folder_without_results_is_refused(lab: Laboratory, tmp_path: Path) -> None:
    """`sweep results` refuses a folder without objects, a damaged object, and an id together with a folder."""
    empty = lab.run("results", "--from", str(tmp_path))
    assert (empty.returncode, "there are no result objects" in empty.stderr) == (2, True)
    (tmp_path / "00000000.jsonl.gz").write_bytes(gzip.compress(b"[]\n"))
    damaged = lab.run("results", "--from", str(tmp_path))
    assert (damaged.returncode, "cannot be read" in damaged.stderr) == (1, True)
    both = lab.run("results", "latest", "--from", str(tmp_path))
    assert (both.returncode, "say either which sweep" in both.stderr) == (2, True)


def test_a_reader_may_stop_reading(lab: Laboratory) -> None:
    """`sweep results ... | head` prints no error."""
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
    """The command exits with 2 and one line, in a folder with sweeps and in one without."""
    ended = lab.run(command, "absent", "--out", out)
    assert ended.returncode == 2
    assert re.fullmatch(r"error: .*('absent'|there are no sweeps in nowhere).*\n", ended.stderr)
    assert not (lab.folder / "nowhere").exists()


def test_results_to_an_unwritable_file_are_refused(lab: Laboratory) -> None:
    """`sweep results` exits with 2 and names the file that it cannot write."""
    for output in ("/proc/table.csv", "run.txt/table.csv", "nowhere/table.csv"):
        ended = lab.run("results", "latest", "--format", "csv", "-o", output)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"error: --output: cannot write {output}: ")


@pytest.mark.parametrize(
    "arguments", [(), ("nope",), ("run",), ("plan", "a", "b"), ("run", "f", "--workers", "0")], ids=_typed
)
def test_wrong_usage_ends_with_2(lab: Laboratory, arguments: tuple[str, ...]) -> None:
    """The command prints its usage and no traceback."""
    ended = lab.run(*arguments)
    assert ended.returncode == 2
    assert "Usage: sweep" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [(), ("plan",), ("run",), ("list",), ("status",), ("results",)], ids=_typed)
def test_help_names_the_exit_codes(lab: Laboratory, command: tuple[str, ...]) -> None:
    """Every help text lists the exit codes."""
    ended = lab.run(*command, "--help")
    assert ended.returncode == 0
    text = " ".join(ended.stdout.split())
    assert "0 all points done, 1 some points or shards failed, 2 bad input or usage, 130 interrupted" in text


def test_an_interrupted_listing_ends_with_130(lab: Laboratory) -> None:
    """Another command than `sweep run` exits with 130 on Ctrl-C, without a traceback."""
    fifo = lab.folder / "fifo.yaml"
    os.mkfifo(fifo)
    # The process must not inherit that signals are ignored, as they are in a background job of a shell.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = lab.start("plan", str(fifo))
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
