"""A new kind of parameter or design is one file and one row: the reader, the writer and the schemas follow.

The README and CONTRIBUTING.md promise it, and name the two files. This test does it, on a copy of the project.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
POWERS = '''
"""Powers of a base."""
from dataclasses import dataclass
from typing import Annotated
from domain.errors import InvalidSweep
from domain.space.constraints import Bounds
from domain.space.levels import check_count
from domain.space.scalars import Count


@dataclass(frozen=True, slots=True)
class Powers:
    """`base ** exponent` for the exponents `0..count-1`."""

    base: Annotated[int, Bounds(2, 16)]
    count: Count
    sign: int = 1

    def __post_init__(self) -> None:
        check_count("count", self.count)
        if self.sign not in {-1, 1}:
            raise InvalidSweep.at("sign", "must be 1 or -1")

    @property
    def size(self) -> int:
        return self.count

    def value(self, number: int) -> int:
        return self.sign * self.base**number
'''
DIAGONAL = '''
"""The diagonal of the grid."""
from dataclasses import dataclass
from typing import Annotated, ClassVar
from domain.designs.design import check_index, check_range
from domain.space.constraints import Bounds


@dataclass(frozen=True, slots=True)
class Diagonal:
    """Every `stride`-th point whose parameters all have the same level."""

    travels_whole: ClassVar[bool] = True
    parameters: tuple
    stride: int

    @classmethod
    def of(cls, parameters, *, stride: Annotated[int, Bounds(1, 9)] = 1):
        return cls(tuple(parameters), stride)

    @property
    def names(self):
        return tuple(one.name for one in self.parameters)

    @property
    def size(self):
        return -(-min(one.levels.size for one in self.parameters) // self.stride)

    def point(self, index):
        check_index(index, self.size)
        return {one.name: one.levels.value(index * self.stride) for one in self.parameters}

    def walk(self, start, stop, render):
        check_range(start, stop, self.size)
        return (tuple(render(*item) for item in self.point(index).items()) for index in range(start, stop))

    def part(self, start, stop):
        return self

    def options(self):
        return {"stride": self.stride} if self.stride > 1 else {}
'''
TOY = {"name": "toy", "target": "toy:f"}
# Reads requests from standard input, and prints what becomes of each: its normal form, points and a payload read back.
PROGRAM = """
import json, sys
from adapters.documents.payload import read_payload
from adapters.documents.request import read_request
from application.documents.payload import Payloads
from application.documents.request import request_document
from domain.errors import InvalidSweep
from domain.sweep import Sweep
from infra.schemas import request_schema

def seen(document):
    try:
        request = read_request(document)
    except InvalidSweep as error:
        return {"problems": [str(problem) for problem in error.problems]}
    again = read_request(request_document(request))
    sweep = Sweep("toy-000000000000", "", "", request, 0.0)
    task = read_payload(json.loads(Payloads(sweep).of(request.plan.shard(0))))
    return {
        "document": request_document(request),
        "same": again == request and task.design == request.design,
        "points": [request.design.point(index) for index in range(request.design.size)],
    }

json.dump({"seen": [seen(one) for one in json.load(sys.stdin)], "schema": request_schema()}, sys.stdout)
"""


def grown(tree: Path, folder: str, name: str, source: str) -> None:
    """Add one file with a kind to a copy of the project, and one row to the folder's table."""
    (tree / "domain" / folder / f"{name}.py").write_text(source, encoding="utf-8")
    table = tree / "domain" / folder / "kinds.py"
    head, brace, tail = table.read_text(encoding="utf-8").rpartition("}")
    row = f'    "{name}": "domain.{folder}.{name}:{name.capitalize()}",\n'
    table.write_text(f"{head}{row}{brace}{tail}", encoding="utf-8")


def asked(tree: Path, *documents: dict[str, Any]) -> dict[str, Any]:
    """Return what the program in the copy makes of these requests, and its schema of a request."""
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, cwd=tree, input=json.dumps(documents), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the layers and what builds the schemas."""
    for folder in ("domain", "application", "adapters", "infra"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "local"))
    return tmp_path


def test_a_kind_of_parameter_is_one_file_and_one_row(tree: Path) -> None:
    """It is read, written, carried in a payload, refused with its place, and stands in the schema."""
    grown(tree, "space", "powers", POWERS)
    good = {"base": 2, "count": 3}
    wrong = [{"base": 17, "count": 3}, {"base": 2}, good | {"sgn": 1}, good | {"sign": 2}]
    answer = asked(tree, *(TOY | {"parameters": {"x": {"powers": one}}} for one in (good, *wrong)))
    accepted, *refused = answer["seen"]
    assert accepted["same"]
    assert accepted["points"] == [{"x": 1}, {"x": 2}, {"x": 4}]
    assert accepted["document"]["parameters"] == {"x": {"powers": {"base": 2, "count": 3, "sign": 1}}}
    assert [one["problems"] for one in refused] == [
        ["parameters.x.powers.base: must be at most 16"],
        ["parameters.x.powers.count: is missing"],
        ["parameters.x.powers.sgn: is no known key; did you mean sign?"],
        ["parameters.x.powers.sign: must be 1 or -1"],
    ]
    shape = answer["schema"]["definitions"]["PowersShape"]
    assert shape["properties"]["base"] == {"maximum": 16, "minimum": 2, "type": "integer"}
    assert shape["required"] == ["base", "count"]


def test_a_kind_of_design_is_one_file_and_one_row(tree: Path) -> None:
    """Its options are read, written, carried in a payload, refused with their place, and stand in the schema."""
    grown(tree, "designs", "diagonal", DIAGONAL)
    toy = TOY | {"parameters": {"x": [1, 2, 3], "y": [4, 5, 6]}}
    answer = asked(
        tree,
        toy | {"design": {"kind": "diagonal", "stride": 2}},
        toy | {"design": {"kind": "diagonal", "stride": 10}},
        toy | {"design": {"kind": "diagnal"}},
    )
    accepted, too_far, misspelt = answer["seen"]
    assert accepted["same"]
    assert accepted["points"] == [{"x": 1, "y": 4}, {"x": 3, "y": 6}]
    assert accepted["document"]["design"] == {"kind": "diagonal", "stride": 2}
    assert too_far["problems"] == ["design.stride: must be at most 9"]
    kinds = "grid, points, random, latin_hypercube, sobol, halton, saltelli, table or diagonal"
    assert misspelt["problems"] == [f"design.kind: must be one of its kinds: {kinds}"]
    shape = answer["schema"]["definitions"]["DiagonalShape"]
    assert (shape["properties"]["kind"]["enum"], shape["required"]) == (["diagonal"], ["kind"])
