"""Sweep files: YAML as people write it, JSON as programs do, and no surprise in either."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.sweep_file import LARGEST_FILE, read_sweep_file
from domain.errors import InvalidSweep, MalformedSweep
from domain.request import SweepRequest

_YAML = """
# A comment.
name: toy
target: toy:f
parameters:
  x: &steps [1, 2.5, "3", yes, null, ~, on, 1e3, 0x10, 1_000, 012]
  y: *steps
  z: {range: {start: 0, stop: 1, step: 0.25}}
constants:
  text: "ü"
  lines: |
    two
    lines
"""


def _read(path: Path) -> SweepRequest | InvalidSweep:
    try:
        return read_sweep_file(path)
    except InvalidSweep as error:
        return error


def test_yaml_gives_what_it_says(tmp_path: Path) -> None:
    """YAML 1.2: `yes` and `on` are text, 012 is twelve, 1e3 is a number; aliases repeat."""
    path = tmp_path / "sweep.yaml"
    path.write_text(_YAML)
    request = read_sweep_file(path)
    values = [request.design.point(index * 44)["x"] for index in range(11)]
    assert values == [1, 2.5, "3", "yes", None, None, "on", 1000.0, 16, 1000, 12]
    assert list(request.design.names) == ["x", "y", "z"]
    assert request.constants == {"text": "ü", "lines": "two\nlines\n"}


@pytest.mark.parametrize("name", ["sweep.yaml", "sweep.yml", "sweep", "sweep.json"])
def test_json_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    """JSON is YAML too, with a byte order mark or without."""
    document = {"name": "toy", "parameters": {"x": [1, 2.5, "ü", None, True]}}
    texts = {json.dumps(document), json.dumps(document, indent=1, ensure_ascii=False), "\ufeff" + json.dumps(document)}
    for text in texts:
        (tmp_path / name).write_text(text, "utf-8")
        assert read_sweep_file(tmp_path / name).design.size == 5


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    """In our own words: those of Python are not the same in every version."""
    refused = _read(tmp_path / "sweep\0.yaml")
    assert str(refused).endswith(": cannot be read: no file can have this name")


@settings(max_examples=200)
@given(st.text(st.sampled_from("[]{}:,-&*!|>'\"#%@`\n\t ?abx01.~=<\\\x00\x85\ufeff"), max_size=40) | st.text())
def test_any_text_is_a_request_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever lies in a file, nothing but `InvalidSweep` comes out."""
    folder = tmp_path_factory.mktemp("files")
    for name in ("sweep.yaml", "sweep.json"):
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        read = _read(folder / name)
        assert isinstance(read, SweepRequest) or read.problems


@settings(max_examples=100)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_request_or_are_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    """Pictures, programs, other encodings."""
    path = tmp_path_factory.mktemp("files") / "sweep.yaml"
    path.write_bytes(body)
    assert isinstance(_read(path), InvalidSweep)


def test_a_file_may_be_as_large_as_it_may_be(tmp_path: Path) -> None:
    """The limit is on the file's bytes, not near them."""
    path = tmp_path / "sweep.json"
    text = '{"name": "toy", "parameters": {"x": [1]}}'
    path.write_text(text + " " * (LARGEST_FILE - len(text)))
    assert read_sweep_file(path).design.size == 1
    path.write_text(text + " " * (LARGEST_FILE - len(text) + 1))
    with pytest.raises(InvalidSweep, match="has 10,000,001 bytes"):
        read_sweep_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "name: 2020-01-01\nparameters: {x: [1]}",
        "name: toy\nparameters: {x: [!!binary aGk=]}",
        "name: toy\nparameters: {x: !!set {a, b}}",
        "name: toy\nparameters: {1: [1]}",
        "name: toy\nparameters: {[1, 2]: [1]}",
        "name: toy\nparameters: {null: [1]}",
        "name: toy\nparameters: {x: [1]}\n---\nname: second",
        "name: toy\nparameters: {x: [1]}\nconstants: {when: 2020-01-01T00:00:00Z}",
        "name: toy\nparameters: {x: [1]}\nconstants: {1: 2}",
        "name: toy\nparameters: {x: [1]}\nconstants: {deep: {1: 2}}",
        "name: toy\nparameters: {x: [1]}\nconstants: {some: !!set {a, b}}",
        "<<: 5",
        "%YAML 9.9\n---\nname: toy",
        "name: !unknown toy",
        "name: *nobody",
    ],
)
def test_what_json_cannot_say_is_malformed(tmp_path: Path, text: str) -> None:
    """Dates, sets, keys that are not text: a request has none of them, wherever they stand."""
    path = tmp_path / "sweep.yaml"
    path.write_text(text)
    with pytest.raises(MalformedSweep):
        read_sweep_file(path)


@pytest.mark.parametrize(
    ("constants", "path"),
    [("{when: 2020-01-01}", "constants.when"), ("{a: {b: [1, {2: 3}]}}", "constants.a.b.1"), ("{1: 2}", "constants")],
)
def test_the_place_is_named(tmp_path: Path, constants: str, path: str) -> None:
    """And the remedy is to put it in quotes."""
    (tmp_path / "sweep.yaml").write_text(f"name: toy\nparameters: {{x: [1]}}\nconstants: {constants}")
    with pytest.raises(MalformedSweep) as caught:
        read_sweep_file(tmp_path / "sweep.yaml")
    (problem,) = caught.value.problems
    assert problem.path == path
    assert problem.message.endswith("put it in quotes")


@pytest.mark.parametrize("value", ["''", "abc", "'0x'", "[a]", "{a: 1}", "5", "'1:99'", "~"])
@pytest.mark.parametrize("tag", ["bool", "int", "float", "null", "timestamp", "binary", "omap", "set", "seq", "map"])
def test_a_value_that_is_not_what_its_tag_says_is_no_surprise(tmp_path: Path, tag: str, value: str) -> None:
    """YAML lets anybody promise a type; what is not of it is refused as input, not met with a traceback."""
    path = tmp_path / "sweep.yaml"
    path.write_text(f"name: toy\nparameters: {{x: [1]}}\nconstants: {{a: !!{tag} {value}}}")
    read = _read(path)
    assert isinstance(read, SweepRequest) or read.problems
