"""The client's part of a design whose points are in a file: it reads the file, and the request names the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.documents.request import read_request
from application.bind_rows import bind_rows
from application.on_done import OnDone, show_nothing
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.space.scalars import Json

if TYPE_CHECKING:
    from adapters.point_files.packed_table import PackedTable

FILE = "file"
_KEYS = ("kind", FILE, "grid")


def read_client_file(path: Path, on_read: OnDone = show_nothing) -> SweepRequest:
    """Return the request of a sweep file, which may name a file of points beside it; raises `InvalidSweep`."""
    from adapters.documents.sweep_file import read_sweep_document  # noqa: PLC0415 - it loads a parser

    return read_client_request(read_sweep_document(path), path.parent, on_read)


def read_client_request(document: object, folder: Path, on_read: OnDone = show_nothing) -> SweepRequest:
    """Return the request of a client's document, which may name a file of points beside it, below `folder`.

    The points are at hand: the request is bound to the table of the file. `on_read` is called while the file is read.
    Raises `InvalidSweep`.
    """
    design = document.get("design") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(design, dict) or FILE not in design:
        return read_request(document)
    from adapters.point_files.point_file import read_point_file  # noqa: PLC0415 - most sweeps name no such file

    table = read_point_file(folder / _checked(design), on_read)
    _check_free(table, document)
    return bind_rows(read_request({**document, "design": _normal(design, document, table)}), table.chunks)


def _checked(design: Mapping[str, Any]) -> str:
    """Return the name of the file; raises `InvalidSweep` unless the design is a list of points in a file."""
    if design.get("kind") != "points":
        raise InvalidSweep.at("design.kind", "must be points where a file has them: {kind: points, file: points.csv}")
    for key in design:
        if key not in _KEYS:
            raise InvalidSweep.at(f"design.{key}", f"cannot stand beside {FILE}; the other keys are kind and grid")
    name = design[FILE]
    if not isinstance(name, str) or not name:
        raise InvalidSweep.at("design.file", "must be the path of a file, in quotes")
    return name


def _check_free(table: PackedTable, document: Mapping[str, Any]) -> None:
    for key, one in (("parameters", "parameter"), ("constants", "constant")):
        known = document.get(key)
        for name in table.columns:
            if isinstance(known, dict) and name in known:
                message = f"is also a column of the file of points; rename the {one} or leave it out"
                raise InvalidSweep.at(f"{key}.{name}", message)


def _normal(design: Mapping[str, Any], document: Mapping[str, Any], table: PackedTable) -> Json:
    """Return the design by its table; without a grid, all parameters that the document has are in it."""
    parameters = document.get("parameters")
    grid = {"grid": list(parameters)} if isinstance(parameters, dict) and parameters else {}
    named: dict[str, Any] = {"kind": "table", "table": table.digest, "columns": table.columns, "rows": table.rows}
    return {**named, **grid, **{key: value for key, value in design.items() if key not in {"kind", FILE}}}
