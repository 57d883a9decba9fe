"""The pages for newcomers are true to the code: what they name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LAYERS = ("domain", "application", "adapters", "entrypoints")
DIAGRAMS = re.findall(r"^```mermaid\n(.*?)^```", ARCHITECTURE, re.DOTALL | re.MULTILINE)


def targets() -> set[str]:
    """Return the names of the make targets that `make help` lists."""
    text = "".join((ROOT / path).read_text(encoding="utf-8") for path in ("Makefile", "infra/stack.mk"))
    return set(re.findall(r"^([a-z0-9-]+):.*## ", text, re.MULTILINE))


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md", "README.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    """A path below a folder of the project is there; NAME and TECHNOLOGY stand for a name."""
    text = (ROOT / page).read_text(encoding="utf-8")
    roots = "|".join((*LAYERS, "tests", "docs", "infra", "benchmarks"))
    named = set(re.findall(rf"(?<![\w/])((?:{roots})/[\w./-]*[\w/])", text))
    missing = {path for path in named if not re.search("NAME|TECHNOLOGY", path) and not (ROOT / path).exists()}
    assert named
    assert missing == set()


def test_every_name_beside_a_file_in_the_request_diagram_is_defined_there() -> None:
    """A box holds `path.py` and below it a name: the file defines that class or function."""
    request = DIAGRAMS[1]
    pairs = re.findall(r"([a-z_]+(?:/[a-z_0-9]+)*\.py)<br/>(\w+)", request)
    assert len(pairs) > 10
    undefined = [
        (path, name)
        for path, name in pairs
        if not re.search(rf"^(?:class|def) {name}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert undefined == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_folder_of_a_layer_is_in_the_diagram_and_in_the_table(layer: str) -> None:
    """A new folder is drawn and explained, and one that is gone is not."""
    folders = {path.name for path in (ROOT / layer).iterdir() if (path / "__init__.py").exists()}
    (drawn,) = re.findall(
        rf'subgraph {layer}\["(.*?)(?=\n  subgraph \w+\["\w+:|\n  entrypoints -->)', DIAGRAMS[0], re.DOTALL
    )
    assert set(re.findall(r'\["(\w+)/"\]', drawn)) == folders
    assert set(re.findall(rf"^\| `{layer}/(\w+)/` \|", ARCHITECTURE, re.MULTILINE)) == folders


def test_every_arrow_between_layers_goes_down() -> None:
    """The order of the layers is that of the import contracts."""
    arrows = re.findall(r"^  (\w+) --> (\w+)$", DIAGRAMS[0], re.MULTILINE)
    between = [(start, end) for start, end in arrows if start in LAYERS and end in LAYERS]
    assert len(between) >= 3
    assert all(LAYERS.index(start) > LAYERS.index(end) for start, end in between)


def test_every_law_names_its_tests() -> None:
    """A law without a test is a wish."""
    rows = re.findall(r"^\| ([A-Z].*?\.) \| (.*) \|$", ARCHITECTURE, re.MULTILINE)
    assert len(rows) >= 12
    assert [law for law, tests in rows if "`tests/" not in tests] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_make_target_of_a_page_exists(page: str) -> None:
    """`make NAME` is one that `make help` lists."""
    named = set(re.findall(r"`make ([a-z0-9-]+)", (ROOT / page).read_text(encoding="utf-8")))
    assert named <= targets()


def test_the_hooks_call_the_targets_that_a_developer_types() -> None:
    """No check stands in the hooks alone."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    assert entries == ["make check", "make domain"]
    assert {entry.removeprefix("make ") for entry in entries} <= targets()
