"""What a command loads before it answers: start-up time is what is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# What dependency-injector would load to know its classes, what typer would to convert text, and the cloud and tables.
_NEVER = {"pydantic_settings", "werkzeug", "flask", "boto3", "botocore", "duckdb", "pandas", "polars", "pyarrow"}
_FIRST = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import atexit
atexit.register(lambda: print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr))
"""
_COMMAND = f"{_FIRST}\nfrom entrypoints.cli.command import main\nmain()"
_WORKER = f"{_FIRST}\nimport entrypoints.local_worker"


def _loaded(program: str, *words: str, folder: Path) -> set[str]:
    command = [sys.executable, "-c", program, str(ROOT), *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return set(ended.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one sweep that is done."""
    made = tmp_path_factory.mktemp("start")
    (made / "model.py").write_text("def evaluate(x):\n    return x\n")
    program = f"{_COMMAND}"
    command = [sys.executable, "-c", program, str(ROOT), "run", "model:evaluate", "-p", "x=1,2"]
    subprocess.run(command, cwd=made, capture_output=True, check=True, timeout=60)
    return made


def test_help_loads_no_library_of_any_command(folder: Path) -> None:
    """The help needs typer and what draws its boxes."""
    absent = _NEVER | {"pydantic", "dependency_injector", "asyncio", "yaml", "sqlite3"}
    assert not _loaded(_COMMAND, "--help", folder=folder) & absent


@pytest.mark.parametrize("words", [(), ("--out", "sweep-results")], ids=["nothing typed", "a path typed"])
def test_a_status_loads_neither_pydantic_nor_rich(folder: Path, words: tuple[str, ...]) -> None:
    """The ledger's counts are all that a status of a sweep without failures reads."""
    loaded = _loaded(_COMMAND, "status", "latest", *words, folder=folder)
    assert "sqlite3" in loaded
    assert not loaded & (_NEVER | {"pydantic", "rich", "yaml"})


def test_a_worker_process_loads_nothing_of_the_command_line(folder: Path) -> None:
    """What worker processes load, a run waits for."""
    assert not _loaded(_WORKER, folder=folder) & (_NEVER | {"typer", "rich", "yaml"})
