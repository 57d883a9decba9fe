"""A file of points through the command line on a stack: uploaded once before the sweep is, and read back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.cli.exit_codes import ExitCode
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import DeployedApi
from tests.fakes.homes import move_below_a_stack
from tests.fakes.loopback import LoopbackHandler
from tests.fakes.table_links import LinkedTables, TableStore
from tests.fakes.typed import typed

ROWS = 5000
SUBMIT = ("submit", "lab.yaml", "--stack", "lab")


@pytest.fixture
def store() -> Iterator[TableStore]:
    """Yield a store without tables."""
    with TableStore(LinkedTables()) as store:
        yield store


@pytest.fixture
def server(store: TableStore) -> Iterator[DeployedApi]:
    """Yield the stack `lab`, whose tables are in the store."""
    with DeployedApi(ApiDesk(tables=store.tables)) as server:
        yield server


@pytest.fixture(autouse=True)
def home(server: DeployedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move to a folder below that of a local stack, with an empty home, and write a sweep of a file of points."""
    move_below_a_stack(server.url, tmp_path, monkeypatch)
    Path("points.csv").write_text("x\n" + "".join(f"{number}\n" for number in range(ROWS)), encoding="utf-8")
    request = {"name": "lab", "target": "toy:f", "design": {"kind": "points", "file": "points.csv"}}
    Path("lab.yaml").write_text(json.dumps({**request, "sharding": {"shards": 2}}), encoding="utf-8")


def test_points_go_before_their_sweep_and_once(store: TableStore, server: DeployedApi) -> None:
    """The last chunk last; a second sweep of the same points uploads nothing."""
    assert typed(*SUBMIT).code == 0
    assert store.asked == [("PUT", 0), ("PUT", 1)]
    assert typed(*SUBMIT, "--name", "again").code == 0
    assert store.asked == [("PUT", 0), ("PUT", 1)]
    posts = [path.rpartition("/")[2] for method, path, _ in server.requests if method == "POST"]
    assert [name for name in posts if name == "sweeps"] == ["sweeps"] * 2
    assert posts[0] != "sweeps"


def test_what_stops_an_upload_submits_nothing(
    store: TableStore, server: DeployedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one line and an exit code; the same command uploads what lacks, and submits."""
    monkeypatch.setattr("time.sleep", lambda _: None)

    def busy(handler: LoopbackHandler, _: bytes) -> None:
        handler.answer(503, b"<Error><Code>SlowDown</Code></Error>")

    store.faults = {1: [busy] * 5}
    ended = typed(*SUBMIT)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "the store of tables answers 503 (tried 5 times)" in ended.err
    assert server.submissions == []
    store.asked.clear()
    assert typed(*SUBMIT).code == 0
    assert store.asked == [("PUT", 1)]
    assert len(server.submissions) == 1


def test_another_machine_reads_the_points(store: TableStore) -> None:
    """By the API's links, one chunk for one point, and keeps it."""
    sweep_id = json.loads(typed(*SUBMIT, "--json").out)["sweep_id"]
    Path("points.csv").unlink()
    store.asked.clear()
    Path("toy_of_tables.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    for _ in range(2):
        shown = typed("point", sweep_id, "4999", "--stack", "lab", "--target", "toy_of_tables:f", "--json")
        assert shown.code == 0, shown.err
        assert json.loads(shown.out)["value"] == 4999
    assert store.asked == [("GET", 1)]


@pytest.mark.long
def test_ctrl_c_ends_an_upload_without_a_trace(store: TableStore, server: DeployedApi) -> None:
    """While a chunk is on its way, to a store that hangs: nothing is submitted, and the same command goes on."""
    asked = threading.Event()

    def hang(handler: LoopbackHandler, _: bytes) -> None:
        asked.set()
        threading.Event().wait(2)
        handler.close_connection = True

    store.faults = {0: [hang] * 5}
    command = [str(Path(sys.executable).with_name("sweep")), *SUBMIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (ExitCode.INTERRUPTED, "", "")
    assert server.submissions == []
    store.faults.clear()
    assert typed(*SUBMIT).code == 0
    assert [number for _, number in store.asked] == [0, 0, 1]
