"""`sweep failures`: why points have no value, by the rules over the parameters that describe them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import typer

from adapters.documents.answer_size import cut
from adapters.documents.failures import point_document
from application.documents.compact_json import encode
from application.documents.result_keys import shard_of
from application.explain_failures import Explained, Explanation
from application.list_failures import LARGEST_PAGE
from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.explanation import Condition
from domain.failure import Failure, FailureGroup, grouped
from domain.space.scalars import Json
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.long_work import bar
from entrypoints.cli.status import command
from entrypoints.cli.texts import by_hand, counted, point_text, printable
from entrypoints.containers.by_hand import ByHandContainer

_LONGEST_MESSAGE = 200
_READINGS = 2


def failures(sweep: str, place: Place, *, as_json: bool) -> ExitCode:
    """Explain the failures of one sweep; return that something failed if there are any."""
    sweep_id = place.find(sweep, no_deadline).id
    request = place.sweeps.request(sweep_id, no_deadline)
    with interruptible(), bar("failures") as show:
        paths = place.files.fetch(sweep_id, show, no_deadline)
        read = 0

        def on_read() -> None:
            nonlocal read
            read += 1
            show(read, _READINGS * len(paths))

        explanation = ByHandContainer().explain_failures()(request, paths, on_read)
        without = grouped(_without_results(sweep_id, place, paths))
    if as_json:
        typer.echo(encode(_document(sweep_id, explanation, without)))
    else:
        for line in _lines(sweep_id, place, explanation, without):
            typer.echo(line)
    return ExitCode.FAILURES if explanation.failed or without else ExitCode.OK


def _without_results(sweep_id: str, place: Place, paths: Sequence[str]) -> Iterator[Failure]:
    """Yield the failures of the shards that have ended without results."""
    stored = {shard_of(path.rpartition("/")[2]) for path in paths}
    after: int | None = None
    while True:
        page = place.sweeps.list_failures(sweep_id, LARGEST_PAGE, after, no_deadline)
        yield from (failure for failure in page.failures if failure.shard not in stored)
        after = page.next
        if after is None:
            return


def _lines(sweep_id: str, place: Place, explanation: Explanation, without: Sequence[FailureGroup]) -> Iterator[str]:
    results = counted(explanation.points, "point that has a result", "points that have a result")
    causes = f", for {counted(len(explanation.causes), 'cause', 'causes')}" if explanation.failed else ""
    yield f"{sweep_id}: {explanation.failed:,} of {results} failed{causes}"
    for cause in explanation.causes:
        yield from _cause_lines(sweep_id, place, cause)
    if explanation.further:
        yield f"  ... and {counted(explanation.further, 'point', 'points')} for further causes"
    for group in without:
        example = group.example
        message = cut(" ".join(printable(example.message).split()), _LONGEST_MESSAGE)
        many = f"{counted(group.shards, 'shard', 'shards')} without results, {counted(group.points, 'point', 'points')}"
        yield f"  {many}: {example.reason}: {message}  (first: shard {example.shard})"
    if explanation.unread.count:
        unread = counted(explanation.unread.count, "shard", "shards")
        yield f"note: the results of {unread} could not be read to the end; see: {command('verify', sweep_id, place)}"
    if explanation.failed or without:
        yield f"next:    {command('retry', sweep_id, place)}    # evaluates what has no value"


def _cause_lines(sweep_id: str, place: Place, cause: Explained) -> Iterator[str]:
    message = cut(" ".join(printable(cause.first.message).split()), _LONGEST_MESSAGE)
    alike = "  (or with other numbers)" if cause.is_varied else ""
    yield f"  {counted(cause.points, 'point', 'points')}: {cause.first.type}: {message}{alike}"
    if cause.rule is not None:
        yield f"    {_rule_text(cause)}"
    yield f"    first:   point {cause.first.index}, {point_text(cause.point)}"
    yield f"    by hand: {by_hand(sweep_id, cause.first.index, place.words)}"


def _rule_text(cause: Explained) -> str:
    """Return `all 412 where drag = 0 and angle >= 81`."""
    if not cause.rule:
        return "every point that has a result"
    return f"all {cause.points:,} where {' and '.join(map(condition_text, cause.rule))}"


def condition_text(condition: Condition) -> str:
    """Return a condition as people write it; values are as JSON has them."""
    name, low, high = condition.name, condition.low, condition.high
    if len(condition.values) == 1:
        return f"{name} = {encode(condition.values[0])}"
    if condition.values:
        return f"{name} in {encode(list(condition.values))}"
    if low is None:
        return f"{name} <= {encode(high)}"
    return f"{name} >= {encode(low)}" if high is None else f"{encode(low)} <= {name} <= {encode(high)}"


def _document(sweep_id: str, explanation: Explanation, without: Sequence[FailureGroup]) -> dict[str, Json]:
    return {
        "sweep_id": sweep_id,
        "points": explanation.points,
        "failed": explanation.failed,
        "causes": [_cause_document(cause) for cause in explanation.causes],
        "further": explanation.further,
        "unread_shards": [[one.start, one.stop - 1] for one in explanation.unread.first],
        "without_results": [
            {
                "reason": group.example.reason,
                "message": group.example.message,
                "shards": group.shards,
                "points": group.points,
                "example": group.example.shard,
            }
            for group in without
        ],
    }


def _cause_document(cause: Explained) -> dict[str, Json]:
    rule: list[Json] | None = None if cause.rule is None else [_condition_document(one) for one in cause.rule]
    return {
        "type": cause.first.type,
        "message": cause.first.message,
        "other_numbers": cause.is_varied,
        "points": cause.points,
        "rule": rule,
        "text": None if cause.rule is None else _rule_text(cause),
        "example": {"index": cause.first.index, "point": point_document(cause.point)},
    }


def _condition_document(condition: Condition) -> dict[str, Json]:
    if condition.values:
        return {"parameter": condition.name, "values": list(condition.values)}
    bounds = {"low": condition.low, "high": condition.high}
    return {"parameter": condition.name, **{name: bound for name, bound in bounds.items() if bound is not None}}
