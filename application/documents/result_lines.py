"""Contract 4: one JSON line for each point, and the gzip-compressed object that holds a shard's lines."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from math import isfinite

from application.documents.compact_json import encode
from application.meter import Meter
from domain.plan import Shard
from domain.space.scalars import Json, Scalar
from domain.sweep import PointError, ShardDone

# Measured on grid results: level 6 takes 2.5 times as long for objects 7 % smaller.
_COMPRESSION_LEVEL = 3
_LINES_A_WRITE = 512
# How the line of a point that was skipped ends, and no other line: a value that ends so is in an object of its own.
SKIPPED = b',"skipped":true}\n'
_READ_BYTES = 1 << 17


def member(name: str, value: Scalar) -> str:
    """Return one `"name":value` of a line's point."""
    # The points of a sampled design share no value: each is rendered, and a finite float needs no encoder.
    text = repr(value) if type(value) is float and isfinite(value) else encode(value)
    return f"{_encoded(name)}:{text}"


# No sweep has more names.
_encoded = lru_cache(maxsize=128)(encode)


def value_line(index: int, point: str, value: object) -> str:
    """Return the line of a point (its members, joined) that has a value.

    Raises `TypeError` or `ValueError` for what JSON or UTF-8 cannot hold, and says what the target can return instead.
    """
    # Most targets return a finite float, which needs no encoder.
    text = repr(value) if type(value) is float and isfinite(value) else value_text(value)
    return f'{{"index":{index},"point":{{{point}}},"value":{text}}}\n'


def error_line(point: str, error: PointError) -> str:
    """Return the line of a point whose target raised an exception."""
    return f'{{"index":{error.index},"point":{{{point}}},{error_member(error)}}}\n'


def error_member(error: PointError) -> str:
    """Return the `"error":...` of a line."""
    return f'"error":{encode({"type": error.type, "message": error.message})}'


def skipped_line(index: int) -> str:
    """Return the line of a point that does not satisfy the sweep's condition.

    It has no point, which the plan has: of a condition that excludes most points, the lines take next to no space.
    """
    return f'{{"index":{index},"skipped":true}}\n'


def point_error(index: int, error: BaseException) -> PointError:
    """Describe an exception; whatever `str` of it does, this does not fail."""
    try:
        # What UTF-8 cannot hold is shown by its escape. str's own encode: the text may be of a class of the user's.
        message = str.encode(str(error), errors="backslashreplace").decode()
    except Exception:  # noqa: BLE001 - a user's exception may be broken itself
        message = "(the exception has no readable message)"
    return PointError(index, type(error).__name__, message)


def value_text(value: object) -> str:
    """Return a target's value as JSON; NaN and the infinities as the strings "NaN", "Infinity" and "-Infinity"."""
    return encode(_plain(value))


def _plain(value: object) -> Json:
    """Return the JSON value that stands for a target's value, numpy's scalars and arrays included."""
    match value:
        case None | bool():
            plain: Json = value
        case str():
            plain = _text(value)
        case int():
            plain = int(value)
        case float():
            plain = float(value) if isfinite(value) else _NON_FINITE[str(float(value))]
        case list() | tuple():
            plain = [_plain(part) for part in value]
        case dict():
            plain = {_key(key): _plain(part) for key, part in value.items()}
        case _:
            plain = _plain(_unwrapped(value))
    return plain


def _unwrapped(value: object) -> object:
    """Return what numpy's scalars and arrays hold; asked by name, so that numpy need not be there."""
    tolist = getattr(value, "tolist", None)
    # numpy would return dates in nanoseconds as bare integers.
    is_date = getattr(getattr(value, "dtype", None), "kind", None) in _DATES
    plain = tolist() if callable(tolist) and not is_date else value
    # A value without a plain form, such as numpy's longdouble, returns itself.
    if type(plain) is type(value):
        raise TypeError(f"the target returned a {type(value).__name__}; return {_instead_of(value)}")
    return plain


# The kinds of numpy's types for a moment and a time span.
_DATES = {"M", "m"}
# What tells a type that JSON has not, and what a target can return in its place; the first that fits counts.
_INSTEAD = {
    "isoformat": "text, such as value.isoformat()",
    "total_seconds": "a number, such as value.total_seconds()",
    "tolist": "numbers or text, such as value.astype(float).tolist() or value.astype(str).tolist()",
    "as_integer_ratio": "a number, such as float(value), or all digits as text, by str(value)",
    "imag": "two numbers, such as [value.real, value.imag]",
    "hex": "text, such as value.hex()",
    "isdisjoint": "a list, such as sorted(value)",
    "__next__": "a list, such as list(value)",
    "__dataclass_fields__": "a dict, such as dataclasses.asdict(value)",
}


def _instead_of(value: object) -> str:
    """Return what a target can return in place of a value that JSON cannot hold."""
    fitting = (instead for name, instead in _INSTEAD.items() if hasattr(value, name))
    return next(fitting, "numbers, strings, booleans, None, lists, dicts")


def _text(value: str) -> str:
    """Return plain text; `ValueError` for half a surrogate pair, which UTF-8 cannot hold."""
    try:
        # str's own encode: `str` of an enumeration's member would return its name.
        return str.encode(value).decode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(value[error.start]):04x}"
        raise ValueError(
            f"the target returned text with half a surrogate pair ({half} at {error.start}), which no file can hold; "
            'return text such as value.encode(errors="replace").decode()'
        ) from None


_NON_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _key(key: object) -> str:
    if isinstance(key, str):
        return _text(key)
    raise TypeError(
        f"the target returned a dict with a {type(key).__name__} as a key; return strings, such as str(key)"
    )


def pack(lines: Iterable[str]) -> bytes:
    """Compress lines as they come; equal lines have equal bytes (no time, no name, no host inside)."""
    packed = io.BytesIO()
    # GzipFile writes the header itself, where zlib would write the operating system into it.
    with gzip.GzipFile("", "wb", _COMPRESSION_LEVEL, packed, mtime=0) as stream:
        for text in _batches(lines):
            stream.write(text.encode())
    return packed.getvalue()


def _batches(lines: Iterable[str]) -> Iterator[str]:
    rest = iter(lines)
    while batch := "".join(islice(rest, _LINES_A_WRITE)):
        yield batch


def read_end(shard: Shard, body: bytes) -> ShardDone | None:
    """Count what a stored result object holds; None for one that is not whole: no result of each point, in order."""
    meter = Meter()
    try:
        for index, line in zip(range(shard.start, shard.stop), _lines(body), strict=True):
            if not _count(meter, index, json.loads(line)):
                return None
    except (OSError, EOFError, zlib.error, ValueError, RecursionError):
        return None
    return meter.end(shard)


def _count(meter: Meter, index: int, found: object) -> bool:
    """Count what a line has of the point with an index, and return whether it has exactly one result of it."""
    match found:
        case {"index": int(own), **rest} if own == index and len(rest.keys() & _RESULTS) == 1:
            pass
        case _:
            return False
    match found:
        case {"error": {"type": str(kind), "message": str(message)}}:
            meter.error(PointError(index, kind, message))
        case {"skipped": True}:
            meter.skipped += 1
        case {"value": _}:
            pass
        case _:
            return False
    meter.points += 1
    return True


# What a line has of its point, one of these.
_RESULTS = {"value", "error", "skipped"}


def kept_lines(body: bytes) -> Iterator[str | None]:
    """Yield the line of each point of a whole result object that has a value, and None for each that has none.

    Whether a point is skipped follows from the point: to say it anew costs less than to look whether it was said.
    """
    for line in _lines(body):
        yield line if "value" in json.loads(line) else None


def merged_lines(stored: bytes, ours: bytes) -> Iterator[str]:
    """Yield for each point the line of the stored object if it has a value, else ours."""
    for line, other in zip(kept_lines(stored), _lines(ours), strict=True):
        yield other if line is None else line


def value_line_of(line: bytes, index: int, point: str, now: int) -> str | None:
    """Return the line of a point's value with the index that the point has now; None for any other line.

    It must be the line of an index and a point, as its members are written, and must have a value.
    """
    own = f'{{"index":{index}'
    try:
        text = line.decode()
        if text.startswith(f'{own},"point":{{{point}}},"value":') and json.loads(text).keys() == _OF_A_VALUE:
            return f'{{"index":{now}{text[len(own) :]}'
    except (ValueError, RecursionError):
        pass
    return None


_OF_A_VALUE = {"index", "point", "value"}


def is_intact(body: bytes) -> bool:
    """Return whether a result object can be read to its end, and is what its checksum says."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            while stream.read(_READ_BYTES):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return True


def object_lines(body: bytes) -> Iterator[bytes]:
    """Yield the lines of a result object; raises `OSError`, `EOFError` or `zlib.error` where they cannot be read."""
    # A reader of its own takes half the time of GzipFile's.
    return iter(io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(body)), _READ_BYTES))


def _lines(body: bytes) -> Iterator[str]:
    return map(bytes.decode, object_lines(body))
