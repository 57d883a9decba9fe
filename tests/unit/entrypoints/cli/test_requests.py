"""A sweep on the command line: a file, a function with its parameters, or both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.sweep_file import read_sweep_document, read_sweep_file
from application.documents.request import request_digest, request_document
from domain.designs.design import Design
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.plan import Plan
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import SweepHead
from entrypoints.cli.asked import Asked
from entrypoints.cli.requests import extend_named, request_of
from tests.fakes.point_files import write_csv
from tests.fakes.spaces import designs, names, scalars

POINTS = Path("points.csv")
CONSTANTS = st.dictionaries(names.map("c{}".format), scalars | st.lists(scalars), max_size=3)
NOWHERE = Path("/nowhere/sweep.yaml")
FILE = "name: lab\ntarget: model:f\nparameters: {x: [1, 2], y: [3]}\nconstants: {g: 9.81}\n"


def _parameters(*texts: str) -> Json:
    return request_document(request_of(Asked("model:f", texts)))["parameters"]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        pytest.param("x=10,20,40", {"values": [10, 20, 40]}, id="integers"),
        pytest.param("x=1.5, 2e3", {"values": [1.5, 2000.0]}, id="floats"),
        pytest.param('x="10",svm', {"values": ["10", "svm"]}, id="quoted digits are text"),
        pytest.param("x='a,b'", {"values": ["a,b"]}, id="a quoted comma"),
        pytest.param("x=true,null", {"values": [True, None]}, id="a boolean, and null"),
        pytest.param("x=a=b", {"values": ["a=b"]}, id="a second equals sign belongs to the value"),
        pytest.param("x=linspace:5:85:81", {"linspace": {"start": 5, "stop": 85, "num": 81}}, id="linspace"),
        pytest.param("x=geomspace:1e-4:0.1:4", {"geomspace": {"start": 1e-4, "stop": 0.1, "num": 4}}, id="geomspace"),
        pytest.param("x=logspace:0:3:4", {"logspace": {"start": 0, "stop": 3, "num": 4, "base": 10.0}}, id="a default"),
        pytest.param("x=range:0:100:5", {"range": {"start": 0, "stop": 100, "step": 5}}, id="range"),
        pytest.param("x=values:1,2", {"values": [1, 2]}, id="values by name"),
        pytest.param('x="range:0:5"', {"values": ["range:0:5"]}, id="a quoted kind is text"),
    ],
)
def test_values_are_read_as_in_yaml(text: str, levels: Json) -> None:
    """What stands after `NAME=` is the inside of a YAML list, or a kind with its arguments."""
    assert _parameters(text) == {"x": levels}


@pytest.mark.parametrize(
    ("asked", "place", "message"),
    [
        pytest.param(Asked("model:f"), "-p", "", id="no parameter"),
        pytest.param(Asked("model:f", ("x",)), "-p", "NAME=", id="no equals sign"),
        pytest.param(Asked("model:f", ("x=",)), "-p x", "", id="no value"),
        pytest.param(Asked("model:f", ("x=[1",)), "-p x", "YAML", id="an open bracket"),
        pytest.param(Asked("model:f", ("x=linspace:1:2",)), "-p x.linspace.num", "", id="too few arguments"),
        pytest.param(Asked("model:f", ("x=linspace:1:2:0",)), "-p x.linspace.num", "", id="a wrong argument"),
        pytest.param(Asked("model:f", ("x=linspace:1:2:3:4",)), "-p x", "start:stop:num", id="too many arguments"),
        pytest.param(Asked("model:f", ("x=geomspace:0:2:3",)), "-p x.geomspace", "", id="through zero"),
        pytest.param(Asked("model:f", ("x=1", "x=2")), "-p", "names x twice", id="a parameter twice"),
        pytest.param(Asked("model:f", ("x=1",), ("x=2",)), "-c x", "parameter", id="a constant of a parameter's name"),
        pytest.param(Asked("model:f", ("x=1",), ("g",)), "-c", "NAME=", id="a constant without value"),
        pytest.param(Asked("model:f", ("x=1,2",), shards=3), "--shards", "", id="more shards than points"),
        pytest.param(Asked("model:f", ("x=1",), target="nonsense"), "--target", "", id="no target"),
        pytest.param(Asked("model:f", ("x=1",), name="a b"), "--name", "", id="no name"),
        pytest.param(
            Asked("model:f", ("x=1",), save=Path("/nowhere/s.yaml")), "--save", "cannot write", id="no folder"
        ),
        pytest.param(Asked("absent.yaml"), "absent.yaml", "no such file", id="no file"),
    ],
)
def test_an_error_names_the_option(asked: Asked, place: str, message: str) -> None:
    """Its path begins with the option, and with the name of the parameter or the constant."""
    with pytest.raises(InvalidSweep) as caught:
        request_of(asked)
    assert caught.value.problems[0].path.startswith(place)
    assert message in str(caught.value)


def test_options_add_to_a_file_and_replace_in_it(tmp_path: Path) -> None:
    """A parameter of the file keeps its place; a new one varies fastest."""
    file = tmp_path / "lab.yaml"
    file.write_text(FILE)
    asked = Asked(str(file), ("x=7", "z=8"), ("g=1.6",), shards=1, target="other:f", name="moon")
    assert request_document(request_of(asked)) == {
        "name": "moon",
        "target": "other:f",
        "parameters": {"x": {"values": [7]}, "y": {"values": [3]}, "z": {"values": [8]}},
        "constants": {"g": 1.6},
        "design": {"kind": "grid"},
        "sharding": {"shards": 1},
    }


def test_an_option_keeps_the_condition_on_which_a_parameter_exists(tmp_path: Path) -> None:
    """An option cannot say one, so that other levels of one model's parameter are not given to the others."""
    file = tmp_path / "sweep.yaml"
    file.write_text(FILE.replace("y: [3]", "y: {values: [3], when: {x: 1}}"))
    for text, kind in {"y=4,5": "values", "y=range:4:6": "range"}.items():
        request = request_of(Asked(str(file), (text,)))
        written: Any = request_document(request)["parameters"]
        assert (list(written["y"]), written["y"]["when"]) == ([kind, "when"], {"x": [1]})
        assert request.design.size == 3


def test_the_option_for_replicates_keeps_the_seed_of_the_file(tmp_path: Path) -> None:
    """And an error of it is about the option."""
    file = tmp_path / "lab.yaml"
    file.write_text(FILE + "replicates: {count: 2, seed: 7}\n")
    assert request_document(request_of(Asked(str(file), replicates=5)))["replicates"] == {"count": 5, "seed": 7}
    assert request_of(Asked("model:f", ("x=1",), replicates=5)).plan.size == 5
    with pytest.raises(InvalidSweep, match="--replicates: must be at most 1000000"):
        request_of(Asked("model:f", ("x=1",), replicates=10**7))


def test_a_function_names_its_sweep() -> None:
    """The name is that of the function, as far as a sweep's name allows."""
    assert request_of(Asked("model:_solve_it", ("x=1",))).name == "solve_it"


@given(
    design=designs(),
    given_constants=st.dictionaries(names.map("c{}".format), scalars | st.lists(scalars), max_size=3),
    as_json=st.booleans(),
)
def test_a_saved_file_stands_for_the_same_sweep(
    tmp_path_factory: pytest.TempPathFactory, design: Design, given_constants: dict[str, Json], *, as_json: bool
) -> None:
    """Whatever the values are: text that looks like a number stays text."""
    constants = {name: value for name, value in given_constants.items() if name not in design.names}
    request = SweepRequest("lab", "model:f", design, constants)
    file = tmp_path_factory.mktemp("saved") / "first.json"
    file.write_text(json.dumps(request_document(request)))
    saved = file.with_name("second.json" if as_json else "second.yaml")
    request_of(Asked(str(file), save=saved))
    assert request_digest(read_sweep_file(saved)) == request_digest(request)


@pytest.mark.parametrize(("option", "order"), [(None, "spread"), ("plan", "plan"), ("spread", "spread")])
def test_an_order_goes_before_that_of_the_file(tmp_path: Path, option: str | None, order: str) -> None:
    """And a saved file has it."""
    file, saved = tmp_path / "lab.yaml", tmp_path / "saved.yaml"
    file.write_text(f"{FILE}dispatch: {{order: spread}}\n")
    asked = Asked(str(file), save=saved, order=option)
    assert request_of(asked).order.value == read_sweep_file(saved).order.value == order


def test_the_words_of_a_command_ask_for_the_same() -> None:
    """All but `--save`, which is done."""
    asked = Asked("model:f", ("x=1",), ("g=2",), 1, "m:g", "n", Path("s.yaml"), 5, "spread", points_file=Path("p.csv"))
    words = "-p x=1 -c g=2 --points-file p.csv --replicates 5 --shards 1 --order spread --target m:g --name n"
    assert asked.words == words.split()
    assert asked.extending(None) == asked
    assert asked.extending("lab").words == [*words.split(), "--extend", "lab"]


class Heads:
    """A `FindSweep` of one sweep."""

    def __call__(self, text: str, _: Deadline) -> SweepHead:
        """Return the sweep, if its name is meant."""
        if text != "lab":
            raise InvalidSweep.at(text, "is no id")
        return SweepHead("lab-0123456789ab", Plan(1, 1), 0.0)


@pytest.mark.parametrize("text", ["lab", "lab-0123456789ab"])
def test_the_earlier_sweep_is_said_as_in_any_command(tmp_path: Path, text: str) -> None:
    """The saved file has its id; an id of no sweep stays, as a run that goes on needs it no more."""
    file, saved = tmp_path / "lab.yaml", tmp_path / "saved.yaml"
    file.write_text(FILE)
    request = request_of(Asked(str(file), save=saved).extending(text), Heads())
    assert request.extends == read_sweep_file(saved).extends == "lab-0123456789ab"
    assert request_of(Asked(str(file)).extending(text)).extends is None


def test_the_option_goes_before_the_file_and_is_named_where_it_is_wrong(tmp_path: Path) -> None:
    """A problem of a file's own key is one of the file."""
    file = tmp_path / "lab.yaml"
    file.write_text(f"{FILE}extends: old-0123456789ab\n")
    asked = Asked(str(file))
    assert request_of(asked).extends == "old-0123456789ab"
    assert request_of(asked.extending("lab"), Heads()).extends == "lab-0123456789ab"
    with pytest.raises(InvalidSweep, match=r"^nothing: is no id"):
        request_of(asked.extending("nothing"), Heads())
    for one, place in ((asked, "extends"), (asked.extending("lab"), "--extend")):
        with pytest.raises(InvalidSweep, match=f"^{place}: has other constants"), extend_named(one):
            raise InvalidSweep.at("extends", "has other constants")


def test_a_file_of_points_is_seen_from_where_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep file names one beside it, an option one from the current folder; parameters are its grid."""
    (tmp_path / "inner").mkdir()
    write_csv(tmp_path / "inner" / "points.csv", ("x",), [(1,), (2,)])
    file = tmp_path / "inner" / "sweep.yaml"
    file.write_text("name: lab\ntarget: model:f\ndesign: {kind: points, file: points.csv}\n")
    monkeypatch.chdir(tmp_path)
    named = request_of(Asked("inner/sweep.yaml", ("mode=a,b",)))
    typed = request_of(Asked("model:f", ("mode=a,b",), name="lab", points_file=Path("inner/points.csv")))
    assert request_digest(named) == request_digest(typed)
    assert typed.design.point(3) == {"mode": "b", "x": 2}
    other = request_of(Asked("inner/sweep.yaml", points_file=Path("inner/points.csv")))
    assert other.plan.size == 2


def test_a_saved_file_names_the_file_of_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As seen from the saved file, and with the grid; read again, it is the same sweep."""
    write_csv(tmp_path / "points.csv", ("x",), [(1,), (2,)])
    (tmp_path / "saved").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("saved/sweep.yaml", "sweep.json"):
        asked = Asked("model:f", ("mode=a,b",), points_file=Path("points.csv"), save=Path(name))
        request = request_of(asked)
        document: Any = read_sweep_document(Path(name))
        place = "../points.csv" if "/" in name else "points.csv"
        assert document["design"] == {"kind": "points", "file": place, "grid": ["mode"]}
        assert request_digest(request_of(Asked(name))) == request_digest(request)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param({"points_file": Path("absent.csv")}, "--points-file: absent.csv: there is no", id="no file"),
        pytest.param({"points_file": POINTS, "points": 5}, "--points: cannot stand beside file", id="points"),
        pytest.param({"points_file": POINTS, "design": "sobol"}, "--design: must be points", id="a design"),
        pytest.param({"points_file": POINTS, "seed": 5}, "--seed: cannot stand beside file", id="a seed"),
        pytest.param({"points_file": POINTS, "parameters": ("x=1",)}, "-p x: is also a column", id="a parameter too"),
    ],
)
def test_an_error_of_a_file_of_points_names_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], message: str
) -> None:
    """What cannot stand beside it does too."""
    write_csv(tmp_path / "points.csv", ("x",), [(1,)])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidSweep, match=message):
        request_of(Asked("model:f", **asked))
