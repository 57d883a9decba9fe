"""Result lines, and the objects that store them."""

from __future__ import annotations

import datetime as dt
import enum
import gzip
import json
import math
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from http import HTTPMethod, HTTPStatus

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from application.documents.result_lines import (
    error_line,
    kept_lines,
    member,
    pack,
    point_error,
    read_end,
    value_line,
    value_text,
)
from domain.plan import Shard
from domain.sweep import ErrorKind, PointError, ShardDone
from tests.fakes.spaces import scalars, texts

floats = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


def refuse_constants(name: str) -> object:
    """Raise `ValueError` for NaN and infinities, which json.loads accepts by default."""
    raise ValueError(name)


def read(text: str) -> object:
    """Return the value of strict JSON."""
    return json.loads(text, parse_constant=refuse_constants)


@given(anything)
def test_any_json_value_survives(value: object) -> None:
    """A value that is written as a line and read back has the same values, types and order."""
    line = value_line(7, "", value)
    assert line.endswith("\n")
    assert "\n" not in line[:-1]
    assert repr(read(line)) == repr({"index": 7, "point": {}, "value": value})


@given(st.dictionaries(st.sampled_from("abc"), scalars))
def test_a_lines_point_is_the_point(point: dict[str, str | float | None]) -> None:
    """A point that is written and read back has the same values and types."""
    line = value_line(0, ",".join(member(name, value) for name, value in point.items()), 1)
    assert repr(read(line)) == repr({"index": 0, "point": point, "value": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(math.nan, '"NaN"', id="NaN"),
        pytest.param(math.inf, '"Infinity"', id="infinity"),
        pytest.param([-math.inf, {"a": math.nan}], '["-Infinity",{"a":"NaN"}]', id="nested infinities"),
        pytest.param(-0.0, "-0.0", id="negative zero"),
        pytest.param(0.1, "0.1", id="a float"),
        pytest.param(1e22, "1e+22", id="a float with an exponent"),
        pytest.param(2**64, "18446744073709551616", id="an integer above 64 bits"),
        pytest.param((1, (2,)), "[1,[2]]", id="tuples"),
        pytest.param(OrderedDict(b=1, a=2), '{"b":1,"a":2}', id="an OrderedDict"),
        pytest.param("\U0001f600", '"\\ud83d\\ude00"', id="a surrogate pair in JSON"),
        pytest.param(HTTPMethod.GET, '"GET"', id="a StrEnum member"),
        pytest.param(HTTPStatus.OK, "200", id="an IntEnum member"),
        pytest.param(np.float64(0.5), "0.5", id="numpy.float64"),
        pytest.param(np.float64("nan"), '"NaN"', id="numpy.float64 NaN"),
        pytest.param(np.float32(0.5), "0.5", id="numpy.float32"),
        pytest.param(np.float32("-inf"), '"-Infinity"', id="numpy.float32 infinity"),
        pytest.param(np.int8(-3), "-3", id="numpy.int8"),
        pytest.param(np.uint64(2**64 - 1), "18446744073709551615", id="numpy.uint64"),
        pytest.param(np.bool_(True), "true", id="numpy.bool"),  # noqa: FBT003 - numpy's own signature
        pytest.param(np.str_("s"), '"s"', id="numpy.str"),
        pytest.param(np.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]", id="a two-dimensional array"),
        pytest.param(np.array([1.5, np.nan]), '[1.5,"NaN"]', id="an array with NaN"),
        pytest.param(np.array(7), "7", id="a zero-dimensional array"),
        pytest.param({"a": np.arange(2)}, '{"a":[0,1]}', id="an array in a dict"),
    ],
)
def test_values_are_written_as_strict_json(value: object, text: str) -> None:
    """Non-finite floats become strings, tuples lists, and numpy values plain ones."""
    assert value_text(value) == text
    read(text)


class Letter(str, enum.Enum):  # noqa: UP042 - its `str` is the member's name, unlike StrEnum's
    """An enumeration of text without StrEnum."""

    A = "a"


def test_a_member_of_a_text_enumeration_is_written_as_its_text() -> None:
    """A value or key is written as the standard library's json writes it."""
    assert value_text([Letter.A, {Letter.A: 1}]) == '["a",{"a":1}]'


class Holder:
    """An object with `tolist`, as in numpy, but of another type."""

    def __init__(self, plain: object) -> None:
        """Keep the plain form."""
        self._plain = plain

    def tolist(self) -> object:
        """Return the plain form."""
        return self._plain


def test_an_object_with_tolist_is_accepted() -> None:
    """Any object with `tolist` is written as its plain form; the type need not be numpy's."""
    assert value_text(Holder([1, math.inf])) == '[1,"Infinity"]'


def circular() -> object:
    """Return a list that contains itself."""
    ring: list[object] = []
    ring.append(ring)
    return ring


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="an object"),
        pytest.param({1, 2}, id="a set"),
        pytest.param(b"x", id="bytes"),
        pytest.param(1j, id="a complex number"),
        pytest.param({1: 2}, id="an integer as a key"),
        pytest.param(np.complex128(1j), id="numpy.complex128"),
        pytest.param(np.longdouble(1), id="numpy.longdouble"),
        pytest.param(np.datetime64("2020-01-01"), id="numpy.datetime64"),
        pytest.param(Holder(Holder(1)), id="tolist returns no plain form"),
        pytest.param(circular(), id="a list that contains itself"),
        pytest.param(10**5000, id="5000 digits"),
    ],
)
def test_a_value_that_json_cannot_hold_is_refused(value: object) -> None:
    """`value_line` raises, and the exception becomes the point's error."""
    with pytest.raises((TypeError, ValueError, RecursionError)):
        value_line(0, "", value)


@dataclass
class Pair:
    """Two numbers."""

    first: float = 1.0
    second: float = 2.0


_DAY = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "type_name", "instead"),
    [
        pytest.param(object(), "object", "numbers, strings, booleans, None, lists, dicts", id="an object"),
        pytest.param(1j, "complex", "[value.real, value.imag]", id="a complex number"),
        pytest.param(np.complex128(1j), "complex", "[value.real, value.imag]", id="numpy.complex128"),
        pytest.param(np.array([1j]), "complex", "[value.real, value.imag]", id="an array of complex numbers"),
        pytest.param(_DAY, "datetime", "value.isoformat()", id="a datetime"),
        pytest.param(_DAY.date(), "date", "value.isoformat()", id="a date"),
        pytest.param(_DAY.time(), "time", "value.isoformat()", id="a time"),
        pytest.param(dt.timedelta(1), "timedelta", "value.total_seconds()", id="a timedelta"),
        pytest.param(np.datetime64("2020-01-01"), "datetime64", "value.astype(str).tolist()", id="numpy.datetime64"),
        pytest.param(np.datetime64(5, "ns"), "datetime64", "value.astype(str).tolist()", id="numpy's nanoseconds"),
        pytest.param(np.timedelta64(5, "ns"), "timedelta64", "value.astype(float).tolist()", id="numpy.timedelta64"),
        pytest.param(np.array([5], "M8[ns]"), "ndarray", "value.astype(str).tolist()", id="an array of nanoseconds"),
        pytest.param(np.datetime64("NaT"), "datetime64", "value.astype(str).tolist()", id="numpy's not-a-time"),
        pytest.param(np.longdouble(1), "longdouble", "value.astype(float).tolist()", id="numpy.longdouble"),
        pytest.param(Decimal("0.1"), "Decimal", "float(value)", id="a Decimal"),
        pytest.param(Fraction(1, 3), "Fraction", "float(value)", id="a Fraction"),
        pytest.param(b"x", "bytes", "value.hex()", id="bytes"),
        pytest.param(np.bytes_(b"x"), "bytes", "value.hex()", id="numpy.bytes"),
        pytest.param({1, 2}, "set", "sorted(value)", id="a set"),
        pytest.param(iter([1]), "list_iterator", "list(value)", id="an iterator"),
        pytest.param(Pair(), "Pair", "dataclasses.asdict(value)", id="a dataclass"),
    ],
)
def test_a_refusal_names_the_type_and_a_remedy(value: object, type_name: str, instead: str) -> None:
    """The error names the type of the value, and what the target can return instead; so it does deep in a value."""
    for made in (value, [{"a": value}]):
        with pytest.raises(TypeError) as caught:
            value_text(made)
        assert str(caught.value).startswith(f"the target returned a {type_name}; return ")
        assert instead in str(caught.value)


def test_a_key_that_is_no_text_is_refused() -> None:
    """The error names the key's type and a remedy."""
    with pytest.raises(TypeError, match=r"a dict with a int as a key; return strings, such as str\(key\)"):
        value_text({1: 2})


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("ab\ud800", id="text"),
        pytest.param({"ab\ud800": 1}, id="a key"),
        pytest.param(["ü", {"a": "ab\ud800"}], id="text deep in a value"),
        pytest.param(np.array(["ab\ud800"]), id="an array of text"),
    ],
)
def test_half_a_surrogate_pair_is_refused(value: object) -> None:
    """No text is changed: the point has an error instead, which says where and what to return."""
    with pytest.raises(
        ValueError, match=r"half a surrogate pair \(\\ud800 at 2\), .*; return text such as value.encode"
    ):
        value_line(0, "", value)


def test_half_a_surrogate_pair_in_a_message_is_shown_by_its_escape() -> None:
    """The message of an exception is kept as far as UTF-8 can hold it, and what it cannot is visible."""
    assert point_error(0, ValueError("a\ud800ü")).message == "a\\ud800ü"


class Mute(Exception):
    """An exception whose `str` raises."""

    def __str__(self) -> str:
        """Raise `ValueError`."""
        raise ValueError


class Wrong(Exception):
    """An exception whose `str` returns no text."""

    def __str__(self) -> str:
        """Return a number."""
        return 3  # type: ignore[return-value]  # noqa: PLE0307 - the defect under test


@pytest.mark.parametrize("make", [Mute, Wrong])
def test_an_exception_without_a_readable_message_is_described(make: Callable[[], Exception]) -> None:
    """The error has the type of the exception, and a fixed text for its message."""
    assert point_error(3, make()) == PointError(3, make.__name__, "(the exception has no readable message)")


@given(st.text(st.characters(exclude_categories=())), st.integers(0, 2**70))
@example("\ud800", 0)
def test_an_error_line_is_strict_json_in_utf_8(message: str, index: int) -> None:
    """An error line holds any message, lone surrogates included, and at most its first 1,000 characters."""
    error = point_error(index, ValueError(message * 50))
    line = error_line(member("x", 1), error)
    result = read(line)
    assert result == {"index": index, "point": {"x": 1}, "error": {"type": "ValueError", "message": error.message}}
    assert error.message.encode().decode() == error.message
    assert len(error.message) <= 1000


@given(st.lists(texts.map(lambda text: json.dumps(text) + "\n"), max_size=40), st.integers(1, 40))
@example(["1\n", "2\n"], 600)
def test_the_same_lines_make_the_same_bytes(lines: list[str], copies: int) -> None:
    """`pack` is deterministic, and gzip decompresses its bytes to the same lines."""
    body = pack(iter(lines * copies))
    assert body == pack(lines * copies)
    assert gzip.decompress(body).decode() == "".join(lines * copies)


def test_the_header_holds_no_time_name_or_host() -> None:
    """The ten bytes of the gzip header (RFC 1952) say: deflate, no flag, no time, no extra, unknown system."""
    body = pack(["1\n"])
    assert body[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    assert zlib.decompress(body, wbits=31) == b"1\n"


def test_a_stored_object_is_counted() -> None:
    """`read_end` counts values and every kind of error. A value with a key `error` is a value."""
    first, second = PointError(6, "A", "m"), PointError(8, "B", "n")
    again = replace(first, index=7)
    lines = [value_line(5, "", {"error": 1}), *(error_line("", error) for error in (first, again, second))]
    kinds = (ErrorKind(first, 2), ErrorKind(second, 1))
    assert read_end(Shard(5, 5, 9, 2), pack(lines)) == ShardDone(5, 1, 3, kinds, 2)
    assert read_end(Shard(5, 5, 6), pack(lines[:1])) == ShardDone(5, 1)


def test_a_whole_object_has_a_line_to_keep_for_each_value() -> None:
    """A kept line is the text that was stored; a point with an error has none."""
    lines = [value_line(0, "", {"error": 1}), error_line("", PointError(1, "A", "m")), value_line(2, "", 0.1)]
    assert list(kept_lines(pack(lines))) == [lines[0], None, lines[2]]


nearly_lines = st.builds(
    lambda index, parts: json.dumps({"index": index} | parts) + "\n",
    st.integers(0, 3),
    st.sampled_from(
        [
            {"value": 1},
            {"value": None},
            {"error": {"type": "E", "message": "m"}},
            {"error": 1},
            {},
            {"value": 1, "error": 1},
        ]
    ),
)


@given(st.lists(nearly_lines, max_size=4), st.integers(1, 3))
@example([json.dumps({"index": index, "value": 1}) + "\n" for index in range(3)], 3)
def test_an_object_is_whole_if_it_has_one_result_of_each_point_in_order(lines: list[str], size: int) -> None:
    """Any other has no end."""
    results = [json.loads(line) for line in lines]
    is_whole = [result["index"] for result in results] == list(range(size)) and all(
        ("value" in result) != isinstance(result.get("error"), dict) and len(result) == 2 for result in results
    )
    assert (read_end(Shard(0, 0, size), pack(lines)) is not None) == is_whole


@given(st.data())
def test_no_damage_to_an_object_is_an_exception(data: st.DataObject) -> None:
    """Bytes that were changed, cut off or added make it unreadable, or leave its lines as they were."""
    lines = [value_line(index, "", "text" * index) for index in range(3)]
    body = pack(lines)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    damaged = body[:start] + data.draw(st.binary(max_size=8)) + body[stop:]
    end = read_end(Shard(0, 0, 3), damaged)
    assert end is None or (end == ShardDone(0, 3) and list(kept_lines(damaged)) == lines)
