"""Retrying, cancelling and listing sweeps, and fetching their results by links."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

REQUEST: dict[str, Any] = {
    "name": "course",
    "target": f"{TRIAL}:area",
    "parameters": {"x": [1, 2, 3], "y": [4, 5]},
    "sharding": {"shards": 3},
}


def test_a_retry_runs_the_failed_shards(cloud: Cloud) -> None:
    """A sweep whose workers refuse the target fails; after a retry with workers that accept it, it is done."""
    with cloud.with_environment("Worker", SWEEP_ALLOWED_TARGETS=f"{TRIAL}:gated"):
        sweep_id = cloud.submit(REQUEST).document["sweep_id"]
        failed = cloud.ended(sweep_id)
    assert (failed["state"], failed["shards_failed"]) == ("failed", 3)
    answer = cloud.call("POST", f"/sweeps/{sweep_id}/retry")
    assert (answer.status, answer.document["dispatch"]["accepted"]) == (202, 3)
    status = cloud.ended(sweep_id)
    assert (status["state"], status["done"], status["failures"]) == ("done", 6, [])
    assert cloud.count_objects(sweep_id) == 3


def test_results_are_fetched_by_their_links(cloud: Cloud) -> None:
    """The links, page by page, lead to the objects of the bucket without a key; a changed link gets 403."""
    sweep_id = cloud.submit(REQUEST).document["sweep_id"]
    cloud.ended(sweep_id)
    pages = [cloud.call("GET", f"/sweeps/{sweep_id}/results?limit=2{after}") for after in ("", "&after=1")]
    assert [page.status for page in pages] == [200, 200]
    assert [page.document["next"] for page in pages] == [1, None]
    links = {link["shard"]: link["url"] for page in pages for link in page.document["results"]}
    fetched = {f"{shard:08d}.jsonl.gz": cloud.fetch(url) for shard, url in links.items()}
    assert {name: answer.body for name, answer in fetched.items()} == cloud.objects(sweep_id)
    assert cloud.fetch(links[0].replace("00000000.jsonl.gz", "00000001.jsonl.gz")).status == 403


def test_a_cancelled_sweep_starts_no_further_shard(cloud: Cloud) -> None:
    """A later worker stores nothing, and the sweep cannot be retried."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(REQUEST).document["sweep_id"]
        recorder.wait_for(sweep_id, 3)
    answer = cloud.call("POST", f"/sweeps/{sweep_id}/cancel")
    assert (answer.status, answer.document["state"], answer.document["stopped"]) == (200, "cancelled", True)
    assert "retry" not in answer.document["links"]
    for payload in recorder.payloads_of(sweep_id):
        assert cloud.run("Worker", payload) == {"outcome": "cancelled"}
    assert cloud.count_objects(sweep_id) == 0
    assert cloud.call("POST", f"/sweeps/{sweep_id}/retry").status == 409
    assert cloud.describe(sweep_id)["state"] == "cancelled"


def test_sweeps_are_listed_newest_first(cloud: Cloud) -> None:
    """Two pages of two, the second by the `next` of the first, list the sweeps newest first."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        ids = [cloud.submit(REQUEST).document["sweep_id"] for _ in range(3)]
        for sweep_id in ids:
            recorder.wait_for(sweep_id, 3)
    first = cloud.call("GET", "/sweeps?limit=2")
    assert first.status == 200, first.body
    second = cloud.call("GET", f"/sweeps?limit=2&after={quote(first.document['next'])}")
    assert second.status == 200, second.body
    listed = [sweep["sweep_id"] for page in (first, second) for sweep in page.document["sweeps"]]
    assert listed[:3] == ids[::-1]
    refused = cloud.call("GET", "/sweeps?limit=1000")
    assert (refused.status, json.loads(refused.body)["errors"][0]["path"]) == (422, "limit")
