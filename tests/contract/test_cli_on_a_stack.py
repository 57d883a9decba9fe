"""Every command works on a stack as on a folder, and says what is wrong with the stack in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from application.documents.result_lines import pack, value_line
from domain.sweep import ShardDone
from entrypoints.remembered_place import file_of_place
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import DeployedApi, html, refusing
from tests.fakes.homes import move_below_a_stack
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.result_store import MemoryResults
from tests.fakes.typed import typed

SUBMIT = ("submit", "toy:f", "-p", "x=0,1,2,3", "--shards", "2", "--name", "toy")


class Bucket(LoopbackServer):
    """Serves the object of each shard of two points."""

    def __init__(self) -> None:
        """Listen."""
        super().__init__(_Objects)


class _Objects(LoopbackHandler):
    def respond(self) -> None:
        """Answer with the object that the link names."""
        shard = int(self.path.rpartition("/")[2])
        self.answer(200, pack(value_line(2 * shard + one, f'"x":{2 * shard + one}', one) for one in (0, 1)))


class Links(MemoryResults):
    """Links to a bucket."""

    url = ""

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return a link that ends in the shard's number."""
        return f"{self.url}/{sweep_id}/{shard}"


@pytest.fixture
def server() -> Iterator[DeployedApi]:
    """Yield the stack `lab`, and its bucket."""
    links = Links()
    with Bucket() as bucket, DeployedApi(ApiDesk(location=links)) as server:
        links.url = bucket.url
        yield server


@pytest.fixture(autouse=True)
def home(server: DeployedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move to a folder below that of a local stack, with an empty home, and return the home."""
    return move_below_a_stack(server.url, tmp_path, monkeypatch)


def end(server: DeployedApi, sweep_id: str) -> None:
    """Let every shard end with values."""
    for shard in (0, 1):
        server.desk.ledger.mark_done(sweep_id, ShardDone(shard, 2))


def test_a_stack_that_is_used_needs_no_further_word(server: DeployedApi, tmp_path: Path) -> None:
    """Submit, list, status, results, retry and cancel, each without a word of the place; then a folder again."""
    used = typed("use", "lab")
    assert (used.code, used.out) == (0, "sweeps are in the stack lab\nnext:    sweep list\n")
    assert f"wrote {file_of_place()}" in used.err
    sweep_id = json.loads(typed(*SUBMIT, "--json").out)["sweep_id"]
    assert [one["sweep_id"] for one in json.loads(typed("list", "--json").out)["sweeps"]] == [sweep_id]
    assert json.loads(typed("status", "latest", "--json").out)["state"] == "running"
    end(server, sweep_id)
    assert (status := typed("status", "toy")).code == 0
    assert f"next:    sweep results {sweep_id} -o {sweep_id}.csv" in status.out
    lines = [json.loads(line) for line in typed("results", "latest").out.splitlines()]
    assert [(line["index"], line["point"]) for line in lines] == [(index, {"x": index}) for index in range(4)]
    assert typed("results", "latest", "-o", str(tmp_path / "table.csv")).code == 0
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").count("\n") == 5
    assert typed("retry", "latest").code == 0
    assert "there was nothing to stop" in typed("cancel", "latest").out
    assert typed("use", "--local").out.startswith("sweeps are in the folder sweep-results")
    assert not file_of_place().exists()
    assert "there are no sweeps in sweep-results" in typed("status", "latest").err


def test_a_typed_stack_is_named_in_what_follows(server: DeployedApi) -> None:
    """The command that is shown means the same place."""
    submitted = typed(*SUBMIT, "--stack", "lab")
    assert submitted.out.splitlines()[1].endswith("--stack lab")
    assert "sweep list" not in submitted.out


def test_use_alone_says_where_sweeps_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """And why, where it is the environment that says it."""
    assert typed("use").out == "sweeps are in the folder sweep-results\nnext:    sweep list\n"
    monkeypatch.setenv("SWEEP_STACK", "lab")
    assert typed("use").out.startswith("sweeps are in the stack lab (as SWEEP_STACK says)")


def absent(server: DeployedApi) -> None:
    """Let CloudFormation know no stack."""
    server.refusal = (400, "ValidationError")


def half(server: DeployedApi) -> None:
    """Let the stack be one that is being created."""
    server.status, server.outputs = "CREATE_IN_PROGRESS", {}


def expired(server: DeployedApi) -> None:
    """Let the credentials be too old."""
    server.refusal = (403, "ExpiredToken")


def denied(server: DeployedApi) -> None:
    """Let the API refuse the caller."""
    server.faults.append(refusing(403))


def page(server: DeployedApi) -> None:
    """Let a proxy answer with a page."""
    server.faults.append(html(200))


def throttled(server: DeployedApi) -> None:
    """Let the API throttle for longer than the client tries."""
    server.faults.extend([refusing(429)] * 9)


FAULTS: dict[str, tuple[Callable[[DeployedApi], None], int, str]] = {
    "no stack": (absent, 2, "error: there is no stack lab in us-east-1; check"),
    "half a stack": (half, 2, "error: the stack lab is not deployed to the end (CREATE_IN_PROGRESS)"),
    "expired credentials": (expired, 2, "error: the credentials have expired; get new ones"),
    "403": (denied, 2, "error: the API refuses the caller: not now; attach the policy"),
    "a page": (page, 1, "answers with text/html where JSON is expected"),
    "throttled": (throttled, 1, "error: the API answers 429: not now (tried 5 times); type the command again later"),
}


@pytest.mark.parametrize(("spoil", "code", "message"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("command", [("status", "toy-0123456789ab"), SUBMIT], ids=["status", "submit"])
def test_a_fault_is_one_line_and_an_exit_code(
    server: DeployedApi,
    spoil: Callable[[DeployedApi], None],
    code: int,
    message: str,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """2 for what the caller must correct, 1 where something outside failed; nothing is printed as a result."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    spoil(server)
    ended = typed(*command, "--stack", "lab")
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ("status", "toy-000000000009"), "did you mean toy-000000000001", id="an unknown id, with the nearest"
        ),
        pytest.param(
            ("submit", "other:f", "-p", "x=1"), "target: is not allowed here; allowed are toy:f", id="a target"
        ),
        pytest.param(("list", "--out", "a"), "--stack: cannot stand beside --out", id="two places"),
        pytest.param(
            ("list", "--region", "eu-west-1", "--profile", "gone"), "profile (gone) could not", id="a profile"
        ),
    ],
)
def test_what_is_typed_wrong_is_said(server: DeployedApi, words: tuple[str, ...], message: str) -> None:
    """With exit code 2, and with the words that would be right where they are known."""
    typed(*SUBMIT, "--stack", "lab")
    ended = typed(*words, "--stack", "lab")
    assert ended.code == 2
    assert message in ended.err


def test_a_remembered_file_that_is_damaged_is_said(server: DeployedApi) -> None:
    """The file keeps what it has; a typed place does without it."""
    file_of_place().parent.mkdir(parents=True)
    file_of_place().write_text("stack = ", encoding="utf-8")
    ended = typed("list")
    assert (ended.code, str(file_of_place()) in ended.err) == (2, True)
    assert typed("list", "--stack", "lab").code == 0
    assert file_of_place().read_text(encoding="utf-8") == "stack = "


@pytest.mark.parametrize("words", [("use", "lab", "--local"), ("use", "--region", "r"), ("use", "gone")])
def test_use_remembers_only_what_can_be_used(server: DeployedApi, words: tuple[str, ...]) -> None:
    """A stack that cannot be found, or two places, are refused, and what was remembered stays."""
    typed("use", "lab")
    before = file_of_place().read_text(encoding="utf-8")
    assert typed(*words).code == 2
    assert file_of_place().read_text(encoding="utf-8") == before
