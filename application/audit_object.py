"""Auditing one result object: each point of its shard has one line, as the plan and contract 4 have it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from application.documents.result_lines import error_member, member, object_lines, point_error, skipped_line
from domain.audit import Audit, Flaw
from domain.conditions.condition import Verdict
from domain.designs.design import Design
from domain.designs.judged import Judged
from domain.plan import Shard

_VALUE, _ERROR = b'"value":', b'"error":'
_SKIPPED = b'"skipped":'
_KINDS = (_VALUE, _ERROR, _SKIPPED)
_END = b"}\n"
# Numbers, constants and plain ASCII text: most values, which need no decoder.
_PLAIN = re.compile(
    rb'"value":(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|"[ !#-\[\]-~]*")\}\n'
)
# No plan has an index of more digits.
_HEAD = re.compile(rb'\{"index":(0|[1-9][0-9]{0,99}),"(?:point|skipped)":')
_UNREADABLE = (OSError, EOFError, zlib.error)
# What a point's line is, as one byte: no line, one line that is right, one that is wrong, or several.
_NONE, _RIGHT, _WRONG, _SEVERAL = range(4)


def audit_object(audit: Audit, shard: Shard, points: Judged, body: bytes) -> bool:
    """Add to the audit what the object of a shard holds, and return whether it is whole.

    Memory grows with one byte for each point of the shard, and only if the object is not whole.
    """
    if not body:
        audit.add_damaged(shard.number, "it is empty")
        return False
    try:
        counts = _counts_in_order(shard, points, body)
        if counts is None:
            return _audit_lines(audit, shard, points, body)
    except _UNREADABLE as error:
        audit.add_damaged(shard.number, f"the compressed data cannot be read: {error}")
        return False
    audit.whole += shard.size
    audit.errors += counts[_ERROR]
    audit.skipped += counts[_SKIPPED]
    return True


def line_start(index: int, point: str) -> bytes:
    """Return how the line of a point begins, up to its value or error; `point` has its members, joined."""
    return f'{{"index":{index},"point":{{{point}}},'.encode()


def line_starts(design: Design, start: int, stop: int) -> Iterator[bytes]:
    """Yield how the lines of the points `start..stop-1` begin, up to the value or error."""
    texts = map(",".join, design.walk(start, stop, member))
    return map(line_start, range(start, stop), texts)


def _counts_in_order(shard: Shard, points: Judged, body: bytes) -> Mapping[bytes, int] | None:
    """Return how many lines there are of each kind but plain values; None unless each point has its line, in order.

    This is the fast path.
    """
    counts = dict.fromkeys(_KINDS, 0)
    plain = _PLAIN.fullmatch
    lines = object_lines(body)
    indices, starts = range(shard.start, shard.stop), line_starts(points.design, shard.start, shard.stop)
    for index, start, verdict in zip(indices, starts, points.verdicts(shard.start, shard.stop), strict=True):
        line = next(lines, b"")
        if verdict is False:
            if line != _skip(index):
                return None
            counts[_SKIPPED] += 1
            continue
        if not line.startswith(start):
            return None
        if verdict is not True or plain(line, len(start)) is None:
            rest = line[len(start) :]
            kind = _kind(rest)
            if kind is None or not _agrees(rest, verdict):
                return None
            counts[kind] += 1
    return counts if next(lines, None) is None else None


def _audit_lines(audit: Audit, shard: Shard, points: Judged, body: bytes) -> bool:
    """Add what is wrong with the lines of an object that is not whole; return False."""
    states = bytearray(shard.size)
    others: list[tuple[Flaw, int]] = []
    counts = dict.fromkeys(_KINDS, 0)
    expected = shard.start
    for line in object_lines(body):
        head = _HEAD.match(line)
        # A line that does not say which point it is of counts as that of the point after the line before.
        index = int(head[1]) if head else expected
        expected = index + 1
        place = index - shard.start
        if not 0 <= place < shard.size:
            others.append((Flaw.OTHER_INDEX, index))
            continue
        kind, flaw = _judged(points, index, line)
        if flaw:
            others.append((flaw, index))
        if kind and not flaw and states[place] == _NONE:
            counts[kind] += 1
        states[place] = _SEVERAL if states[place] else _WRONG if flaw else _RIGHT
    _add(audit, shard, states, others, counts)
    return False


def _judged(points: Judged, index: int, line: bytes) -> tuple[bytes | None, Flaw | None]:
    """Return of which kind the line of a point is, and what is wrong with it, if anything is."""
    (verdict,) = points.verdicts(index, index + 1)
    if line == _skip(index):
        return _SKIPPED, None if verdict is False else Flaw.OTHER_VERDICT
    (start,) = line_starts(points.design, index, index + 1)
    if not line.startswith(start):
        return None, Flaw.OTHER_POINT if _is_line(line) else Flaw.DAMAGED_LINE
    rest = line[len(start) :]
    kind = _kind(rest)
    if kind is None:
        return None, Flaw.DAMAGED_LINE
    return kind, None if _agrees(rest, verdict) else Flaw.OTHER_VERDICT


def _skip(index: int) -> bytes:
    return skipped_line(index).encode()


def _agrees(rest: bytes, verdict: Verdict) -> bool:
    """Return whether a value or an error can be there: the condition lets the target be called, or it has no answer."""
    if isinstance(verdict, bool):
        return verdict
    return rest == f"{error_member(point_error(0, verdict))}}}\n".encode()


def _add(
    audit: Audit, shard: Shard, states: bytearray, others: list[tuple[Flaw, int]], counts: Mapping[bytes, int]
) -> None:
    if not others and states.count(_RIGHT) == shard.size:
        audit.add_damaged(shard.number, "its lines are not in the order of the plan")
        return
    audit.whole += states.count(_RIGHT)
    audit.errors += counts[_ERROR]
    audit.skipped += counts[_SKIPPED]
    for flaw, index in others:
        audit.add(flaw, index)
    for place, state in enumerate(states):
        if state in _FLAWS:
            audit.add(_FLAWS[state], shard.start + place)


_FLAWS = {_NONE: Flaw.NO_LINE, _SEVERAL: Flaw.DOUBLE}


def _kind(rest: bytes) -> bytes | None:
    """Return whether the rest of a line, after its point, is a value or an error in strict JSON; None for neither."""
    kind, text, end = rest[: len(_VALUE)], rest[len(_VALUE) : -len(_END)], rest[-len(_END) :]
    if kind not in {_VALUE, _ERROR} or end != _END:
        return None
    try:
        found = _strict(text.decode())
    except ValueError:
        return None
    if kind == _VALUE:
        return _VALUE
    match found:
        case {"type": str(), "message": str(), **rest_of_error} if not rest_of_error:
            return _ERROR
        case _:
            return None


def _is_line(line: bytes) -> bool:
    """Return whether a line is one of some point, as contract 4 has it."""
    try:
        found = _strict(line.decode().removesuffix("\n"))
    except ValueError:
        return False
    match found:
        case {"index": int(), "point": dict(), **rest} if line.endswith(_END):
            return rest.keys() in ({"value"}, {"error"})
        case _:
            return False


def _strict(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a text that is one value in strict JSON, without blanks around it; raises `ValueError`."""
    try:
        found, end = _scan(text, 0)
    except (StopIteration, RecursionError) as error:
        raise ValueError("no value") from error
    if end != len(text):
        raise ValueError("more than a value")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# The decoder's own scanner: `decode` takes twice as long, and lets blanks pass.
_scan = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).scan_once  # type: ignore[attr-defined]  # typeshed lacks it
