"""Logs and metrics: one line of JSON a message, in the format of CloudWatch, without any value of a sweep."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest

from adapters.machine.json_log import LEVELS, JsonLog


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line, parse_constant=pytest.fail) for line in stream.getvalue().splitlines()]


def test_a_message_is_one_line_with_its_ids() -> None:
    """Line breaks and lone surrogates in an id are escaped."""
    stream = io.StringIO()
    JsonLog("INFO", "parent", stream).info("sweep submitted", sweep_id="a\nb\ud800", shard=3)
    line = {"level": "INFO", "message": "sweep submitted", "function": "parent", "sweep_id": "a\nb\ud800", "shard": 3}
    assert _lines(stream) == [line]


@pytest.mark.parametrize(
    ("level", "logged"),
    [
        pytest.param("DEBUG", ["DEBUG", "INFO", "WARN", "ERROR"], id="DEBUG"),
        pytest.param("INFO", ["INFO", "WARN", "ERROR"], id="INFO"),
        pytest.param("ERROR", ["ERROR"], id="ERROR"),
    ],
)
def test_a_message_below_the_level_is_not_written(level: str, logged: list[str]) -> None:
    """The log writes the messages of its level and above. The level is a parameter of the template."""
    stream = io.StringIO()
    log = JsonLog(level, "parent", stream)
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.exception("d", error=ValueError())  # noqa: LOG004 - this is not the standard library's logger
    assert [line["level"] for line in _lines(stream)] == logged


def test_an_error_is_logged_by_its_type_and_places_not_its_text() -> None:
    """The text of an exception may repeat the value of a parameter, so the log holds its type and traceback only."""
    stream = io.StringIO()
    log = JsonLog("INFO", "worker", stream)
    try:
        float("hunter2")
    except ValueError as error:
        log.exception("shard failed", error=error, shard=3)
    (line,) = _lines(stream)
    assert (line["error"], line["shard"]) == ("ValueError", 3)
    assert line["at"][0].endswith("test_an_error_is_logged_by_its_type_and_places_not_its_text")
    assert "hunter2" not in stream.getvalue()


def test_a_value_that_json_cannot_hold_is_logged_as_text() -> None:
    """A message with a value of another type is logged, with the value as text."""
    stream = io.StringIO()
    JsonLog("INFO", "worker", stream).info("message", error=ValueError("x"))
    assert _lines(stream)[0]["error"] == "x"


def test_metrics_are_in_the_embedded_format() -> None:
    """Each metric and dimension of the directive is a member of the line, and the timestamp is now, in ms.

    Amazon CloudWatch user guide, "Specification: Embedded metric format".
    """
    stream = io.StringIO()
    before = time.time() * 1000 - 1
    JsonLog("ERROR", "sweep-worker", stream).metrics({"PointsDone": (500, "Count"), "Duration": (1.5, "Seconds")})
    (line,) = _lines(stream)
    assert before <= line["_aws"]["Timestamp"] <= time.time() * 1000
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "ServerlessSweep",
        "Dimensions": [["function"]],
        "Metrics": [{"Name": "PointsDone", "Unit": "Count"}, {"Name": "Duration", "Unit": "Seconds"}],
    }
    assert (line["function"], line["PointsDone"], line["Duration"]) == ("sweep-worker", 500, 1.5)


def test_lambda_reads_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream the log writes to standard output, which Lambda collects."""
    JsonLog(LEVELS[0], "parent").info("text")
    assert json.loads(capsys.readouterr().out)["message"] == "text"
