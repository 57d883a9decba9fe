"""A client's document that names a file of points, and the request that it stands for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.documents.request import read_request
from adapters.point_files.intake import read_client_file, read_client_request
from application.documents.request import request_digest, request_document
from domain.errors import InvalidSweep, MalformedSweep
from tests.fakes.point_files import write_csv, write_json_lines
from tests.fakes.point_tables import Row

ROWS: list[Row] = [(1, "a"), (2, "b"), (3, None)]
FILE = {"kind": "points", "file": "points.csv"}
DOCUMENT = {"name": "lab", "target": "model:f"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the same points in two formats."""
    write_csv(tmp_path / "points.csv", ("x", "kind"), ROWS)
    write_json_lines(tmp_path / "points.jsonl", ("x", "kind"), ROWS)
    return tmp_path


def _read(folder: Path, design: Any, **more: Any) -> Any:  # noqa: ANN401 - any document, and any part of one
    return read_client_request({**DOCUMENT, "design": design, **more}, folder)


def test_the_request_names_the_table_and_has_its_points(folder: Path) -> None:
    """Nothing of it says which file the points came from, so that any format is the same sweep."""
    request = _read(folder, FILE)
    design: Any = request_document(request)["design"]
    assert list(design) == ["kind", "table", "columns", "rows"]
    assert (design["kind"], design["columns"]) == ("table", {"x": ["number"], "kind": ["text", "null"]})
    assert [request.design.point(index) for index in range(3)] == [
        {"x": 1, "kind": "a"},
        {"x": 2, "kind": "b"},
        {"x": 3, "kind": None},
    ]
    other = _read(folder, {"kind": "points", "file": str(folder / "points.jsonl")})
    assert request_digest(other) == request_digest(request)
    assert read_request(request_document(request)) == request


def test_a_sweep_file_names_a_file_beside_it(folder: Path) -> None:
    """Whatever the current folder is."""
    (folder / "sweep.json").write_text(json.dumps({**DOCUMENT, "design": FILE}))
    assert read_client_file(folder / "sweep.json") == _read(folder, FILE)


@pytest.mark.parametrize("design", [{"grid": ["mode"]}, {}])
def test_parameters_beside_the_file_are_its_grid(folder: Path, design: dict[str, Any]) -> None:
    """All of them, whether or not the design lists them; replicates and conditions are those of every design."""
    parameters = {"mode": ["slow", "fast"]}
    said = {**FILE, **design}
    request = _read(folder, said, parameters=parameters, replicates=2, where="x < 3")
    assert request.plan.size == 12
    assert request.design.point(11) == {"mode": "fast", "x": 3, "kind": None, "replicate": 1}


def test_what_names_no_file_is_read_as_ever(folder: Path) -> None:
    """The folder is not looked at."""
    document: dict[str, Any] = {**DOCUMENT, "parameters": {"x": [1]}}
    assert read_client_request(document, folder / "absent") == read_request(document)
    others: list[object] = [None, [], {**document, "design": []}]
    for other in others:
        with pytest.raises(MalformedSweep):
            read_client_request(other, folder)


@pytest.mark.parametrize(
    ("design", "more", "path", "message"),
    [
        pytest.param({"file": "points.csv"}, {}, "design.kind", "must be points", id="no kind"),
        pytest.param({"kind": "sobol", "file": "points.csv"}, {}, "design.kind", "must be points", id="another kind"),
        pytest.param({"kind": "points", "file": 7}, {}, "design.file", "path of a file", id="no text"),
        pytest.param({"kind": "points", "file": ""}, {}, "design.file", "path of a file", id="no name"),
        pytest.param({**FILE, "points": [{"x": 1}]}, {}, "design.points", "stand beside file", id="both"),
        pytest.param({"kind": "points", "file": "absent.csv"}, {}, "design.file", "no such file", id="no file"),
        pytest.param({**FILE, "seed": 1}, {}, "design.seed", "keys are kind and grid", id="a seed"),
        pytest.param(
            FILE,
            {"parameters": {"x": [1]}},
            "parameters.x",
            "is also a column of the file",
            id="a parameter too",
        ),
        pytest.param(
            FILE,
            {"constants": {"kind": 1}},
            "constants.kind",
            "rename the constant",
            id="a constant too",
        ),
        pytest.param(
            {**FILE, "grid": []},
            {"parameters": {"mode": [1]}},
            "parameters.mode",
            "design.grid",
            id="not in the grid",
        ),
        pytest.param(
            FILE,
            {"where": "kind < 1"},
            "where",
            "text",
            id="a condition of no sense",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    folder: Path, design: dict[str, Any], more: dict[str, Any], path: str, message: str
) -> None:
    """The error names the place in the client's own document."""
    with pytest.raises(InvalidSweep, match=message) as raised:
        _read(folder, design, **more)
    assert raised.value.problems[0].path == path


def test_a_file_is_of_clients_alone() -> None:
    """What reads requests of others reads no file of its own machine: it says who does."""
    for name in ("points.csv", "/etc/passwd"):
        with pytest.raises(MalformedSweep, match="sweep submit") as raised:
            read_request({**DOCUMENT, "design": {"kind": "points", "file": name}})
        assert [problem.path for problem in raised.value.problems] == ["design.file"]
