"""Logs and metrics as lines of JSON on standard output, which is where Lambda collects them.

A line is one message with the ids of what it is about. It never holds a payload, a parameter's value or a result.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Mapping
from typing import TextIO

LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")


class JsonLog:
    """Writes the messages at or above a level, each with the name of the function that logs."""

    def __init__(self, level: str, function: str, stream: TextIO | None = None) -> None:
        """Log from one of `LEVELS` on, without a stream to standard output; raises `ValueError` for another level."""
        self._least = LEVELS.index(level)
        self._function = function
        self._stream = stream

    def debug(self, message: str, **ids: object) -> None:
        """Log an event that occurs so often that its lines would cost more than they tell."""
        self._write("DEBUG", message, ids)

    def info(self, message: str, **ids: object) -> None:
        """Log an event of normal operation."""
        self._write("INFO", message, ids)

    def warning(self, message: str, **ids: object) -> None:
        """Log a failure that the program expects and handles."""
        self._write("WARN", message, ids)

    def exception(self, message: str, *, error: BaseException, **ids: object) -> None:
        """Log an unexpected error: its type, and file, line and function of each traceback entry, but no message."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
        self._write("ERROR", message, {**ids, "error": type(error).__name__, "at": places})

    def metrics(self, values: Mapping[str, tuple[float, str]]) -> None:
        """Log metrics, each a value and CloudWatch's name of its unit, in the embedded metric format."""
        metrics = [{"Name": name, "Unit": unit} for name, (_, unit) in values.items()]
        directive = {"Namespace": "ServerlessSweep", "Dimensions": [["function"]], "Metrics": metrics}
        line = {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
            "function": self._function,
        }
        self._print({**line, **{name: value for name, (value, _) in values.items()}})

    def _write(self, level: str, message: str, ids: Mapping[str, object]) -> None:
        if LEVELS.index(level) >= self._least:
            self._print({"level": level, "message": message, "function": self._function, **ids})

    def _print(self, document: Mapping[str, object]) -> None:
        print(json.dumps(document, default=str), file=self._stream or sys.stdout, flush=True)
