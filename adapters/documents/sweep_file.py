"""Sweep files: contract 1 as a file in YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from adapters.documents.request import read_request
from adapters.documents.strict_json import DEEPEST_DOCUMENT, read_json
from domain.errors import InvalidSweep, MalformedSweep
from domain.request import SweepRequest

# In bytes.
LARGEST_FILE = 10_000_000
# In YAML nodes, those behind an alias counted each time.
_LARGEST_DOCUMENT = 1_000_000


def read_sweep_file(path: Path) -> SweepRequest:
    """Return the request in a file, which is read as JSON if its name ends in `.json`, and as YAML otherwise.

    Raises `InvalidSweep` for a file that cannot be read and for a request that is wrong.
    """
    text = _text(path)
    return read_request(read_json(text) if path.suffix == ".json" else _yaml(text))


def _text(path: Path) -> str:
    try:
        # Look at the size first: a file that is far too large need not be read.
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InvalidSweep.at(str(path), f"has {size:,} bytes; a sweep file has at most {LARGEST_FILE:,}")
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise InvalidSweep.at(str(path), "there is no such file") from error
    except OSError as error:
        raise InvalidSweep.at(str(path), f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidSweep.at(str(path), "cannot be read: no file can have this name") from error
    # A pipe says nothing of its size, and a file may grow while it is read.
    if len(body) > LARGEST_FILE:
        raise InvalidSweep.at(str(path), f"has more than {LARGEST_FILE:,} bytes, the most that a sweep file has")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedSweep.at(str(path), f"is not UTF-8 text (byte {error.start})") from error


def _yaml(text: str) -> Any:  # noqa: ANN401 - any document
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
        _check_size(node)
        document = yaml.load(text)
    except DuplicateKeyError as error:
        raise MalformedSweep.at(_place(error), "a key stands twice in one mapping") from error
    except MarkedYAMLError as error:
        raise MalformedSweep.at(_place(error), f"is not YAML: {error.problem or error.context}") from error
    except RecursionError as error:
        raise MalformedSweep.at("", f"is nested deeper than {DEEPEST_DOCUMENT} levels") from error
    except YAMLError as error:
        raise MalformedSweep.at("", f"is not YAML: {str(error).partition(chr(10))[0]}") from error
    except ValueError as error:
        # Python's own message about an impossible number or date is not the same in every version.
        raise MalformedSweep.at("", "is not YAML: there is no such number or date; put it in quotes") from error
    except (AttributeError, LookupError, TypeError) as error:
        # ruamel.yaml's constructors raise these for a value that is not of the type that its tag names.
        raise MalformedSweep.at("", "is not YAML: a value is not what its tag (!!) says; leave the tag out") from error
    _check_json("", document)
    return document


def _check_json(path: str, document: object) -> None:
    """Raise `MalformedSweep` for what YAML has and JSON has not: dates, sets, bytes, and keys that are not text."""
    match document:
        case dict():
            for key, part in document.items():
                if not isinstance(key, str):
                    raise MalformedSweep.at(path, "has a key that is not text; put it in quotes")
                _check_json(f"{path}.{key}" if path else key, part)
        case list():
            for number, part in enumerate(document):
                _check_json(f"{path}.{number}" if path else str(number), part)
        case None | bool() | int() | float() | str():
            pass
        case _:
            raise MalformedSweep.at(path, "is neither text nor a number, true, false or null; put it in quotes")


def _place(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _check_size(node: Node | None) -> None:
    """Raise `MalformedSweep` for aliases within aliases (a "YAML bomb") before values are built from them."""
    if node is not None and _size(node, {}, 0) > _LARGEST_DOCUMENT:
        raise MalformedSweep.at("", f"stands for more than {_LARGEST_DOCUMENT:,} values; use fewer aliases")


def _size(node: Node, known: dict[int, int], depth: int) -> int:
    """Return how many nodes a tree has, those behind an alias counted each time; each is visited once."""
    if depth > DEEPEST_DOCUMENT:
        raise MalformedSweep.at("", f"is nested deeper than {DEEPEST_DOCUMENT} levels")
    if id(node) not in known:
        parts: list[Node] = []
        if isinstance(node, MappingNode):
            parts = [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            parts = node.value
        known[id(node)] = 1 + sum(_size(part, known, depth + 1) for part in parts)
    return known[id(node)]
