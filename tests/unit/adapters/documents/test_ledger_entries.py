"""A stored request: read without pydantic as this version wrote it, and checked otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.ledger_entries import request_text, stored_request
from application.documents.request import request_digest
from domain.designs.design import Design
from domain.dispatch_order import DispatchOrder
from domain.errors import DependencyUnavailable
from domain.plan import ShardCount
from domain.request import SweepRequest
from tests.fakes.spaces import designs
from tests.fakes.sweeps import make_sweep

_REQUEST = make_sweep().request
_DIGEST = request_digest(_REQUEST)
ROOT = Path(__file__).parents[4]
_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from adapters.documents.ledger_entries import stored_request
stored_request("id", sys.stdin.read(), sys.argv[2])
assert "pydantic" not in sys.modules
"""


@given(designs(), st.sampled_from(DispatchOrder), st.sampled_from([None, "toy-000000000001"]))
def test_a_stored_request_is_the_one_that_was_submitted(
    design: Design, order: DispatchOrder, extends: str | None
) -> None:
    """Whatever its space, its order of dispatch, in which a retry goes on, and the sweep that it extends."""
    request = SweepRequest("toy", "toy:f", design, {"c": [1, "ß"]}, ShardCount(1), order, extends=extends)
    for digest in (request_digest(request), "that of another version", ""):
        assert stored_request("toy-1", request_text(request), digest) == request


def test_a_request_of_this_version_is_read_without_pydantic() -> None:
    """A dispatcher reads one before it can send its first shard."""
    command = [sys.executable, "-c", _PROGRAM, str(ROOT), _DIGEST]
    subprocess.run(command, input=request_text(_REQUEST), text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"parameters": {"x": list(range(9))}}, id="a shorthand"),
        pytest.param({"sharding": None}, id="a default written out"),
    ],
)
def test_a_request_in_another_form_is_read_too(change: dict[str, object]) -> None:
    """Another version may have written it."""
    document = json.loads(request_text(_REQUEST)) | change
    assert stored_request("lab-1", json.dumps(document), "that of another version").name == "lab"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"name": 5}, id="a name of a number"),
        pytest.param({"parameters": {"x": {"values": "text"}}}, id="values of text"),
        pytest.param({"parameters": {"x": {"range": {"start": "0", "stop": 3, "step": 1}}}}, id="a number as text"),
        pytest.param({"sharding": {"shards": True}}, id="true shards"),
        pytest.param({"sharding": {"shards": 2.0}}, id="shards of a float"),
        pytest.param({"design": {"kind": "gird"}}, id="an unknown design"),
        pytest.param({"constants": None}, id="no constants"),
    ],
)
def test_a_damaged_request_is_none(change: dict[str, object]) -> None:
    """What would not be accepted as a request is not read as one."""
    document = json.loads(request_text(_REQUEST)) | change
    with pytest.raises(DependencyUnavailable, match="lab-1"):
        stored_request("lab-1", json.dumps(document, separators=(",", ":")), _DIGEST)
