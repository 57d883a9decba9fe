"""Result lines and the objects that hold them."""

from __future__ import annotations

import enum
import gzip
import json
import math
import zlib
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from application.documents.result_lines import error_line, member, pack, point_error, read_end, value_line, value_text
from domain.sweep import PointError, ShardDone
from tests.fakes.spaces import scalars, texts

floats = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


def refuse_constants(name: str) -> object:
    """Make json.loads strict."""
    raise ValueError(name)


def read(text: str) -> object:
    """Read strict JSON."""
    return json.loads(text, parse_constant=refuse_constants)


@given(anything)
def test_any_json_value_survives(value: object) -> None:
    """Written as a line and read back it has the same values and types, in the same order."""
    line = value_line(7, "", value)
    assert line.endswith("\n")
    assert "\n" not in line[:-1]
    assert repr(read(line)) == repr({"index": 7, "point": {}, "value": value})


@given(st.dictionaries(st.sampled_from("abc"), scalars))
def test_a_lines_point_is_the_point(point: dict[str, str | float | None]) -> None:
    """Its members come back with their types."""
    line = value_line(0, ",".join(member(name, value) for name, value in point.items()), 1)
    assert repr(read(line)) == repr({"index": 0, "point": point, "value": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, '"NaN"'),
        (math.inf, '"Infinity"'),
        ([-math.inf, {"a": math.nan}], '["-Infinity",{"a":"NaN"}]'),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        (2**64, "18446744073709551616"),
        ((1, (2,)), "[1,[2]]"),
        (OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        ("\ud800ü", '"?\\u00fc"'),
        ({"\udfff": 1}, '{"?":1}'),
        (HTTPMethod.GET, '"GET"'),
        (HTTPStatus.OK, "200"),
        (np.float64(0.5), "0.5"),
        (np.float64("nan"), '"NaN"'),
        (np.float32(0.5), "0.5"),
        (np.float32("-inf"), '"-Infinity"'),
        (np.int8(-3), "-3"),
        (np.uint64(2**64 - 1), "18446744073709551615"),
        (np.bool_(True), "true"),  # noqa: FBT003 - numpy's own signature
        (np.str_("s"), '"s"'),
        (np.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]"),
        (np.array([1.5, np.nan]), '[1.5,"NaN"]'),
        (np.array(7), "7"),
        ({"a": np.arange(2)}, '{"a":[0,1]}'),
    ],
)
def test_values_are_written_as_strict_json(value: object, text: str) -> None:
    """Non-finite floats as strings, tuples as lists, numpy as what it holds, half surrogate pairs as question marks."""
    assert value_text(value) == text
    read(text)


class Letter(str, enum.Enum):  # noqa: UP042 - whose `str` gives its name, unlike StrEnum's
    """The older way to enumerate text."""

    A = "a"


def test_a_member_of_an_enumeration_of_text_is_its_text() -> None:
    """As in the standard library's json."""
    assert value_text([Letter.A, {Letter.A: 1}]) == '["a",{"a":1}]'


class Holder:
    """Stands for numpy where numpy is not: something that knows its own plain form."""

    def __init__(self, plain: object) -> None:
        """Hold it."""
        self._plain = plain

    def tolist(self) -> object:
        """Return it."""
        return self._plain


def test_whatever_knows_its_plain_form_is_accepted() -> None:
    """Numpy itself is not asked for."""
    assert value_text(Holder([1, math.inf])) == '[1,"Infinity"]'


def circular() -> object:
    """Return a list that holds itself."""
    ring: list[object] = []
    ring.append(ring)
    return ring


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        b"x",
        1j,
        {1: 2},
        np.complex128(1j),
        np.longdouble(1),
        np.datetime64("2020-01-01"),
        Holder(Holder(1)),
        circular(),
        pytest.param(10**5000, id="5000 digits"),
    ],
)
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    """An exception, which becomes the point's error; nothing is written wrongly."""
    with pytest.raises((TypeError, ValueError, RecursionError)):
        value_line(0, "", value)


def test_a_refusal_says_what_to_give_instead() -> None:
    """It names the type that came."""
    with pytest.raises(TypeError, match="the target gave a longdouble; give numbers"):
        value_text(np.longdouble(1))
    with pytest.raises(TypeError, match="a dict with a int as a key"):
        value_text({1: 2})


class Mute(Exception):
    """Fails when asked for its message."""

    def __str__(self) -> str:
        """Fail."""
        raise ValueError


class Wrong(Exception):
    """Gives no text for a message."""

    def __str__(self) -> str:
        """Return a number."""
        return 3  # type: ignore[return-value]  # noqa: PLE0307 - that is what is wrong with it


@pytest.mark.parametrize("make", [Mute, Wrong])
def test_a_broken_exception_is_described_all_the_same(make: Callable[[], Exception]) -> None:
    """Its type is known even where its message is not."""
    assert point_error(3, make()) == PointError(3, make.__name__, "(the exception has no readable message)")


@given(st.text(st.characters(exclude_categories=())), st.integers(0, 2**70))
@example("\ud800", 0)
def test_an_error_line_is_strict_json_in_utf_8(message: str, index: int) -> None:
    """Whatever the message, half surrogate pairs included; at most 1,000 characters of it."""
    error = point_error(index, ValueError(message * 50))
    line = error_line(member("x", 1), error)
    result = read(line)
    assert result == {"index": index, "point": {"x": 1}, "error": {"type": "ValueError", "message": error.message}}
    assert error.message.encode().decode() == error.message
    assert len(error.message) <= 1000


@given(st.lists(texts.map(lambda text: json.dumps(text) + "\n"), max_size=40), st.integers(1, 40))
@example(["1\n", "2\n"], 600)
def test_the_same_lines_give_the_same_bytes(lines: list[str], copies: int) -> None:
    """Deterministic, and decompressed by any reader to just those lines."""
    body = pack(iter(lines * copies))
    assert body == pack(lines * copies)
    assert gzip.decompress(body).decode() == "".join(lines * copies)


def test_the_header_tells_nothing_of_time_name_or_host() -> None:
    """Gzip's fixed ten bytes (RFC 1952): deflate, no flag, no time, no extra, unknown system."""
    body = pack(["1\n"])
    assert body[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    assert zlib.decompress(body, wbits=31) == b"1\n"


def test_a_stored_object_is_counted() -> None:
    """Values, errors and the first error; a value that merely speaks of an error is a value."""
    first, second = PointError(1, "A", "m"), PointError(2, "B", "n")
    lines = [value_line(0, "", {"error": 1}), error_line("", first), error_line("", second)]
    assert read_end(5, pack(lines)) == ShardDone(5, 1, 2, first)
    assert read_end(5, pack(lines[:1])) == ShardDone(5, 1)
