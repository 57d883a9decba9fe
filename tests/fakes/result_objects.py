"""Result objects in memory, by the paths that they would have."""

from __future__ import annotations

from collections.abc import Sequence

from application.documents.result_keys import object_name
from application.documents.result_lines import error_line, member, pack, point_error, value_line
from application.ports.target_loader import Target
from domain.request import SweepRequest


class MemoryObjects:
    """A `ResultObjects` over a dict."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        """Hold these bodies by path."""
        self.bodies = bodies

    @property
    def paths(self) -> Sequence[str]:
        """The paths, in the order of the shards."""
        return sorted(self.bodies)

    def read(self, path: str) -> bytes | None:
        """Return a body, or None if there is none."""
        return self.bodies.get(path)


def lines_of(request: SweepRequest, shard: int, target: Target) -> list[str]:
    """Return the lines of a shard whose points are evaluated by a target."""
    ours = request.plan.shard(shard)
    return [_line(request, index, target) for index in range(ours.start, ours.stop)]


def objects_of(request: SweepRequest, target: Target) -> MemoryObjects:
    """Return the objects of all shards."""
    shards = range(request.plan.shards)
    return MemoryObjects({path_of(shard): pack(lines_of(request, shard, target)) for shard in shards})


def path_of(shard: int) -> str:
    """Return the path of a shard's object."""
    return f"/results/{object_name(shard)}"


def _line(request: SweepRequest, index: int, target: Target) -> str:
    point = request.design.point(index)
    members = ",".join(member(name, value) for name, value in point.items())
    try:
        return value_line(index, members, target(**point))
    except ValueError as error:
        return error_line(members, point_error(index, error))
