"""A sweep that extends an earlier one on a stack, where the worker's role may read what it needs."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import TRIAL


def test_an_extension_evaluates_what_the_earlier_sweep_lacks(cloud: Cloud, tmp_path: Path) -> None:
    """Each point is evaluated once in both sweeps together; one of other constants is refused by the parent."""
    request: dict[str, Any] = {
        "name": "longer",
        "target": f"{TRIAL}:survive",
        "parameters": {"x": [1, 2, 3, 4]},
        "constants": {"marks": str(tmp_path)},
        "sharding": {"shards": 2},
    }
    earlier = cloud.submit(request).document["sweep_id"]
    cloud.ended(earlier)
    longer = {**request, "parameters": {"x": [0, 1, 2, 3, 4, 5]}, "extends": earlier}
    answer = cloud.submit(longer)
    assert answer.status == 202
    later = answer.document["sweep_id"]
    assert cloud.ended(later)["done"] == 6
    assert Counter(int(mark.name.partition("-")[0]) for mark in tmp_path.iterdir()) == Counter(range(6))
    lines = b"".join(gzip.decompress(body) for _, body in sorted(cloud.objects(later).items())).splitlines()
    assert [json.loads(line) for line in lines] == [{"index": x, "point": {"x": x}, "value": x} for x in range(6)]
    refused = cloud.submit({**longer, "constants": {"marks": str(tmp_path / "other")}})
    assert refused.status == 422
    assert [error["path"] for error in refused.problem["errors"]] == ["extends"]
