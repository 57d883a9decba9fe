"""Sweep files: contract 1 as a file in YAML or JSON."""

from __future__ import annotations

from pathlib import Path

from adapters.documents.request import read_request
from adapters.documents.strict_json import read_json
from adapters.documents.strict_yaml import read_yaml
from domain.errors import InvalidSweep, MalformedSweep
from domain.request import SweepRequest
from domain.space.scalars import Json

# In bytes.
LARGEST_FILE = 10_000_000


def read_sweep_file(path: Path) -> SweepRequest:
    """Return the request in a file, which is read as JSON if its name ends in `.json`, and as YAML otherwise.

    Raises `InvalidSweep` for a file that cannot be read and for a request that is wrong.
    """
    return read_request(read_sweep_document(path))


def read_sweep_document(path: Path) -> Json:
    """Return the document in a file, whatever it asks for; raises `InvalidSweep` for a file that cannot be read."""
    text = _text(path)
    return read_json(text) if path.suffix == ".json" else read_yaml(text)


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
