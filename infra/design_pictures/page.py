"""The sweep files that docs/designs.md shows, each below its name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from adapters.documents.request import read_request
from adapters.documents.strict_yaml import read_yaml
from domain.designs.design import Design, Point
from domain.request import SweepRequest

PAGE = Path(__file__).parents[2] / "docs" / "designs.md"
_FILE = re.compile(r"^`([\w.]+)`\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)


@cache
def named_files() -> dict[str, str]:
    """Return the text of each file of the page, by its name."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


@cache
def request_of(name: str) -> SweepRequest:
    """Return what the sweep file of a section asks for."""
    return read_request(read_yaml(named_files()[f"{name}.yaml"]))


def points_of(design: Design) -> list[Point]:
    """Return all points of a design."""
    return [design.point(index) for index in range(design.size)]
