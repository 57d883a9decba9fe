"""Sweep files: YAML and JSON are read as requests, or refused with `InvalidSweep`."""

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


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    """In YAML 1.2 `yes` and `on` are text, 012 is twelve and 1e3 is a number. An alias repeats its anchor."""
    path = tmp_path / "sweep.yaml"
    path.write_text(_YAML)
    request = read_sweep_file(path)
    values = [request.design.point(index * 44)["x"] for index in range(11)]
    assert values == [1, 2.5, "3", "yes", None, None, "on", 1000.0, 16, 1000, 12]
    assert list(request.design.names) == ["x", "y", "z"]
    assert request.constants == {"text": "ü", "lines": "two\nlines\n"}


@pytest.mark.parametrize("name", ["sweep.yaml", "sweep.yml", "sweep", "sweep.json"])
def test_json_is_read_from_a_file_of_any_name(tmp_path: Path, name: str) -> None:
    """JSON is read with or without a byte order mark, and with any suffix of the file."""
    document = {"name": "toy", "parameters": {"x": [1, 2.5, "ü", None, True]}}
    texts = {json.dumps(document), json.dumps(document, indent=1, ensure_ascii=False), "\ufeff" + json.dumps(document)}
    for text in texts:
        (tmp_path / name).write_text(text, "utf-8")
        assert read_sweep_file(tmp_path / name).design.size == 5


def test_an_impossible_file_name_is_refused(tmp_path: Path) -> None:
    """The message is the project's own, because Python's differs between versions."""
    refused = _read(tmp_path / "sweep\0.yaml")
    assert str(refused).endswith(": cannot be read: no file can have this name")


@settings(max_examples=200)
@given(st.text(st.sampled_from("[]{}:,-&*!|>'\"#%@`\n\t ?abx01.~=<\\\x00\x85\ufeff"), max_size=40) | st.text())
def test_any_text_is_a_request_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """For any text in a file, `read_sweep_file` returns a request or raises `InvalidSweep`."""
    folder = tmp_path_factory.mktemp("files")
    for name in ("sweep.yaml", "sweep.json"):
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        read = _read(folder / name)
        assert isinstance(read, SweepRequest) or read.problems


@settings(max_examples=100)
@given(st.binary(max_size=40))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    """A file of random bytes raises `InvalidSweep`, and no other exception."""
    path = tmp_path_factory.mktemp("files") / "sweep.yaml"
    path.write_bytes(body)
    assert isinstance(_read(path), InvalidSweep)


def test_a_file_may_have_the_largest_size(tmp_path: Path) -> None:
    """A file of exactly the limit is read, and one byte more is refused."""
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
        pytest.param("name: 2020-01-01\nparameters: {x: [1]}", id="a date as a name"),
        pytest.param("name: toy\nparameters: {x: [!!binary aGk=]}", id="binary"),
        pytest.param("name: toy\nparameters: {x: !!set {a, b}}", id="a set"),
        pytest.param("name: toy\nparameters: {1: [1]}", id="an integer as a parameter"),
        pytest.param("name: toy\nparameters: {[1, 2]: [1]}", id="a list as a parameter"),
        pytest.param("name: toy\nparameters: {null: [1]}", id="null as a parameter"),
        pytest.param("name: toy\nparameters: {x: [1]}\n---\nname: second", id="two documents"),
        pytest.param("name: toy\nparameters: {x: [1]}\nconstants: {when: 2020-01-01T00:00:00Z}", id="a timestamp"),
        pytest.param("name: toy\nparameters: {x: [1]}\nconstants: {1: 2}", id="an integer as a constant"),
        pytest.param("name: toy\nparameters: {x: [1]}\nconstants: {deep: {1: 2}}", id="an integer as a nested key"),
        pytest.param("name: toy\nparameters: {x: [1]}\nconstants: {some: !!set {a, b}}", id="a set in constants"),
        pytest.param("<<: 5", id="an invalid merge"),
        pytest.param("%YAML 9.9\n---\nname: toy", id="an unknown YAML version"),
        pytest.param("name: !unknown toy", id="an unknown tag"),
        pytest.param("name: *unknown", id="an unknown alias"),
    ],
)
def test_yaml_that_json_cannot_hold_is_malformed(tmp_path: Path, text: str) -> None:
    """A date, a set or a key that is not text is refused anywhere in the file."""
    path = tmp_path / "sweep.yaml"
    path.write_text(text)
    with pytest.raises(MalformedSweep):
        read_sweep_file(path)


@pytest.mark.parametrize("value", ["''", "abc", "'0x'", "[a]", "{a: 1}", "5", "'1:99'", "~"])
@pytest.mark.parametrize("tag", ["bool", "int", "float", "null", "timestamp", "binary", "omap", "set", "seq", "map"])
def test_a_tagged_value_is_read_or_refused(tmp_path: Path, tag: str, value: str) -> None:
    """A value that its YAML tag does not fit raises `InvalidSweep`, never another exception."""
    path = tmp_path / "sweep.yaml"
    path.write_text(f"name: toy\nparameters: {{x: [1]}}\nconstants: {{a: !!{tag} {value}}}")
    read = _read(path)
    assert isinstance(read, SweepRequest) or read.problems
