"""What the API says of a sweep that is not simply done: which shards run, what failed where and why, what to do."""

from __future__ import annotations

from typing import Any

import pytest

from domain.dispatch import OutcomeKind
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from tests.fakes.api import ApiDesk, act_event, get_event
from tests.fakes.desk import LIFETIME
from tests.fakes.shard_invoker import RecordingInvoker

_PLACES = ("lab/model.py:7 solve", "lab/model.py:12 simulate")
_REQUEST: dict[str, Any] = {
    "name": "toy",
    "target": "toy:f",
    "parameters": {"x": {"range": {"start": 0, "stop": 12}}, "text": ["a" * 300]},
    "sharding": {"shards": 6},
}


def _errors(number: int, points: int, message: str = "no root", places: tuple[str, ...] = _PLACES) -> ShardDone:
    """Return the end of a shard of two points with one kind of error."""
    first = PointError(2 * number, "ValueError", message, places)
    return ShardDone(number, 2 - points, points, (ErrorKind(first, points),))


def _desk(invoker: RecordingInvoker | None = None) -> tuple[ApiDesk, str]:
    """Return an API with one sweep of 6 shards, of two points each, and the sweep's id."""
    desk = ApiDesk(invoker)
    return desk, desk.post(_REQUEST)[1]["sweep_id"]


def _failing() -> tuple[ApiDesk, str]:
    """Return a sweep of which shards 1, 3 and 4 have errors, shard 5 has failed, and the others are done."""
    desk, sweep_id = _desk()
    for shard in (0, 2):
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 2))
    for end in (_errors(1, 2), _errors(3, 1, "too steep", places=()), _errors(4, 1)):
        desk.ledger.mark_done(sweep_id, end)
    desk.ledger.mark_failed(sweep_id, ShardFailed(5, Reason.RETRIES_EXHAUSTED, "Task timed out", 3))
    return desk, sweep_id


def _status(desk: ApiDesk, sweep_id: str) -> dict[str, Any]:
    status, document = desk.ask(get_event(sweep_id))
    assert status == 200
    return document


def test_the_status_groups_failures_by_their_cause() -> None:
    """The cause that cost the most points comes first, and each has its first failure as an example."""
    desk, sweep_id = _failing()
    document = _status(desk, sweep_id)
    assert (document["failing_shards"], document["failing_shards_grouped"]) == (4, 4)
    assert (document["shards_done"], document["shards_with_errors"], document["shards_failed"]) == (5, 3, 1)
    assert (document["done"], document["failed"]) == (6, 6)
    text = "a" * 200 + "..."
    assert document["failures"] == [
        {
            "reason": "ValueError",
            "message": "no root",
            "shards": 2,
            "points": 3,
            "example": {
                "shard": 1,
                "points": 2,
                "attempts": 1,
                "index": 2,
                "point": {"x": 2, "text": text},
                "at": ["lab/model.py:7 solve", "lab/model.py:12 simulate"],
            },
        },
        {
            "reason": "RetriesExhausted",
            "message": "Task timed out",
            "shards": 1,
            "points": 2,
            "example": {"shard": 5, "points": 2, "attempts": 3},
        },
        {
            "reason": "ValueError",
            "message": "too steep",
            "shards": 1,
            "points": 1,
            "example": {"shard": 3, "points": 1, "attempts": 1, "index": 6, "point": {"x": 6, "text": text}},
        },
    ]


def test_failures_are_listed_a_page_at_a_time() -> None:
    """The pages that `next` links list the failures of every shard in order, each once."""
    desk, sweep_id = _failing()
    listed: list[dict[str, Any]] = []
    query = {"limit": "2"}
    while True:
        status, page = desk.ask(get_event(sweep_id, "/failures", **query))
        assert status == 200
        listed += page["failures"]
        if page["next"] is None:
            break
        query["after"] = str(page["next"])
    assert [failure["shard"] for failure in listed] == [1, 3, 4, 5]
    assert listed == desk.ask(get_event(sweep_id, "/failures"))[1]["failures"]
    assert listed[0] == {
        "shard": 1,
        "points": 2,
        "reason": "ValueError",
        "message": "no root",
        "attempts": 1,
        "index": 2,
        "point": {"x": 2, "text": "a" * 200 + "..."},
        "at": ["lab/model.py:7 solve", "lab/model.py:12 simulate"],
    }
    assert listed[3] == {
        "shard": 5,
        "points": 2,
        "reason": "RetriesExhausted",
        "message": "Task timed out",
        "attempts": 3,
    }


def test_a_page_of_failures_has_20_shards_unless_the_caller_says_otherwise() -> None:
    """The default is 20 shards."""
    desk = ApiDesk()
    request = _REQUEST | {"parameters": {"x": {"range": {"start": 0, "stop": 50}}}, "sharding": {"shards": 50}}
    sweep_id = desk.post(request)[1]["sweep_id"]
    for shard in range(50):
        desk.ledger.mark_failed(sweep_id, ShardFailed(shard, Reason.RETRIES_EXHAUSTED, "text", 3))
    _, page = desk.ask(get_event(sweep_id, "/failures"))
    assert ([failure["shard"] for failure in page["failures"]], page["next"]) == (list(range(20)), 19)
    _, page = desk.ask(get_event(sweep_id, "/failures", limit="100", after="19"))
    assert ([failure["shard"] for failure in page["failures"]], page["next"]) == (list(range(20, 50)), None)


def test_a_failed_shard_may_have_results_and_then_only_what_they_lack_has_failed() -> None:
    """A retry that failed leaves the values of the earlier run: one point of the shard has no value."""
    desk, sweep_id = _desk()
    desk.ledger.mark_done(sweep_id, _errors(1, 1))
    assert desk.ask(act_event("retry", sweep_id))[0] == 202
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.EVENT_AGE_EXCEEDED, "waited", 0, generation=1))
    (group,) = _status(desk, sweep_id)["failures"]
    assert (group["reason"], group["points"]) == ("EventAgeExceeded", 1)


def test_the_status_says_which_shards_run_and_since_when() -> None:
    """A shard that was dispatched and has not ended runs since its dispatch, the oldest first."""
    desk, sweep_id = _desk(RecordingInvoker({4: OutcomeKind.EXHAUSTED}))
    desk.ledger.mark_done(sweep_id, ShardDone(0, 2))
    desk.clock.time += 60
    desk.invoker.refused = {}
    assert desk.ask(act_event("retry", sweep_id))[0] == 202
    document = _status(desk, sweep_id)
    assert (document["running"], document["overdue"], document["undispatched"]) == (5, 0, 0)
    before = [{"shard": shard, "since": "2023-11-14T22:13:20Z"} for shard in (1, 2, 3, 5)]
    assert document["oldest_running"] == [*before, {"shard": 4, "since": "2023-11-14T22:14:20Z"}]


def test_a_shard_that_is_lost_is_overdue_and_no_longer_running() -> None:
    """Beyond the time that a shard can live the sweep is incomplete, and its status names the retry."""
    desk, sweep_id = _desk()
    desk.clock.time += LIFETIME + 1
    document = _status(desk, sweep_id)
    assert (document["state"], document["running"], document["overdue"]) == ("incomplete", 0, 6)
    assert document["oldest_running"] == []
    assert "retry" in document["links"]


def _links(document: dict[str, Any]) -> set[str]:
    sweep_id = document["sweep_id"]
    for name, path in document["links"].items():
        assert path == f"/sweeps/{sweep_id}" + ("" if name == "self" else f"/{name}")
    return set(document["links"])


@pytest.mark.parametrize(
    ("state", "links"),
    [
        pytest.param("running", {"cancel"}, id="running"),
        pytest.param("done", set(), id="done"),
        pytest.param("done_with_errors", {"failures", "retry"}, id="done with errors"),
        pytest.param("failed", {"failures", "retry"}, id="failed"),
        pytest.param("incomplete", {"retry", "cancel"}, id="incomplete"),
        pytest.param("cancelled", set(), id="cancelled"),
    ],
)
def test_the_status_names_the_calls_that_bring_the_sweep_on(state: str, links: set[str]) -> None:
    """An order that would change nothing, and a list that would be empty, are not offered."""
    desk, sweep_id = _desk()
    for shard in range(6):
        match state:
            case "done":
                desk.ledger.mark_done(sweep_id, ShardDone(shard, 2))
            case "done_with_errors":
                desk.ledger.mark_done(sweep_id, _errors(shard, 1))
            case "failed":
                desk.ledger.mark_failed(sweep_id, ShardFailed(shard, Reason.RETRIES_EXHAUSTED, "text", 3))
    if state == "incomplete":
        desk.clock.time += LIFETIME + 1
    if state == "cancelled":
        desk.ask(act_event("cancel", sweep_id))
    document = _status(desk, sweep_id)
    assert document["state"] == state
    assert _links(document) == {"self", "request", "progress", "results"} | links
