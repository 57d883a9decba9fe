"""A short storm in each `make test`; `make chaos MINUTES=n` plays long ones, with other seeds."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.e2e.chaos.asked import Asked
from tests.e2e.chaos.audit import Stored, audit
from tests.e2e.chaos.round_of_faults import Report, Size, play
from tests.e2e.chaos.script import Script
from tests.e2e.chaos.world import world
from tests.fakes.functions import LEDGER, RESULTS

# By its script, a process of the parent and some of the worker are killed, whatever the order of requests.
SEED = 1513
SIZE = Size(sweeps=4, largest=90, usual=45)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """A round, and what it has left behind."""

    report: Report
    stored: Stored

    @property
    def statuses(self) -> dict[str, Json]:
        """What the API said of each sweep at the end."""
        return {str(one.sweep_id): copy.deepcopy(one.last) for one in self.report.sweeps}

    @property
    def largest(self) -> Asked:
        """The largest sweep, which is never cancelled."""
        return self.report.sweeps[0]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the short round once."""
    with world(Script(SEED), tmp_path_factory.mktemp("chaos")) as deployment:
        report = play(deployment, SEED, SIZE)
        yield Played(report, Stored.read(deployment.table, LEDGER, deployment.bucket, RESULTS))


def test_nothing_is_lost_in_a_storm(played: Played) -> None:
    """Whatever fails or is killed: every shard has one end, every point one result, and every sweep comes to rest."""
    assert played.report.findings == [], f"seed {SEED}: {played.report.counts}"
    counts = played.report.counts
    assert counts["parent dead: killed"] > 0
    assert counts["dispatches of dispatcher"] > 0
    assert counts["worker dead: killed"] > 0
    assert sum(count for what, count in counts.items() if ": " in what) > 100


def test_a_seed_gives_the_same_faults() -> None:
    """A fate depends on the seed and on what is asked for, and on nothing else."""
    one, same, other = Script(1), Script(1), Script(2)
    chances = [one.chance("lambda", "s0", number) for number in range(1000)]
    assert chances == [same.chance("lambda", "s0", number) for number in range(1000)]
    assert chances != [other.chance("lambda", "s0", number) for number in range(1000)]
    rates = {"rare": 0.1, "often": 0.5}
    fates = [one.fate(rates, number) for number in range(1000)]
    assert [60 < fates.count("rare") < 140, 430 < fates.count("often") < 570] == [True, True]


def _object(played: Played, shard: int) -> str:
    return f"sweeps/{played.largest.sweep_id}/results/{shard:08d}.jsonl.gz"


def _without_object(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    del stored.objects[_object(played, 3)]


def _lines(played: Played, stored: Stored, change: Callable[[list[Json]], object]) -> None:
    """Change the lines of an object in place."""
    key = _object(played, 3)
    lines = [json.loads(line) for line in gzip.decompress(stored.objects[key]).splitlines()]
    change(lines)
    stored.objects[key] = gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode())


def _without_line(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    _lines(played, stored, lambda lines: lines.pop(0))


def _doubled_line(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    _lines(played, stored, lambda lines: lines.append(lines[-1]))


def _other_value(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    _lines(played, stored, lambda lines: lines[0].update(value=99))


def _other_point(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    _lines(played, stored, lambda lines: lines[0]["point"].update(a=99))


def _damaged_object(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    stored.objects[_object(played, 3)] = stored.objects[_object(played, 3)][:-9]


def _object_of_no_shard(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    stored.objects[_object(played, played.largest.shards)] = stored.objects[_object(played, 3)]


def _object_of_no_sweep(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    stored.objects["sweeps/other/results/00000000.jsonl.gz"] = stored.objects[_object(played, 3)]


def _block(played: Played, stored: Stored) -> Json:
    id_ = played.largest.sweep_id
    return next(
        item for item in stored.items if item["pk"]["S"] == f"MARKS#{id_}#0" and item["sk"]["S"].startswith("BLOCK#")
    )


def _without_end(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    block = _block(played, stored)
    for name in ("done", "errors", "failed"):
        block.pop(name, None)


def _failed_later(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    block = _block(played, stored)
    block["done"]["NS"].remove("5")
    block["failed"] = {"NS": [str(9 * 128 + 5)]}


def _marked_beyond(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    _block(played, stored)["done"]["NS"].append("127")


def _never_expires(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    del _block(played, stored)["expires_at"]


def _second_sweep(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    (own,) = (item for item in stored.items if item["pk"]["S"] == f"SWEEP#{played.largest.sweep_id}" and "id" in item)
    stored.items.append({**own, "id": {"S": "other"}, "pk": {"S": "SWEEP#other"}})


def _without_sweep(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    stored.items[:] = [item for item in stored.items if item["pk"]["S"] != f"KEY#{played.largest.key}"]


def _left(state: str) -> Callable[[Played, Stored, dict[str, Json]], None]:
    def damage(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
        statuses[str(played.largest.sweep_id)]["state"] = state

    return damage


def _counted_otherwise(name: str) -> Callable[[Played, Stored, dict[str, Json]], None]:
    def damage(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
        statuses[str(played.largest.sweep_id)][name] += 1

    return damage


def _dispatched_otherwise(played: Played, stored: Stored, statuses: dict[str, Json]) -> None:
    statuses[str(played.largest.sweep_id)]["dispatch"]["accepted"] -= 1


DAMAGES = {
    "an object is missing": (_without_object, "and has no object"),
    "a line is missing": (_without_line, "has the indices"),
    "an index has two lines": (_doubled_line, "has 2 lines"),
    "a value is another one": (_other_value, "has the value"),
    "a point is another one": (_other_point, "is of the point"),
    "an object cannot be read": (_damaged_object, "cannot be read"),
    "an object is of no shard": (_object_of_no_shard, "is of no shard"),
    "an object is of no sweep": (_object_of_no_sweep, "belongs to no sweep"),
    "ends are missing": (_without_end, "its end is none"),
    "a shard has failed": (_failed_later, "its end is failed"),
    "a mark is of no shard": (_marked_beyond, "the ledger marks shard 127"),
    "an item never expires": (_never_expires, "never expires"),
    "a key has two sweeps": (_second_sweep, "1 sweeps more"),
    "a key has no sweep": (_without_sweep, "has no sweep"),
    "a sweep is left running": (_left("running"), "is left running"),
    "a sweep is left dispatching": (_left("dispatching"), "is left dispatching"),
    "a sweep is cancelled by itself": (_left("cancelled"), "was never asked to be"),
    "points are counted otherwise": (_counted_otherwise("done"), "the API says done"),
    "shards are counted otherwise": (_counted_otherwise("shards_failed"), "the API says shards_failed"),
    "dispatches are counted otherwise": (_dispatched_otherwise, "the API has dispatches"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_audit_finds_damage(played: Played, damage: str) -> None:
    """The audit finds each kind of damage in what a round has left behind, where it found nothing before."""
    change, words = DAMAGES[damage]
    stored = replace(played.stored, items=copy.deepcopy(played.stored.items), objects=dict(played.stored.objects))
    statuses = played.statuses
    assert audit(stored, played.report.sweeps, statuses) == []
    change(played, stored, statuses)
    findings = audit(stored, played.report.sweeps, statuses)
    assert any(words in finding for finding in findings), findings
