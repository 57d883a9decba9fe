"""What a caller and the process of a run tell each other arrives as it was sent."""

from __future__ import annotations

import pytest

from adapters.local.runner_messages import Order, decode_answer, decode_order, encode_answer, encode_order
from application.ports.runner import Begun
from domain.errors import (
    DependencyUnavailable,
    DispatchRejected,
    InvalidSweep,
    MalformedSweep,
    Problem,
    SweepConflict,
    SweepError,
    SweepNotFound,
    TargetUnavailable,
)

_ORDER = Order("/out", 2, ("/models",), "/home", key="key", request='{"name":"toy"}')


def test_an_order_arrives() -> None:
    """It is one line; a part of it, from a caller that was killed, is no order."""
    line = encode_order(_ORDER)
    received = decode_order(line)
    assert received
    assert (received.folder, list(received.import_paths), received.request) == ("/out", ["/models"], _ORDER.request)
    assert [decode_order(line[:length]) for length in (0, 10, len(line) - 1)] == [None, None, None]


def test_a_report_arrives() -> None:
    """The caller reads what the process reports."""
    begun = Begun("toy-0", replayed=True, queued=3)
    assert decode_answer(encode_answer(begun)) == begun


@pytest.mark.parametrize(
    "error",
    [
        InvalidSweep(Problem("target", "is missing"), Problem("", "is of no use")),
        MalformedSweep.at("parameters.x", "must be a list"),
        TargetUnavailable.at("target", "no module has it"),
        SweepConflict("the sweep is cancelled"),
        SweepNotFound("toy-0"),
        DependencyUnavailable("the disk is full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_arrives_with_its_type_and_its_places(error: SweepError) -> None:
    """The caller raises what the process has raised."""
    with pytest.raises(type(error)) as raised:
        decode_answer(encode_answer(error))
    assert type(raised.value) is type(error)
    assert str(raised.value) == str(error)
    assert getattr(raised.value, "problems", ()) == getattr(error, "problems", ())


def test_an_error_of_another_type_is_an_unavailable_dependency() -> None:
    """No error is lost."""
    with pytest.raises(DependencyUnavailable, match="none was sent"):
        decode_answer(encode_answer(DispatchRejected("none was sent")))
