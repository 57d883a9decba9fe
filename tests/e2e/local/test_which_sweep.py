"""Which sweep a command means: by id, by the beginning of an id, by name, and `latest`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with the sweeps `a` and `b`, which have been run in this order."""
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text("def f(x):\n    return x\n")
    for name in ("a", "b"):
        (lab.folder / f"{name}.yaml").write_text(f"name: {name}\ntarget: model:f\nparameters: {{x: [1, 2]}}\n")
        assert lab.run("run", f"{name}.yaml").returncode == 0
    return lab


def _id(lab: Laboratory, text: str) -> str:
    """Return the id of the sweep that a text means."""
    return str(json.loads(lab.run("status", text, "--json").stdout)["sweep_id"])


def test_latest_is_what_the_last_command_dealt_with(lab: Laboratory) -> None:
    """A run that finds all done makes its sweep the latest, and so does any command that names a sweep."""
    assert _id(lab, "latest").startswith("b-")
    lab.run("run", "a.yaml")
    assert _id(lab, "latest").startswith("a-")
    lab.run("results", "b")
    assert _id(lab, "latest").startswith("b-")


def test_a_name_or_the_beginning_of_an_id_is_enough(lab: Laboratory) -> None:
    """Both mean the sweep of which they are; an id means itself."""
    whole = _id(lab, "a")
    assert re.fullmatch(r"a-[0-9a-v]{12}", whole)
    assert {_id(lab, text) for text in (whole, whole[:5], "a-")} == {whole}


def test_the_beginning_of_several_ids_is_refused(lab: Laboratory) -> None:
    """The command exits with 2 and names the ids."""
    (lab.folder / "a.yaml").write_text("name: a\ntarget: model:f\nparameters: {x: [1, 2, 3]}\n")
    lab.run("run", "a.yaml")
    ended = lab.run("status", "a-")
    assert ended.returncode == 2
    assert re.fullmatch(r"error: a-: is the beginning of 2 ids; write more of one: (a-\w{12}(, )?){2}\n", ended.stderr)


def test_a_list_as_json_has_every_sweep(lab: Laboratory) -> None:
    """`sweep list --json` has ids, states and counts; an empty folder has no sweeps."""
    sweeps = json.loads(lab.run("list", "--json").stdout)["sweeps"]
    assert [(one["sweep_id"][0], one["state"], one["size"], one["done"]) for one in sweeps] == [
        ("b", "done", 2, 2),
        ("a", "done", 2, 2),
    ]
    assert json.loads(lab.run("list", "--json", "--out", "nowhere").stdout) == {"sweeps": []}


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_a_list_never_cuts_an_id(lab: Laboratory, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal is, and however long the name, each row has the whole id."""
    name = "n" * 60
    (lab.folder / "a.yaml").write_text(f"name: {name}\ntarget: model:f\nparameters: {{x: [1]}}\n")
    lab.run("run", "a.yaml")
    monkeypatch.setenv("COLUMNS", columns)
    header, *rows = lab.run("list").stdout.splitlines()
    assert header.split() == ["sweep", "state", "points", "done", "failed", "submitted"]
    assert len(rows) == 3
    assert re.match(rf"{name}-[0-9a-v]{{12}} +done ", rows[0])
