"""Invalid sweep files: the command exits with 2, prints a line with the path and a remedy, and writes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from entrypoints.cli.app import main

_YAML_BOMB = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        *[f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)],
    ]
)


def _file(parameters: str, rest: str = "") -> str:
    return f"name: toy\ntarget: toy:f\nparameters: {{{parameters}}}\n{rest}"


_FILES = {
    "not YAML": ("name: toy\nparameters: {x: [1}\n", "line 2, column 19: is not YAML: "),
    "a tab": ("name: toy\n\tx: 1\n", "line 2, column 1: is not YAML: "),
    "a control character": ("name: \x00\n", "line 1, column 7: is not YAML: control characters are not allowed"),
    "a key twice": ("name: toy\nname: toy\n", "line 2, column 1: a key stands twice"),
    "a parameter twice": (_file("x: [1], x: [2]"), "line 3, column 22: a key stands twice"),
    "empty": ("", "must be a mapping"),
    "a list": ("- 1\n", "must be a mapping"),
    "an unknown key": (_file("x: [1]", "shading: {shards: 1}\n"), "shading: is no known key; did you mean sharding?"),
    "an unknown kind": (_file("x: {linspce: {start: 1}}"), "x.linspce: is no known key; did you mean linspace?"),
    "a missing number": (_file("x: {linspace: {start: 1, num: 2}}"), "parameters.x.linspace.stop: is missing"),
    "an empty axis": (_file("x: []"), "parameters.x: is too short; at least 1 needed"),
    "no parameters": (_file(""), "parameters: is too short; at least 1 needed"),
    "NaN": (_file("x: [1, .nan]"), "parameters.x.1: "),
    "infinity": (_file("x: {linspace: {start: 0, stop: .inf, num: 3}}"), "parameters.x.linspace.stop: "),
    "an endless range": (_file("x: {range: {start: 0, stop: 1, step: 0}}"), "parameters.x.range.step: "),
    "a range the wrong way": (_file("x: {range: {start: 0, stop: -1}}"), "parameters.x.range: "),
    "a geomspace through zero": (_file("x: {geomspace: {start: -1, stop: 1, num: 3}}"), "parameters.x.geomspace"),
    "a geomspace from zero": (_file("x: {geomspace: {start: 0, stop: 1, num: 3}}"), "parameters.x.geomspace"),
    "unequal zip": (_file("x: [1], y: [1, 2]", "design: {zip: [[x, y]]}\n"), "design.zip.0: "),
    "an unknown name in a zip": (_file("x: [1]", "design: {zip: [[x, z]]}\n"), "design.zip.0"),
    "no identifier": (_file("a-b: [1]"), "parameters.a-b: is not a name; "),
    "a keyword": (_file("lambda: [1]"), "parameters.lambda: is a Python keyword; "),
    "a constant that is a parameter": (_file("x: [1]", "constants: {x: 1}\n"), "constants.x: is also a parameter"),
    "more shards than points": (_file("x: [1]", "sharding: {shards: 2}\n"), "sharding.shards: 2 shards are more than"),
    "no target": ("name: toy\nparameters: {x: [1]}\n", "target: is missing; "),
    "a target without a function": ("name: toy\ntarget: toy\nparameters: {x: [1]}\n", "target: "),
    "a name with a slash": ("name: a/b\ntarget: toy:f\nparameters: {x: [1]}\n", "name: "),
    "a date": (
        _file("x: [2020-01-01]"),
        "line 3, column 18: is a date, which is neither text nor a number; put it in quotes",
    ),
    "no such date": (_file("x: [2023-02-31]"), "line 3, column 18: is a date, "),
    "a YAML bomb": (_YAML_BOMB, "line 7, column 8: stands for more than 1,000,000 values; use fewer aliases"),
    "an alias within its own anchor": ("a: &a [*a]\n", "line 1, column 8: is an alias for what no anchor before"),
    "deep nesting": ("[" * 5000 + "]" * 5000, "line 1, column 66: is nested deeper than 64 levels"),
    "a tag that runs code": ("!!python/object/apply:os.system [id]\n", "line 1, column 1: has a tag (!)"),
}


def _refused(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the command, check that it exits with 2, and return the lines of its errors."""
    monkeypatch.setattr(sys, "argv", ["sweep", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    output, errors = capsys.readouterr()
    assert (ended.value.code, output) == (2, "")
    assert all(line.startswith("error: ") for line in errors.splitlines())
    return [line.removeprefix("error: ") for line in errors.splitlines()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a new folder, and return its path."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", _FILES)
def test_an_invalid_file_is_refused_with_its_path(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line names the path and a remedy. The command makes neither a ledger nor a folder."""
    text, expected = _FILES[name]
    (folder / "bad.yaml").write_text(text)
    first, *_ = _refused(["run", "bad.yaml"], capsys, monkeypatch)
    assert expected in first
    assert len(first) < 400
    assert list(folder.iterdir()) == [folder / "bad.yaml"]


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` and `plan` name the missing file. A folder is no file."""
    for command in ("run", "plan"):
        assert _refused([command, "no.yaml"], capsys, monkeypatch) == ["no.yaml: there is no such file"]
    assert _refused(["plan", "/"], capsys, monkeypatch) == ["/: cannot be read: Is a directory"]


def test_a_file_of_100_megabytes_is_not_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command refuses the file for its size before it reads it."""
    with (folder / "big.yaml").open("wb") as file:
        file.truncate(100_000_000)
    (line,) = _refused(["run", "big.yaml"], capsys, monkeypatch)
    assert line == "big.yaml: has 100,000,000 bytes; a sweep file has at most 10,000,000"


def test_a_file_that_is_not_utf_8_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the position of the first invalid byte."""
    (folder / "bad.yaml").write_bytes(b"name: \xff\n")
    assert _refused(["plan", "bad.yaml"], capsys, monkeypatch) == ["bad.yaml: is not UTF-8 text (byte 6)"]


def test_all_problems_are_printed_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints one line for each problem of the file."""
    (folder / "bad.yaml").write_text("name: -x\nparamters: {x: [1]}\nsharding: {shards: 0}\n")
    lines = _refused(["plan", "bad.yaml"], capsys, monkeypatch)
    assert {line.split(":")[0] for line in lines} >= {"name", "paramters", "sharding.shards"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"name": "toy",}', id="comma at the end"),
        pytest.param('{"a": 1, "a": 2}', id="key twice"),
        pytest.param('{"a": NaN}', id="NaN"),
        pytest.param("[" * 100_000, id="100,000 levels"),
        pytest.param('"\\ud800"', id="lone surrogate"),
        pytest.param("{}{}", id="two values"),
    ],
)
def test_invalid_json_is_refused(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A JSON file is refused by the same rules, even where Python's json accepts it."""
    (folder / "bad.json").write_text(text)
    assert _refused(["plan", "bad.json"], capsys, monkeypatch)
