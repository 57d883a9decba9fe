"""A sweep in which a shard is lost, one times out and a point raises, brought to its end by the calls of its status."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

# In seconds. No shard lives so long, however a stack is set.
A_DAY = 86_400


def troubled(cloud: Cloud, mended: Path) -> tuple[str, list[dict[str, Any]]]:
    """Submit a sweep of five points in five shards, and run all but the first, which is lost; return its payloads.

    Until the file `mended` exists, point 2 raises and point 3 never ends.
    """
    request = {
        "name": "troubled",
        "target": f"{TRIAL}:mendable",
        "parameters": {"x": [0, 1, 2, 3, 4]},
        "constants": {"mended": str(mended)},
        "sharding": {"shards": 5},
    }
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request).document["sweep_id"]
        recorder.wait_for(sweep_id, 5)
    payloads = recorder.payloads_of(sweep_id)
    with cloud.changed("Worker", Timeout=5):
        for payload in payloads[1:]:
            cloud.dispatch(payload)
        eventually(lambda: cloud.describe(sweep_id)["running"] == 1)
    return sweep_id, payloads


def let_a_day_pass(cloud: Cloud, sweep_id: str) -> None:
    """Change the moment of every dispatch of the sweep's one block to a day earlier."""
    table, tables = cloud.outputs["LedgerTable"], cloud.client("dynamodb")
    key = {"pk": {"S": f"MARKS#{sweep_id}#0"}, "sk": {"S": "BLOCK#00000000"}}
    item = tables.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
    rows = json.loads(item["dispatches"]["S"])
    earlier = [[kind, reason, generation, at - A_DAY, places] for kind, reason, generation, at, places in rows]
    tables.put_item(TableName=table, Item=item | {"dispatches": {"S": json.dumps(earlier)}})


def values(cloud: Cloud, sweep_id: str) -> dict[str, Any]:
    """Return by object the one value in it."""
    return {name: json.loads(gzip.decompress(body)).get("value") for name, body in cloud.objects(sweep_id).items()}


def test_the_calls_of_its_status_bring_a_troubled_sweep_to_its_end(cloud: Cloud, tmp_path: Path) -> None:
    """What is lost, timed out and raised is counted and explained; the retry runs just that, and all values stay."""
    mended = tmp_path / "mended"
    sweep_id, payloads = troubled(cloud, mended)
    status = cloud.describe(sweep_id)
    assert (status["state"], [one["shard"] for one in status["oldest_running"]]) == ("running", [0])
    let_a_day_pass(cloud, sweep_id)
    status = cloud.describe(sweep_id)
    counts = {name: status[name] for name in ("state", "running", "overdue", "shards_with_errors", "shards_failed")}
    assert counts == {"state": "incomplete", "running": 0, "overdue": 1, "shards_with_errors": 1, "shards_failed": 1}
    raised, timed_out = sorted(status["failures"], key=lambda group: int(group["example"]["shard"]))
    assert (raised["reason"], raised["message"], raised["example"]["point"]) == (
        "ValueError",
        "not mended yet",
        {"x": 2},
    )
    assert raised["example"]["at"][-1].endswith(" mendable")
    assert (timed_out["reason"], timed_out["example"]["attempts"]) == ("RetriesExhausted", 3)
    assert "timed out" in timed_out["message"]
    before = cloud.objects(sweep_id)

    mended.touch()
    answer = cloud.call("POST", status["links"]["retry"])
    assert (answer.status, answer.document["state"]) == (202, "running")
    status = cloud.ended(sweep_id)
    assert (status["state"], status["done"], status["failed"], status["failures"]) == ("done", 5, 0, [])
    assert set(status["links"]) == {"self", "request", "progress", "results"}
    assert list(values(cloud, sweep_id).values()) == [0, 1, 4, 9, 16]
    after = cloud.objects(sweep_id)
    assert {name: after[name] for name in before if after[name] != before[name]}.keys() == {"00000002.jsonl.gz"}

    # The event that was lost comes after all, and so does an old record of the shard that timed out.
    assert cloud.run("Worker", payloads[0]) == {"outcome": "done"}
    record = {"requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3}}
    body = json.dumps(record | {"requestPayload": payloads[3]})
    late = {"Records": [{"messageId": "late", "body": body}]}
    assert cloud.run("Undelivered", late) == {"batchItemFailures": []}
    assert cloud.describe(sweep_id) == status
    assert cloud.objects(sweep_id) == after
