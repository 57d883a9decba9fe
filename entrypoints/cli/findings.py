"""What an audit found, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adapters.documents.answer_size import cut
from domain.audit import Audit, Flaw, Sample, points_of
from domain.ranges import Ranges
from domain.space.scalars import Json
from entrypoints.cli.texts import counted

# So many ranges, and so many names of files, are told to people.
_NAMED = 10
# In characters, of a line that differs.
_LONGEST_LINE = 300
_MEANINGS: Mapping[Flaw, tuple[str, str]] = {
    Flaw.NO_OBJECT: ("missing", "there is no result object"),
    Flaw.NO_LINE: ("missing", "the shard's object has no line"),
    Flaw.DOUBLE: ("doubled", "there is more than one line"),
    Flaw.DAMAGED_OBJECT: ("damaged", "the object is not whole"),
    Flaw.DAMAGED_LINE: ("damaged", "the line is cut, or no strict JSON, or has neither a value, an error nor a skip"),
    Flaw.OTHER_VERDICT: ("misjudged", "the condition skips the point and the line does not, or the reverse"),
    Flaw.OTHER_POINT: ("foreign", "the line has another point than the plan"),
    Flaw.OTHER_INDEX: ("foreign", "the line stands in the object of a shard that does not have the index"),
    Flaw.NO_SHARD: ("foreign", "the plan has no such shard"),
}


def audit_lines(audit: Audit, others: Sequence[str]) -> Iterator[str]:
    """Say what is wrong, one finding a line, and then how much is whole."""
    for flaw, (word, meaning) in _MEANINGS.items():
        found = audit.flaws.get(flaw)
        if found:
            yield f"{word + ':':9}{_what(audit, flaw, found)}: {meaning}"
        if found and flaw is Flaw.DAMAGED_OBJECT:
            yield from (f"         shard {shard}: {reason}" for shard, reason in audit.reasons.items())
    if others:
        names = ", ".join(others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
        yield f"foreign: {counted(len(others), 'name', 'names')} beside the result objects: {names}"
    size = audit.plan.size
    errors = f", {audit.errors:,} of them an error" if audit.errors else ", none of them an error"
    skipped = f", {audit.skipped:,} skipped" if audit.skipped else ""
    yield f"whole:   {audit.whole:,} of {counted(size, 'point has', 'points have')} exactly one line{errors}{skipped}"


def sample_lines(sample: Sample, seed: int) -> Iterator[str]:
    """Say what evaluating points again showed, with both values where they differ."""
    lacking = f", {sample.lacking:,} more have no line to compare" if sample.lacking else ""
    same = sample.compared - sample.different
    compared = counted(sample.compared, "point", "points")
    yield f"sample:  {same:,} of {compared} evaluated again have the same line{lacking} (--seed {seed})"
    for one in sample.mismatches:
        yield f"differs: point {one.index}"
        yield f"         stored  {cut(one.stored.rstrip(), _LONGEST_LINE)}"
        yield f"         here    {cut(one.computed.rstrip(), _LONGEST_LINE)}"
    if sample.different > len(sample.mismatches):
        yield f"         ... and {sample.different - len(sample.mismatches):,} more"


def audit_document(audit: Audit, others: Sequence[str]) -> dict[str, Json]:
    """Return an audit as JSON; a range is `[first, last]`."""
    return {
        "size": audit.plan.size,
        "shards": audit.plan.shards,
        "whole": audit.whole,
        "errors": audit.errors,
        "skipped": audit.skipped,
        "findings": [
            {
                "kind": flaw.value,
                "count": found.count,
                "ranges": [[one.start, one.stop - 1] for one in found.first],
            }
            for flaw in _MEANINGS
            if (found := audit.flaws.get(flaw))
        ],
        "damage": {str(shard): reason for shard, reason in audit.reasons.items()},
        "foreign_names": list(others),
    }


def sample_document(sample: Sample, seed: int) -> dict[str, Json]:
    """Return a comparison as JSON."""
    return {
        "seed": seed,
        "compared": sample.compared,
        "lacking": sample.lacking,
        "different": sample.different,
        "mismatches": [
            {"index": one.index, "stored": one.stored, "computed": one.computed} for one in sample.mismatches
        ],
    }


def _what(audit: Audit, flaw: Flaw, found: Ranges) -> str:
    """Return `2 shards (3-4), points 30-49`, or `12 points (3, 5-15)`."""
    if not flaw.is_of_shards:
        return f"{counted(found.count, 'point', 'points')} ({_named(found.first)})"
    shards = f"{counted(found.count, 'shard', 'shards')} ({_named(found.first)})"
    return shards if flaw is Flaw.NO_SHARD else f"{shards}, points {_named(points_of(audit.plan, found.first))}"


def _named(ranges: Sequence[range]) -> str:
    texts = [str(one.start) if len(one) == 1 else f"{one.start}-{one.stop - 1}" for one in ranges[:_NAMED]]
    return ", ".join(texts) + (", ..." if len(ranges) > _NAMED else "")
