"""`sweep point` evaluates one point here, of a file, of a function or of a sweep, and shows all of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.folders import run_in
from tests.fakes.published import check_printed
from tests.fakes.sweeps import sweep_of

Sweep = Callable[..., Any]
FILE = """
name: demo
target: toy:f
parameters: {x: {range: {start: 0, stop: 10}}}
"""


def test_a_value_is_shown_with_keywords_and_time(target: Path, sweep: Sweep) -> None:
    """The file's point by its index; what the target prints comes first."""
    (target / "lab.yaml").write_text(FILE)
    answer = sweep("point", "lab.yaml", "3")
    lines = answer.out.splitlines()
    assert (answer.code, lines[:3], lines[4:]) == (
        0,
        ["the target prints this", "point 3 of lab.yaml, by toy:f", "  x = 3"],
        ["value:   1.5"],
    )
    assert lines[3].startswith("time:    ")
    assert str(target) not in sys.path


def test_a_point_of_a_function_has_constants(target: Path, sweep: Sweep) -> None:
    """Parameters and constants come from the options; JSON is alone on standard output."""
    (target / "toy.py").write_text("def g(x, k):\n    print('aside')\n    return [x, k]\n")
    words = ("toy:g", "1", "-p", "x=a,b", "-c", "k={deep: 1}")
    assert '  k = {"deep":1}    # a constant\n  x = "b"\n' in sweep("point", *words).out
    answer = sweep("point", *words, "--json")
    document = check_printed("point", answer.out)
    assert (document.pop("seconds") >= 0, "aside" in answer.err) == (True, True)
    assert document == {"index": 1, "keywords": {"k": {"deep": 1}, "x": "b"}, "value": ["b", {"deep": 1}]}


def test_a_replicate_is_found_by_its_number(target: Path, sweep: Sweep) -> None:
    """The seed that the target is called with is shown, so that it can be called with it elsewhere."""
    (target / "toy.py").write_text("def g(x, seed, replicate):\n    return [x, seed, replicate]\n")
    words = ("toy:g", "--where", "x=2,replicate=3", "-p", "x=1,2", "--replicates", "5")
    document = check_printed("point", sweep("point", *words, "--json").out)
    seed = document["keywords"]["seed"]
    assert (document["index"], document["value"]) == (8, [2, seed, 3])
    shown = f"  x = 2\n  replicate = 3    # of this replicate\n  seed = {seed}    # of this replicate\n"
    assert shown in sweep("point", *words).out


def test_a_known_sweep_is_evaluated_as_it_was_asked_for(target: Path, sweep: Sweep) -> None:
    """By its name, in a folder or the default one; an exception is shown with the user's traceback alone."""
    run_in(target / "sweep-results", sweep_of(10, 2), lambda **_: 1)
    answer = sweep("point", "demo", "--where", "x=5")
    assert answer.code == 1
    assert answer.out.splitlines()[1:3] == ["point 5 of demo-000000000001, by toy:f", "  x = 5"]
    _, error = answer.out.split("error:   ")
    assert error.startswith("ValueError: no root of 5\nKeyError: 'cause'\n")
    assert f'  File "{target / "toy.py"}", line 7, in f\n' in error
    assert "evaluate_point.py" not in error
    document = check_printed("point", sweep("point", "demo", "5", "--json", "--out", "sweep-results").out)
    assert document["error"]["message"] == "no root of 5"
    assert document["error"]["traceback"].endswith("ValueError: no root of 5")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        pytest.param("7", "TypeError: the target returned a set; return a list, such as sorted(value)", id="value"),
        pytest.param("8", "ValueError: math domain error", id="in a function of C"),
    ],
)
def test_every_error_is_shown(target: Path, sweep: Sweep, index: str, message: str) -> None:
    """Also one of a value that cannot be stored, of which no code of ours is shown."""
    (target / "lab.json").write_text(
        '{"name": "n", "target": "toy:f", "design": {"kind": "points", "points": [{"x": 7}, {"x": 8}]}}'
    )
    answer = sweep("point", "lab.json", "--where", f"x={index}")
    assert (answer.code, message in answer.out, "application/" in answer.out) == (1, True, False)


def test_the_debugger_opens_where_the_target_raised(
    target: Path, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets the part of the traceback that is the user's; where there is none, it gets all; a value opens none."""
    (target / "lab.yaml").write_text(FILE)
    opened: list[Any] = []
    monkeypatch.setattr("pdb.post_mortem", opened.append)
    assert sweep("point", "lab.yaml", "5", "--pdb").code == 1
    assert (opened[0].tb_frame.f_code.co_name, opened[0].tb_frame.f_locals) == ("f", {"x": 5})
    sweep("point", "lab.yaml", "7", "--pdb")
    assert opened[1].tb_frame.f_code.co_name == "__call__"
    answer = sweep("point", "lab.yaml", "1", "--pdb")
    assert (answer.code, "there is no exception" in answer.err, len(opened)) == (0, True, 2)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("lab.yaml",), "INDEX: say which point", id="no point"),
        pytest.param(("lab.yaml", "1", "--where", "x=1"), "INDEX: say which point", id="two points"),
        pytest.param(("lab.yaml", "10"), "INDEX: must be 0 to 9: there are 10 points", id="beyond the end"),
        pytest.param(("lab.yaml", "1", "--pdb", "--json"), "--pdb: is for people", id="pdb and JSON"),
        pytest.param(("absent.yaml", "1"), "absent.yaml: there is no such file", id="no file"),
        pytest.param(("demo", "1", "-p", "x=1"), "demo: is a sweep, .* not -p x=1", id="parameters of a sweep"),
        pytest.param(("demo", "1", "--save", "a.yaml"), "demo: is a sweep", id="a file for a sweep"),
        pytest.param(("demi", "1"), "did you mean demo", id="unknown id"),
        pytest.param(("demo", "1", "--target", "absent:f"), "no module absent.*--target M:F; looked in", id="target"),
        pytest.param(("lab.yaml", "--where", "x"), "--where: must be name=value,name=value, not 'x'", id="no value"),
        pytest.param(("lab.yaml", "--where", "y,x=1"), "must be name=value,name=value", id="half a pair"),
        pytest.param(("lab.yaml", "--where", "x=1, x=2"), "--where.x: stands twice", id="twice"),
        pytest.param(("lab.yaml", "--where", "x=[1]"), r"--where.x: must be one value, not \[1\]", id="a list"),
        pytest.param(("lab.yaml", "--where", "x='1"), "--where.x.* is not YAML", id="no YAML"),
        pytest.param(("lab.yaml", "--where", "x=1.5"), "x: has no level 1.5; .* some are 0, 1, 2", id="no level"),
        pytest.param(("lab.yaml", "--where", "y=1"), "--where.y: is not a parameter; there are x", id="no parameter"),
    ],
)
def test_what_cannot_be_meant_is_refused(target: Path, sweep: Sweep, words: tuple[str, ...], problem: str) -> None:
    """The message names the option, and what would be right."""
    (target / "lab.yaml").write_text(FILE)
    run_in(target / "sweep-results", sweep_of(10, 2), lambda **_: 1)
    answer = sweep("point", *words)
    assert answer.out == ""
    assert re.search(problem, answer.problems), answer.problems


def test_text_may_hold_commas_and_look_like_numbers(target: Path, sweep: Sweep) -> None:
    """Values are as YAML has them, up to the next name."""
    (target / "toy.py").write_text("def g(a, b):\n    return [a, b]\n")
    words = ("toy:g", "-p", 'a="1","x, y"', "-p", "b=1,true,null")
    assert sweep("point", *words, "--where", 'b=true, a="x, y"').out.endswith('value:   ["x, y",true]\n')
    assert sweep("point", *words, "--where", 'a="1",b=').out.endswith('value:   ["1",null]\n')
