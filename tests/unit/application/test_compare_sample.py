"""Points that are evaluated again have the same line, byte for byte, or are named with both."""

from __future__ import annotations

from application.compare_sample import CompareSample
from application.documents.result_lines import pack
from application.ports.target_loader import Target
from domain.audit import Mismatch, Sample
from tests.fakes.forks import NoForks
from tests.fakes.result_objects import MemoryObjects, lines_of, objects_of, path_of
from tests.fakes.sweeps import sweep_of
from tests.fakes.target_loader import KnownTargets

REQUEST = sweep_of(40, 4).request


def target(x: int) -> float:
    """Return a value, and raise at 7."""
    if x == 7:
        raise ValueError("no root")
    return x / 3


def compared(objects: MemoryObjects, indices: list[int], again: Target = target) -> Sample:
    """Return the comparison with another evaluation, which tells of each point."""
    told: list[None] = []
    compare = CompareSample(objects, KnownTargets(f=again), NoForks())
    sample = compare(REQUEST, objects.paths, indices, lambda: told.append(None))
    assert len(told) == len(indices)
    return sample


def test_the_same_target_makes_the_same_lines() -> None:
    """Values and errors alike."""
    assert compared(objects_of(REQUEST, target), [0, 6, 7, 12, 39]) == Sample(5, mismatches=[])


def test_lines_that_differ_are_named_with_both_values() -> None:
    """The first ten of them, and all are counted."""
    stored, here = lines_of(REQUEST, 1, target)[2], '{"index":12,"point":{"x":12},"value":1.0}\n'
    sample = compared(objects_of(REQUEST, target), [7, 12], lambda x: 1.0 if x == 12 else target(x))
    assert sample == Sample(2, 0, 1, [Mismatch(12, stored, here)])
    sample = compared(objects_of(REQUEST, target), list(range(40)), lambda **_: -1)
    assert (sample.compared, sample.different, len(sample.mismatches)) == (40, 40, 10)


def test_points_without_a_line_are_not_evaluated() -> None:
    """Missing objects and lines, and damaged objects, have nothing to compare."""
    objects = objects_of(REQUEST, target)
    objects.bodies[path_of(0)] = pack(lines_of(REQUEST, 0, target)[1:])
    objects.bodies[path_of(1)] = b"no gzip"
    objects.bodies[path_of(2)] = pack(lines_of(REQUEST, 2, target))[:-4]
    del objects.bodies[path_of(3)]
    evaluated: list[int] = []

    def again(x: int) -> float:
        evaluated.append(x)
        return x / 3

    assert compared(objects, [0, 1, 15, 20, 30], again) == Sample(1, 4, mismatches=[])
    assert evaluated == [1]
