"""YAML 1.2 as far as JSON reaches: no dates, no sets, no key twice, no nesting and no aliases without end.

libyaml parses the text into events, many times as fast as a parser in Python. The document is built from them here,
once, so that each refusal has a line and a column. Nothing of PyYAML's own YAML 1.1 (`yes` is true, `1e3` is text) is
used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from adapters.documents.strict_json import DEEPEST_DOCUMENT
from adapters.documents.yaml_scalars import as_tagged, scalar
from domain.errors import InvalidSweep, MalformedSweep
from domain.space.scalars import Json, Scalar

# What is behind an alias is counted each time.
_MOST_VALUES = 1_000_000
# Line breaks in YAML 1.1, and for libyaml, but not in YAML 1.2.
_OLD_BREAK = re.compile("[\x85\u2028\u2029]")
_MERGE = "<<"
_COLLECTION_TAGS = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def read_yaml(text: str) -> Json:
    """Return the document of a YAML text, None if it has none; raises `MalformedSweep` with line and column."""
    old_break = _OLD_BREAK.search(text)
    if old_break:
        code = f"U+{ord(old_break[0]):04X}"
        raise _at_offset(text, old_break.start(), f"has {code}, a line break in YAML 1.1 alone; write it as an escape")
    try:
        return _Document(yaml.parse(text, Loader=yaml.CSafeLoader)).read()
    except yaml.MarkedYAMLError as error:
        raise _malformed(error.problem_mark or error.context_mark, f"is not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes.
        offset = len(text.encode()[: error.position].decode(errors="ignore"))
        raise _at_offset(text, offset, f"is not YAML: {error.reason}") from error


def _at_offset(text: str, offset: int, message: str) -> InvalidSweep:
    line = text.count("\n", 0, offset) + 1
    return MalformedSweep.at(f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}", message)


def _malformed(mark: Any, message: str) -> InvalidSweep:  # noqa: ANN401 - libyaml's marks have no type
    return MalformedSweep.at(f"line {mark.line + 1}, column {mark.column + 1}" if mark else "", message)


def _refuse(event: yaml.Event, message: str) -> NoReturn:
    raise _malformed(event.start_mark, message)


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias stands for: a value, the number of values in it, and how many levels it is nested."""

    value: Json
    values: int
    levels: int


class _Document:
    """One document, built from its events. It counts the values and levels so far, those behind aliases included."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchors: dict[str, _Anchored] = {}
        self._values = 0
        self._deepest = 0

    def read(self) -> Json:
        """Return the value of the only document."""
        next(self._events)  # the start of the stream
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return None
        if isinstance(start, yaml.DocumentStartEvent) and start.version not in {None, (1, 2)}:
            _refuse(start, "asks for another version of YAML; a sweep file is YAML 1.2")
        value = self._value(next(self._events), 0)
        next(self._events)  # the end of the document
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            _refuse(more, "a second document begins here; a sweep file has one")
        return value

    def _value(self, event: Any, depth: int) -> Json:  # noqa: ANN401 - each kind of event has attributes of its own
        """Return the value that begins with an event, `depth` levels deep."""
        self._count(event, 1, depth)
        if isinstance(event, yaml.ScalarEvent):
            value: Json = _scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = _Anchored(value, 0, 0)
            return value
        return self._behind(event, depth) if isinstance(event, yaml.AliasEvent) else self._collection(event, depth)

    def _count(self, event: yaml.Event, values: int, depth: int) -> None:
        self._values += values
        self._deepest = max(self._deepest, depth)
        if self._values > _MOST_VALUES:
            _refuse(event, f"stands for more than {_MOST_VALUES:,} values; use fewer aliases")
        if depth > DEEPEST_DOCUMENT:
            _refuse(event, f"is nested deeper than {DEEPEST_DOCUMENT} levels")

    def _collection(self, event: Any, depth: int) -> Json:  # noqa: ANN401 - likewise
        if event.tag not in _COLLECTION_TAGS:
            _refuse(event, "has a tag (!) that means nothing here; leave it out")
        values, deepest, self._deepest = self._values, self._deepest, depth
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        value = self._mapping(depth + 1) if is_mapping else self._list(depth + 1)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(value, self._values - values, self._deepest - depth)
        self._deepest = max(self._deepest, deepest)
        return value

    def _behind(self, alias: yaml.AliasEvent, depth: int) -> Json:
        """Return what an alias stands for, and count it."""
        anchored = self._anchors.get(alias.anchor or "")
        if anchored is None:
            _refuse(alias, "is an alias for what no anchor before it names")
        self._count(alias, anchored.values, depth + anchored.levels)
        return anchored.value

    def _list(self, depth: int) -> Json:
        entries: list[Json] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            entries.append(self._value(event, depth))
        return entries

    def _mapping(self, depth: int) -> Json:
        """Return a mapping. Its own keys replace those that it merges (`<<`), and those come first."""
        own: dict[str, Json] = {}
        merged: dict[str, Json] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == _MERGE and _is_plain(event):
                merged = self._merged(depth) | merged
                continue
            key = self._value(event, depth)
            if not isinstance(key, str):
                _refuse(event, "is a key that is not text; put it in quotes")
            if key in own:
                _refuse(event, "a key stands twice in one mapping")
            own[key] = self._value(next(self._events), depth)
        return merged | own

    def _merged(self, depth: int) -> dict[str, Json]:
        """Return what the value of `<<` adds: a mapping, or several, of which the first that has a key counts."""
        event = next(self._events)
        value = self._value(event, depth)
        merged: dict[str, Json] = {}
        for part in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(part, dict):
                _refuse(event, "is no mapping, and nothing else can be merged (<<)")
            merged |= part
        return merged


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    try:
        if event.tag not in {None, "!"}:
            return as_tagged(event.tag, event.value)
        return scalar(event.value) if _is_plain(event) else event.value
    except ValueError as error:
        _refuse(event, str(error))


def _is_plain(event: yaml.ScalarEvent) -> bool:
    """Return whether a scalar stands without quotes, and not as a block."""
    return not event.style
