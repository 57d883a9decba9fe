"""The figures of the documents are those of the code and the template, or of a source that is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bill import ENVIRONMENTS, LONG, SHORT, Example
from tests.contract.cited_figures import CITED
from tests.contract.figures import computed, default

pytestmark = pytest.mark.one_python
ROOT = Path(__file__).parent.parent.parent
COMPUTED = computed()
PAGES = ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))]
# Blocks, which run or are answers of the API in other tests; names of parameters, options and the like.
CODE = r"^```.*?^```|`[^`]*`"
# Versions, of which those of Python have a test of their own; names of documents, addresses, dates and powers.
NAME = r"Python \d[\d.]*(?: · \d[\d.]*)*|(?:RFC|YAML|curl|curl,) \d[\d.]*|127\.0\.0\.1|November 2026|10\^18|2\^53"
NO_FIGURE = re.compile(f"{CODE}|{NAME}", re.DOTALL | re.MULTILINE)
# Of more than one digit, or before a unit; no part of a word.
UNIT = "s|ms|seconds|minutes|hours|days|bytes|KB|MB|GB|USD|units|bits"
FIGURE = re.compile(rf"(?<![\w.^/-])(?:\d[\d,]*\.?\d+|\d (?:{UNIT})\b)(?![\w-])")
STATUSES = {"200", "202", *(str(status) for status in range(400, 505))}


def text(page: str) -> str:
    """Return the text of a page without line breaks."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def loose(page: str) -> Iterator[str]:
    """Yield each figure of a page that stands in no piece of text, with what is around it."""
    prose = NO_FIGURE.sub(lambda code: re.sub(r"\S", "_", code[0]), (ROOT / page).read_text(encoding="utf-8"))
    whole = text(page)
    pieces = [*COMPUTED.get(page, ()), *(piece for of_one in CITED.get(page, {}).values() for piece in of_one)]
    known = set().union(*(range(at, at + len(piece)) for piece in map(one_line, pieces) for at in places(whole, piece)))
    for figure in FIGURE.finditer(" ".join(prose.split())):
        if figure.start() not in known and figure[0] not in STATUSES:
            yield whole[max(0, figure.start() - 30) : figure.end() + 20]


def one_line(piece: str) -> str:
    """Return a piece of text without line breaks."""
    return " ".join(piece.split())


def places(whole: str, piece: str) -> Iterator[int]:
    """Yield where a piece of text begins."""
    return (found.start() for found in re.finditer(re.escape(piece), whole))


@pytest.mark.parametrize("page", COMPUTED)
def test_a_figure_is_what_the_program_says(page: str) -> None:
    """The page has each piece of text with the figures that the code and the template determine."""
    assert [piece for piece in COMPUTED[page] if one_line(piece) not in text(page)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_figure_without_a_source(page: str) -> None:
    """Every figure of a page is computed or cited, so that a new one must be too."""
    assert list(loose(page)) == []


@pytest.mark.parametrize("page", CITED)
def test_what_is_cited_stands_in_its_page(page: str) -> None:
    """A citation that no page needs any more is removed."""
    pieces = [piece for of_one in CITED[page].values() for piece in of_one]
    assert [piece for piece in pieces if piece not in text(page)] == []


@pytest.mark.parametrize("example", [SHORT, LONG], ids=["short", "long"])
def test_an_example_of_the_costs_can_run(example: Example) -> None:
    """The template's defaults accept the sweep, and give a worker the time for a shard and for its start."""
    assert example.memory == default("WorkerMemory")
    assert 2 * example.shard_seconds < default("WorkerTimeout")
    assert example.shards <= default("MaxShards")
    assert example.points <= example.shards * default("MaxPointsPerShard")
    assert min(example.shards, ENVIRONMENTS) == ENVIRONMENTS, "the bill counts a cold start for each environment"
