"""`sweep results`: one file of all results, whole or with what is wrong."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory


def test_results_as_lines_are_the_objects_in_order(toy: Laboratory) -> None:
    """`sweep results` prints the lines of the objects, every point once."""
    stdout = toy.run("results", "latest").stdout
    objects = [gzip.decompress(body).decode() for _, body in sorted(toy.results().items())]
    assert stdout == "".join(objects)
    assert [json.loads(line)["index"] for line in stdout.splitlines()] == list(range(12))


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "arrow"])
def test_results_in_a_file_are_those_on_standard_output(toy: Laboratory, kind: str, tmp_path: Path) -> None:
    """The name of a file says the format, `-` is standard output, and that may be appended to a file."""
    path, appended = tmp_path / f"table.{kind}", tmp_path / "appended"
    assert toy.run("results", "latest", "-o", str(path)).returncode == 1
    appended.write_bytes(b"before\n")
    with appended.open("ab") as file:
        command = [SWEEP, "results", "latest", "--format", kind, "-o", "-", "--out", str(toy.out)]
        subprocess.run(command, stdout=file, check=False)
    written = appended.read_bytes().removeprefix(b"before\n")
    # DuckDB leaves what it likes in the cells of Arrow that are null: the tables are equal, and not all of their bytes.
    assert _arrow(written).equals(_arrow(path.read_bytes())) if kind == "arrow" else written == path.read_bytes()
    assert list(tmp_path.iterdir()) in ([path, appended], [appended, path])
    assert _indices(path) == list(range(12))


def _arrow(body: bytes) -> pa.Table:
    return pa.ipc.open_file(body).read_all()


def _indices(path: Path) -> list[int]:
    if path.suffix == ".arrow":
        with pa.memory_map(str(path)) as file:
            return list(pa.ipc.open_file(file).read_all()["index"].to_pylist())
    reader = {".csv": duckdb.read_csv, ".parquet": duckdb.read_parquet, ".jsonl": duckdb.read_json}[path.suffix]
    return [row[0] for row in reader(str(path)).fetchall()]


def test_an_unknown_ending_names_no_format(toy: Laboratory, tmp_path: Path) -> None:
    """A file whose name ends in another way needs `--format`; one whose name has no ending gets lines."""
    ended = toy.run("results", "latest", "-o", str(tmp_path / "table.xlsx"))
    assert (ended.returncode, "which format is .xlsx?" in ended.stderr) == (2, True)
    assert toy.run("results", "latest", "-o", str(tmp_path / "table.xlsx"), "--format", "csv").returncode == 1
    ended = toy.run("results", "latest", "-o", str(tmp_path / "lines"))
    assert (ended.returncode, f"wrote {tmp_path / 'lines'}, " in ended.stderr) == (1, True)
    assert (tmp_path / "table.xlsx").read_text().startswith("index,x,y,value.sum,error.type,error.message\n")
    assert (tmp_path / "lines").read_text().startswith('{"index":0,')


def test_results_with_errors_end_with_1(toy: Laboratory) -> None:
    """A point without a value is counted on standard error, and the command ends with 1, as its help says."""
    ended = toy.run("results", "latest", "--format", "csv")
    assert (ended.returncode, ended.stderr) == (1, "note: 1 point has an error instead of a value\n")


def _copied(toy: Laboratory, folder: Path, *without: int) -> Path:
    """Copy the objects of all shards but some into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    for name, body in toy.results().items():
        if int(name[:8]) not in without:
            (folder / name).write_bytes(body)
    return folder


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_results_copied_from_elsewhere_are_the_same(toy: Laboratory, kind: str, tmp_path: Path) -> None:
    """`--from` a folder with only the objects prints the same bytes."""
    copied = toy.run("results", "--from", str(_copied(toy, tmp_path)), "--of", "toy.yaml", "--format", kind)
    here = toy.run("results", "latest", "--format", kind)
    assert (copied.stdout, copied.stderr, copied.returncode) == (here.stdout, here.stderr, 1)


def test_missing_and_foreign_objects_are_named(toy: Laboratory, tmp_path: Path) -> None:
    """`--from` writes the table of what is there, names the missing points and shards, and ends with 1."""
    _copied(toy, tmp_path)
    for name in ("00000001.jsonl.gz", "00000003.jsonl.gz"):
        (tmp_path / name).rename(tmp_path / f"{name[:8]} (1).jsonl.gz")
    ended = toy.run("results", "--from", str(tmp_path))
    assert ended.returncode == 1
    assert f"error: no result of 4 points (2-3, 7-8); the shards 1, 3 are not in {tmp_path}" in ended.stderr
    assert f"note: 2 other files in {tmp_path} are no result objects" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_end_of_a_sweep_can_be_checked(toy: Laboratory, tmp_path: Path) -> None:
    """Objects that are missing at the end are named where `--of` names the sweep's file; else a note tells of it."""
    _copied(toy, tmp_path, 3, 4)
    ended = toy.run("results", "--from", str(tmp_path))
    assert (ended.returncode, "note: whether point 6 is the sweep's last one, --of FILE" in ended.stderr) == (0, True)
    ended = toy.run("results", "--from", str(tmp_path), "--of", "toy.yaml")
    assert ended.returncode == 1
    assert "error: no result of 5 points (7-11); the shards 3, 4 are not in" in ended.stderr


def test_double_points_are_named(toy: Laboratory, tmp_path: Path) -> None:
    """An object under the name of another shard gives points twice: they are named, and the command ends with 1."""
    _copied(toy, tmp_path, 1)
    (tmp_path / "00000001.jsonl.gz").write_bytes(toy.results()["00000000.jsonl.gz"])
    ended = toy.run("results", "--from", str(tmp_path))
    assert ended.returncode == 1
    assert "error: more than one result of 2 points (0-1)" in ended.stderr
    assert "error: no result of 2 points (2-3); their objects lack them" in ended.stderr


def test_constants_can_be_columns(tmp_path: Path) -> None:
    """`--constants` adds a column for each, from the ledger, and from the sweep's file for copied objects."""
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text("def f(x, k, v):\n    return x * k\n")
    (lab.folder / "m.yaml").write_text("name: m\ntarget: model:f\nparameters: {x: [1, 2]}\nconstants: {k: 3, v: [1]}\n")
    lab.run("run", "m.yaml")
    here = lab.run("results", "m", "--constants", "--format", "csv")
    assert (here.returncode, here.stdout) == (
        0,
        'index,x,k,v,value\n0,1,3,"[1]",3\n1,2,3,"[1]",6\n'.replace('"[1]"', "[1]"),
    )
    copied = str(_copied(lab, tmp_path / "copied"))
    there = lab.run("results", "--from", copied, "--of", "m.yaml", "--constants", "--format", "csv")
    assert (there.returncode, there.stdout) == (0, here.stdout)
    assert "needs the sweep's file" in lab.run("results", "--from", copied, "--constants", "--format", "csv").stderr
    assert "is for tables" in lab.run("results", "m", "--constants").stderr


@pytest.mark.parametrize("name", ["set?", "set*", "set[1]", "[ab]", "it's"])
def test_a_folders_name_is_no_pattern(toy: Laboratory, name: str, tmp_path: Path) -> None:
    """`--from` reads the named folder and no other one, whatever characters its name has."""
    for folder, shard in ((name, "00000000"), ("set1", "00000001"), ("a", "00000001")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "00000000.jsonl.gz").write_bytes(toy.results()[f"{shard}.jsonl.gz"])
    ended = toy.run("results", "--from", str(tmp_path / name), "--format", "csv")
    assert ended.returncode == 0, ended.stderr
    assert [line.partition(",")[0] for line in ended.stdout.splitlines()] == ["index", "0", "1"]


def test_a_folder_without_results_is_refused(toy: Laboratory, tmp_path: Path) -> None:
    """`sweep results` refuses a folder without objects, a damaged object, and an id together with a folder."""
    empty = toy.run("results", "--from", str(tmp_path))
    assert (empty.returncode, "there are no result objects" in empty.stderr) == (2, True)
    (tmp_path / "00000000.jsonl.gz").write_bytes(gzip.compress(b"[]\n"))
    damaged = toy.run("results", "--from", str(tmp_path))
    assert (damaged.returncode, "cannot be read" in damaged.stderr) == (1, True)
    both = toy.run("results", "latest", "--from", str(tmp_path))
    assert (both.returncode, "say either which sweep" in both.stderr) == (2, True)


def test_results_to_an_unwritable_file_are_refused(toy: Laboratory) -> None:
    """`sweep results` exits with 2 and names the file that it cannot write."""
    for output in ("/proc/table.csv", "run.txt/table.csv", "nowhere/table.csv"):
        ended = toy.run("results", "latest", "--format", "csv", "-o", output)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"error: --output: cannot write {output}: ")


def test_a_reader_may_stop_reading(toy: Laboratory) -> None:
    """`sweep results ... | head` prints no error."""
    process = toy.start("results", "latest")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(60)
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
