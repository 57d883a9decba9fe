"""A fault while results are written: a clear message, the right exit code, and no half-written file."""

from __future__ import annotations

import random
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.report import spooled_lines
from domain.errors import DependencyUnavailable, InvalidSweep
from entrypoints.cli.exit_codes import ExitCode, of_error
from entrypoints.cli.results import Kind, Wanted, copied_results
from tests.fakes.result_files import write_objects

KINDS: tuple[Kind, ...] = ("csv", "parquet", "arrow", "jsonl")


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse what would make a file longer, as a full disk does."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python would keep what it compiles meanwhile, cut short, and not notice.
    compiles, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
        signal.signal(signal.SIGXFSZ, handler)
        sys.dont_write_bytecode = compiles


def _results(folder: Path) -> Path:
    """Write a few megabytes of text into a folder of its own, and return that."""
    source = random.Random(1)  # noqa: S311 - text that no compression makes short
    (folder / "results").mkdir()
    write_objects(folder / "results", [source.randbytes(2_000).hex() for _ in range(600)], shard=100)
    return folder / "results"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [pytest.param(1_000, id="at once"), pytest.param(2_200_000, id="at the end")])
def test_a_full_disk_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, size: int
) -> None:
    """The file keeps what it had, nothing else is left in its folder, and the command ends with 1."""
    results, out = _results(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / f"table.{kind}").write_text("before")
    # The spool alone fits, where the file does not.
    monkeypatch.setattr(spooled_lines, "_PIECE", 100_000)
    wanted = Wanted.of(kind, out / f"table.{kind}", constants=False)
    with _files_of_at_most(size), pytest.raises(DependencyUnavailable, match="cannot") as raised:
        copied_results(results, None, wanted)
    assert of_error(raised.value) is ExitCode.FAILURES
    assert {path.name: path.read_text() for path in out.iterdir()} == {f"table.{kind}": "before"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_object_leaves_the_earlier_file(tmp_path: Path, kind: Kind) -> None:
    """The object is named, the file keeps what it had, and nothing else is left."""
    results, out = _results(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "table").write_text("before")
    damaged = results / "00000003.jsonl.gz"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    with pytest.raises(DependencyUnavailable, match=r"00000003\.jsonl\.gz cannot be read"):
        copied_results(results, None, Wanted.of(kind, out / "table", constants=False))
    assert {path.name: path.read_text() for path in out.iterdir()} == {"table": "before"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_not_there_is_bad_input(tmp_path: Path, kind: Kind) -> None:
    """The option is named, and the command ends with 2."""
    (tmp_path / "results").mkdir()
    write_objects(tmp_path / "results", [1])
    wanted = Wanted.of(kind, tmp_path / "none" / "table", constants=False)
    with pytest.raises(InvalidSweep, match=f"--output: cannot write {tmp_path / 'none' / 'table'}: No such file"):
        copied_results(tmp_path / "results", None, wanted)
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


def test_a_missing_library_is_said_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`arrow` without pyarrow ends with 1 and the extra that has it, and leaves nothing."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "results").mkdir()
    write_objects(tmp_path / "results", [1])
    with pytest.raises(DependencyUnavailable, match="pyarrow is not installed; install the extra `frames`") as raised:
        copied_results(tmp_path / "results", None, Wanted.of("arrow", tmp_path / "table.arrow", constants=False))
    assert of_error(raised.value) is ExitCode.FAILURES
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("t.arrow", "arrow"), ("t.feather", "arrow"), ("t.Parquet", "parquet"), ("t.csv", "csv"), ("t", "jsonl")],
)
def test_the_name_of_a_file_says_the_format(name: str, kind: str) -> None:
    """A suffix stands for one format, and `.feather` is Arrow's file format by its older name."""
    assert Wanted.of(None, Path(name), constants=False).kind == kind
