"""What a target is called with where points are repeated: the replicate's number and its seed, if it takes them."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.documents.payload import Payloads, own_task
from application.documents.request import request_digest
from application.evaluate_point import EvaluatePoint
from application.execute_shard import evaluate
from application.meter import Meter
from application.target_keywords import taken
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.values import Values
from domain.sweep import Sweep
from tests.fakes.forks import NoForks
from tests.fakes.spaces import replicated
from tests.fakes.target_loader import KnownTargets

Lines = list[dict[str, Any]]
OFFERED = ("replicate", "seed")


def noisy(seed: int, **_: object) -> int:
    """Return the seed."""
    return seed


def _request(design: Design, shards: int = 1) -> SweepRequest:
    return SweepRequest("lab", "toy:f", design, {"c": [1]}, ShardCount(shards))


def _texts(request: SweepRequest, target: Callable[..., object], kept: int = 0) -> Iterator[str]:
    """Yield the lines of all shards, each worker with its own payload; of each shard the first `kept` are kept."""
    payloads = Payloads(Sweep("lab-1", "key", request_digest(request), request, 0.0))
    for shard in request.plan:
        lines: list[str | None] = ["kept\n"] * min(kept, shard.size)
        yield from evaluate(
            own_task(payloads.of(shard)), target, Meter(), NoForks(), iter([*lines, *repeat(None, shard.size)])
        )


def _lines(design: Design, target: Callable[..., object]) -> Lines:
    return [json.loads(line) for line in _texts(_request(design), target)]


def _grid(size: int) -> Grid:
    return Grid((Parameter("x", Range(0, size)), Parameter("y", Values(("a", "b")))))


@pytest.mark.parametrize(
    ("target", "names"),
    [
        pytest.param(lambda x: x, (), id="neither"),
        pytest.param(lambda x, seed: (x, seed), ("seed",), id="the seed"),
        pytest.param(lambda *, replicate, x: (x, replicate), ("replicate",), id="the number, by keyword alone"),
        pytest.param(lambda seed=1, replicate=2: (seed, replicate), OFFERED, id="both, with defaults"),
        pytest.param(lambda **keywords: keywords, (), id="any keywords"),
        pytest.param(lambda *seed: seed, (), id="positional arguments of that name"),
        pytest.param(lambda seed=1, /: seed, (), id="a positional argument"),
        pytest.param(functools.partial(noisy, x=1), ("seed",), id="a partial function"),
        pytest.param(math.hypot, (), id="a function without a signature"),
    ],
)
def test_a_target_takes_what_its_signature_names(target: Callable[..., object], names: tuple[str, ...]) -> None:
    """`**keywords` names nothing: a function that passes its keywords on would pass on what it does not know."""
    assert taken(target, OFFERED) == names


def test_a_target_gets_what_it_takes() -> None:
    """The number, the seed, both or neither; the line has the number in any case."""
    design = Replicated(PointList(("x",), ((5,), (6,))), 2)

    def plain(x: int, c: list[int]) -> object:
        return [x, c]

    def numbered(x: int, replicate: int, **_: object) -> object:
        return [x, replicate]

    def both(replicate: int, seed: int, **_: object) -> object:
        return [replicate, seed]

    points = [{"x": x, "replicate": replicate} for x in (5, 6) for replicate in (0, 1)]
    assert [line["point"] for line in _lines(design, plain)] == points
    assert [line["value"] for line in _lines(design, plain)] == [[5, [1]], [5, [1]], [6, [1]], [6, [1]]]
    assert [line["value"] for line in _lines(design, numbered)] == [[5, 0], [5, 1], [6, 0], [6, 1]]
    seeds = [line["value"] for line in _lines(design, noisy)]
    assert [line["value"] for line in _lines(design, both)] == [[n % 2, seed] for n, seed in enumerate(seeds)]
    assert len(set(seeds)) == 4


@given(replicated(), st.data())
def test_the_lines_are_the_same_however_the_sweep_is_cut(design: Replicated, data: st.DataObject) -> None:
    """A seed depends on the point alone, byte for byte: not on the shard, and not on what a retry keeps."""
    whole = list(_texts(_request(design), noisy))
    shards = data.draw(st.integers(1, design.size))
    request = _request(design, shards)
    assert list(_texts(request, noisy)) == whole
    kept = data.draw(st.integers(0, design.size))
    again = list(_texts(request, noisy, kept))
    assert all(line in {"kept\n", expected} for line, expected in zip(again, whole, strict=True))
    assert again.count("kept\n") == sum(min(kept, shard.size) for shard in request.plan)


def test_a_larger_sweep_keeps_the_seeds_of_its_points() -> None:
    """More levels, more replicates and another design have the same seed at the same point."""

    def seeds(design: Design) -> dict[str, int]:
        return {json.dumps(line["point"]): line["value"] for line in _lines(design, noisy)}

    small, large = seeds(Replicated(_grid(3), 2)), seeds(Replicated(_grid(7), 5))
    assert (len(small), len(large)) == (12, 70)
    assert large | small == large
    assert seeds(Replicated(PointList(("x", "y"), ((2, "a"), (9, "b"))), 1)).items() & large.items()


def test_another_base_has_other_seeds() -> None:
    """So that a whole sweep can be repeated independently."""
    found = [{line["value"] for line in _lines(Replicated(_grid(5), 3, base), noisy)} for base in (0, 1, -1)]
    assert len(set().union(*found)) == 3 * 30


def test_a_point_by_hand_has_the_seed_of_its_line() -> None:
    """And its keywords are those that the target is called with."""
    request = _request(Replicated(_grid(3), 4, 9))
    evaluation = EvaluatePoint(KnownTargets(f=noisy), NoForks(), lambda: 0.0)(request, 17)
    line = _lines(request.design, noisy)[17]
    assert evaluation.value == str(line["value"])
    assert evaluation.keywords == {"c": [1], "x": 2, "y": "a", "seed": line["value"]}


def test_without_replicates_the_names_are_free() -> None:
    """Parameters and constants called `replicate` and `seed` are passed as they stand."""
    request = replace(_request(PointList(("replicate", "x"), ((7, 1),))), constants={"seed": 3})

    def target(**keywords: object) -> object:
        return keywords

    (line,) = _texts(request, target)
    assert json.loads(line)["value"] == {"seed": 3, "replicate": 7, "x": 1}
