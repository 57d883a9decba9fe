"""Contract 3, the worker payload: what one asynchronous invocation carries. The adapters read it back."""

from __future__ import annotations

import json

from application.documents.compact_json import encode
from application.documents.space import space_design, space_document
from domain.designs.design import Design
from domain.designs.replicated import Replicated, first_index, is_stored, repetition
from domain.plan import Shard
from domain.space.existence import optional_names
from domain.sweep import Sweep
from domain.task import ShardTask

# The second version adds to the shard its generation; the first run of every shard has none. The third one, which has
# the generation of every run, adds to the space what a worker must know, or it would compute what it must not:
# replicates, the condition on points, those on which parameters exist, and that points are rows of a stored table. It
# may also name an earlier sweep that has values of some points: to compute these anew changes no result.
PAYLOAD_VERSIONS = (1, 2, 3)


class Payloads:
    """The worker payloads of one sweep; what all shards share is encoded once."""

    def __init__(self, sweep: Sweep) -> None:
        """Prepare for the sweep's design."""
        self._sweep = sweep
        request = sweep.request
        self._sweep_id = encode(sweep.id)
        self._target = encode(request.target)
        is_repeated = isinstance(request.design, Replicated)
        is_partial = bool(optional_names(request.design.parameters))
        is_extended = is_repeated or is_partial or is_stored(request.design)
        self._is_third = is_extended or request.where is not None or request.extends is not None
        self._extends = "" if request.extends is None else f',"extends":{encode(request.extends)}'
        whole = request.design.travels_whole
        self._space = self._space_document(request.design) if whole else None

    def of(self, shard: Shard) -> bytes:
        """Return the payload of one shard: self-contained, and the same bytes every time."""
        version = PAYLOAD_VERSIONS[2 if self._is_third else 1 if shard.generation else 0]
        generation = f',"generation":{shard.generation}' if version > PAYLOAD_VERSIONS[0] else ""
        place = f'{{"number":{shard.number},"start":{shard.start},"stop":{shard.stop}{generation}}}'
        return (
            f'{{"version":{version},"sweep_id":{self._sweep_id},"shard":{place},'
            f'"space":{self._space or self._space_of(shard)},"target":{self._target}{self._extends}}}'
        ).encode()

    def largest(self) -> int:
        """Return the size of the largest payload, in bytes."""
        plan = self._sweep.plan
        last = plan.shard(plan.shards - 1)
        # Where all shards share the space, payloads differ in numbers alone, and the last shard has the longest.
        if self._space:
            return len(self.of(last))
        points, count = self._point_sizes()

        def own(shard: Shard) -> int:
            own_points = points[shard.start // count : -(-shard.stop // count)]
            return len(f"{shard.number}{shard.start}{shard.stop}") + sum(own_points)

        return len(self.of(last)) - own(last) + max(map(own, plan))

    def _point_sizes(self) -> tuple[list[int], int]:
        """Return the bytes of each point in the payload of its shard, with the comma that sets it apart.

        Beside them stands how often each point is repeated: the payload has it once.
        """
        design, count = repetition(self._sweep.request.design)
        points = design.walk(0, design.size, lambda *member: member)
        return [len(encode(dict(point))) + 1 for point in points], count

    def _space_of(self, shard: Shard) -> str:
        return self._space_document(self._sweep.request.design.part(shard.start, shard.stop))

    def _space_document(self, design: Design) -> str:
        return encode(space_document(design, self._sweep.request.constants, self._sweep.request.where))


def own_task(payload: bytes) -> ShardTask:
    """Return the task of a payload that this program wrote, and sent by no other.

    A worker process reads its engine's payloads so: to load what checks those of others takes longer than it runs.
    """
    document = json.loads(payload)
    shard, space = Shard(**document["shard"]), document["space"]
    design = space_design(space)
    first = first_index(design, shard.start)
    extends = document.get("extends")
    task = ShardTask(
        document["sweep_id"], shard, design, space["constants"], document["target"], first, extends=extends
    )
    return task.constrained(space.get("where"))
