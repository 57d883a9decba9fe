"""A sweep that extends another."""

from __future__ import annotations

import json

import pytest

from entrypoints import parent, worker
from tests.contract.functions.calls import REQUEST, context, post, status
from tests.fakes.aws import s3
from tests.fakes.lambda_stub import LambdaStub

pytestmark = pytest.mark.usefixtures("deployed")


def test_an_extension_evaluates_what_the_earlier_sweep_lacks(
    stub: LambdaStub, endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard that has not ended has no values; the results are those of a sweep without it, byte for byte."""
    _, earlier = post(REQUEST)
    for payload in stub.accepted[:3]:
        worker.handler(payload, context())
    longer = {**REQUEST, "parameters": {**REQUEST["parameters"], "y": [1, 2, 3]}}
    objects = []
    for extends in ({}, {"extends": earlier["sweep_id"]}):
        stub.accepted.clear()
        _, submitted = post({**longer, **extends})
        capsys.readouterr()
        for payload in stub.accepted:
            assert worker.handler(payload, context()) == {"outcome": "done"}
        objects.append(_objects(endpoint, submitted["sweep_id"]))
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert objects[0] == objects[1]
    assert sum(line["reused"] for line in logged if line["message"] == "shard done") == 12
    monkeypatch.setenv("SWEEP_TARGETS_DIGEST", "of other code")
    parent._container.cache_clear()
    code, problem = post({**longer, "extends": earlier["sweep_id"]})
    assert (code, problem["errors"][0]["path"]) == (422, "extends")
    assert "was submitted when other code was deployed" in problem["errors"][0]["message"]


def _objects(endpoint: str, sweep_id: str) -> list[bytes]:
    """Return the result objects of a sweep, in the order of its shards."""
    bucket, prefix = status(sweep_id)["results"].removeprefix("s3://").split("/", 1)
    store = s3(endpoint)
    keys = sorted(item["Key"] for item in store.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"])
    return [store.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
