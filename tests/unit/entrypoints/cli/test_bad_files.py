"""Every mistake in a sweep file: exit 2, one line with the place and what would be right, and nothing written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from entrypoints.cli.app import main

_LAUGHS = "\n".join(
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
    "a control character": ("name: \x00\n", "is not YAML: "),
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
    "a date": (_file("x: [2020-01-01]"), "parameters.x.0: is neither text nor a number, "),
    "no such date": (_file("x: [2023-02-31]"), "is not YAML: there is no such number or date; put it in quotes"),
    "a YAML bomb": (_LAUGHS, "stands for more than 1,000,000 values; use fewer aliases"),
    "a snake that bites its tail": ("a: &a [*a]\n", ""),
    "deep nesting": ("[" * 5000 + "]" * 5000, "is nested deeper than 64 levels"),
    "a tag that runs code": ("!!python/object/apply:os.system [id]\n", "is not YAML: "),
}


def _refused(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that the command complains with, having ended with 2."""
    monkeypatch.setattr(sys, "argv", ["sweep", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    output, errors = capsys.readouterr()
    assert (ended.value.code, output) == (2, "")
    assert all(line.startswith("error: ") for line in errors.splitlines())
    return [line.removeprefix("error: ") for line in errors.splitlines()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a new folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", _FILES)
def test_a_bad_file_is_refused_with_its_place(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line names the place and what would be right; neither ledger nor folder appears."""
    text, expected = _FILES[name]
    (folder / "bad.yaml").write_text(text)
    first, *_ = _refused(["run", "bad.yaml"], capsys, monkeypatch)
    assert expected in first
    assert len(first) < 400
    assert list(folder.iterdir()) == [folder / "bad.yaml"]


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By both commands that read one; a folder is no file."""
    for command in ("run", "plan"):
        assert _refused([command, "no.yaml"], capsys, monkeypatch) == ["no.yaml: there is no such file"]
    assert _refused(["plan", "/"], capsys, monkeypatch) == ["/: cannot be read: Is a directory"]


def test_a_file_of_100_megabytes_is_not_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused for its size alone."""
    with (folder / "big.yaml").open("wb") as file:
        file.truncate(100_000_000)
    (line,) = _refused(["run", "big.yaml"], capsys, monkeypatch)
    assert line == "big.yaml: has 100,000,000 bytes; a sweep file has at most 10,000,000"


def test_bytes_that_are_no_text_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the place of the first of them."""
    (folder / "bad.yaml").write_bytes(b"name: \xff\n")
    assert _refused(["plan", "bad.yaml"], capsys, monkeypatch) == ["bad.yaml: is not UTF-8 text (byte 6)"]


def test_everything_wrong_is_said_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with three mistakes gets three lines."""
    (folder / "bad.yaml").write_text("name: -x\nparamters: {x: [1]}\nsharding: {shards: 0}\n")
    lines = _refused(["plan", "bad.yaml"], capsys, monkeypatch)
    assert {line.split(":")[0] for line in lines} >= {"name", "paramters", "sharding.shards"}


@pytest.mark.parametrize(
    "text", ['{"name": "toy",}', '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000, '"\\ud800"', "{}{}"]
)
def test_bad_json_is_refused(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON has the same rules, also those that Python's reader does not know."""
    (folder / "bad.json").write_text(text)
    assert _refused(["plan", "bad.json"], capsys, monkeypatch)
