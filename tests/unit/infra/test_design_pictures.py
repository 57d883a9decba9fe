"""The pictures of docs/designs.md are what the designs of its sweep files are, and show what the page says of them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from typing import cast
from xml.etree import ElementTree as ET

import pytest

from domain.designs.sampled import Sampled
from infra.design_pictures.gallery import FOLDER, PICTURES, file_of, svg
from infra.design_pictures.page import PAGE, named_files, points_of, request_of
from infra.design_pictures.sampled import doubled

# The sampled designs whose points are balanced in boxes, with boxes of which each has one point,
# here and with twice the points.
BOXES = {
    "sobol": ([(8, 8), (64, 1), (1, 64)], [(16, 8), (128, 1), (1, 128)]),
    "halton": ([(8, 9)], [(16, 9)]),
    "latin_hypercube": ([(16, 1), (1, 16)], [(32, 1), (1, 32)]),
}


def both(name: str) -> tuple[Sampled, Sampled]:
    """Return the design of a sweep file, and the same with twice the points."""
    design = cast("Sampled", request_of(name).design)
    return design, doubled(design)


def counts(design: Sampled, columns: int, rows: int) -> Counter[tuple[int, int]]:
    """Return how many points each box of the unit square has, of those that have one."""
    return Counter((int(x * columns), int(y * rows)) for x, y in map(design.sequence.point, range(design.size)))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_not_stale(name: str) -> None:
    """It is the same to the byte as `make picture` would draw it now."""
    assert file_of(name).read_text(encoding="utf-8") == svg(name), "draw it anew with: make picture"


def test_the_page_shows_every_picture_and_its_sweep_file() -> None:
    """Each picture stands in the page once, says what it shows to those who do not see it, and has a sweep file."""
    shown = re.findall(r"!\[([^]]+)\]\(designs/(\w+)\.svg\)", PAGE.read_text(encoding="utf-8"))
    assert sorted(name for _, name in shown) == sorted(PICTURES)
    assert min(len(alternative) for alternative, _ in shown) > 30
    assert sorted(named_files()) == sorted(["model.py", *(f"{name}.yaml" for name in PICTURES)])
    assert sorted(FOLDER.iterdir()) == sorted(map(file_of, PICTURES))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_xml_of_the_common_size(name: str) -> None:
    """So that a browser shows it, and all of them fit the page alike."""
    root = ET.fromstring(svg(name))  # noqa: S314 - our own text
    assert root.get("viewBox") == "0 0 760 400"


@pytest.mark.parametrize("name", BOXES)
def test_every_box_of_a_picture_has_one_point(name: str) -> None:
    """As the page says, also of twice the points."""
    for design, boxes in zip(both(name), BOXES[name], strict=True):
        for columns, rows in boxes:
            assert counts(design, columns, rows) == dict.fromkeys(product(range(columns), range(rows)), 1)


@pytest.mark.parametrize(
    ("name", "kept"), [("random", True), ("sobol", True), ("halton", True), ("latin_hypercube", False)]
)
def test_the_first_points_are_kept_as_the_page_says(name: str, kept: bool) -> None:  # noqa: FBT001 - pytest's
    """With twice the points, all of the first ones are there, or none is."""
    points, more = map(points_of, both(name))
    assert [point in more for point in points] == [kept] * len(points)
    assert (more[: len(points)] == points) is kept
