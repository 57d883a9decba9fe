"""What a call from Python asks for, in Python's own values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from application.documents.request import request_digest, request_document
from application.place import Place
from domain.dispatch_order import DispatchOrder
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, TargetUnavailable
from domain.plan import ShardCount
from domain.request import SweepRequest
from entrypoints.python_api import geomspace, linspace, logspace, points_file, range_, when
from entrypoints.python_api.requests import Asked
from tests.fakes.desk import Laptop
from tests.fakes.memory_place import NamedFunctions, memory_place
from tests.fakes.point_files import write_csv


@pytest.fixture
def functions() -> NamedFunctions:
    """Return where the place keeps functions."""
    return NamedFunctions()


@pytest.fixture
def place(tmp_path: Path, functions: NamedFunctions) -> Place:
    """Return a place that keeps functions."""
    return memory_place(Laptop(_module_function), tmp_path, functions)


def _module_function(x: int) -> int:
    return x


def _document(place: Place, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - the arguments of `Asked`
    return request_document(Asked("toy:f", **said).request(place))


@pytest.mark.parametrize(
    ("values", "written"),
    [
        pytest.param([1, 2.5, "a", None, True], {"values": [1, 2.5, "a", None, True]}, id="a list"),
        pytest.param((1, 2), {"values": [1, 2]}, id="a tuple"),
        pytest.param(range(0, 6, 2), {"range": {"start": 0, "stop": 6, "step": 2}}, id="a range"),
        pytest.param(np.array([1, 2]), {"values": [1, 2]}, id="an array of integers"),
        pytest.param(np.array([0.5]), {"values": [0.5]}, id="an array of floats"),
        pytest.param([np.float64(0.5), np.int32(1), np.True_], {"values": [0.5, 1, True]}, id="scalars of numpy"),
        pytest.param(pd.Series(["a", "b"]), {"values": ["a", "b"]}, id="a series"),
        pytest.param(iter([1, 2]), {"values": [1, 2]}, id="an iterator"),
        pytest.param({1: "a", 2: "b"}.keys(), {"values": [1, 2]}, id="a view"),
        pytest.param(linspace(0, 1, 3), {"linspace": {"start": 0.0, "stop": 1.0, "num": 3}}, id="linspace"),
        pytest.param(geomspace(1, 4, 3), {"geomspace": {"start": 1.0, "stop": 4.0, "num": 3}}, id="geomspace"),
        pytest.param(
            logspace(0, 2, 3, base=2), {"logspace": {"start": 0.0, "stop": 2.0, "num": 3, "base": 2.0}}, id="logspace"
        ),
        pytest.param(range_(0, 1, 0.5), {"range": {"start": 0, "stop": 1, "step": 0.5}}, id="range_"),
    ],
)
def test_a_parameter_has_what_python_has(place: Place, values: Any, written: Mapping[str, Any]) -> None:  # noqa: ANN401 - any values
    """A parameter's values mean what the same values in a sweep file mean."""
    assert _document(place, parameters={"x": values})["parameters"] == {"x": written}


@pytest.mark.parametrize("values", [np.array([1, 2]), linspace(1, 2, 2)], ids=["values", "levels"])
def test_a_parameter_may_exist_only_where_others_have_certain_values(place: Place, values: Any) -> None:  # noqa: ANN401 - any values
    """`when` adds the condition to any parameter; one value, or several."""
    parameters = {"kind": ["svm", "tree", "forest"], "C": when(values, kind=("svm", np.str_("tree")))}
    written = _document(place, parameters=parameters)["parameters"]["C"]
    assert written == {
        **_document(place, parameters={"C": values})["parameters"]["C"],
        "when": {"kind": ["svm", "tree"]},
    }


def test_a_condition_of_a_file_stays_unless_the_call_says_one(place: Place, tmp_path: Path) -> None:
    """Values beside the file replace those of the file alone."""
    file = tmp_path / "sweep.yaml"
    file.write_text("name: toy\ntarget: toy:f\nparameters: {x: [1, 2], y: {values: [3], when: {x: 1}}}\n")
    for values, condition in (([4, 5], 1), (when([4, 5], x=2), 2)):
        request = Asked(file, {"y": values}).request(place)
        written: Any = request_document(request)["parameters"]
        assert written["y"] == {"values": [4, 5], "when": {"x": [condition]}}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        pytest.param(
            "abc", r"parameters\.x: must be a list of values, or levels such as ss\.linspace.*'abc'", id="text"
        ),
        pytest.param(3, r"parameters\.x: must be a list", id="one number"),
        pytest.param({"linspace": [0, 1, 3]}, r"parameters\.x: must be a list", id="a mapping"),
        pytest.param([], r"parameters\.x", id="nothing"),
        pytest.param([[1]], r"parameters\.x", id="a list of lists"),
        pytest.param([1j], r"parameters\.x", id="no scalar"),
        pytest.param([float("nan")], r"parameters\.x", id="NaN"),
    ],
)
def test_anything_else_is_refused_by_name(place: Place, values: object, complaint: str) -> None:
    """The message names the parameter."""
    with pytest.raises(InvalidSweep, match=complaint):
        _document(place, parameters={"x": values})


def test_a_list_of_points_is_their_design(place: Place) -> None:
    """Points that are written out are evaluated as they stand."""
    document = _document(place, parameters=[{"x": np.int64(1), "y": "a"}, {"x": 2, "y": "b"}])
    assert document["design"] == {"kind": "points", "points": [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]}


def test_constants_may_be_nested(place: Place) -> None:
    """An array of numpy in a constant is a list."""
    document = _document(place, parameters={"x": [1]}, constants={"c": np.eye(2), "d": {"deep": [1, "a"]}})
    assert document["constants"] == {"c": [[1.0, 0.0], [0.0, 1.0]], "d": {"deep": [1, "a"]}}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        pytest.param(5, {"count": 5, "seed": 7}, id="a number"),
        pytest.param(np.int64(5), {"count": 5, "seed": 7}, id="one of numpy's"),
        pytest.param({"count": 5}, {"count": 5, "seed": 0}, id="a mapping"),
        pytest.param({"count": 5, "seed": np.int64(3)}, {"count": 5, "seed": 3}, id="a mapping with a seed"),
        pytest.param(None, {"count": 2, "seed": 7}, id="nothing"),
    ],
)
def test_replicates_go_before_those_of_the_file(place: Place, tmp_path: Path, said: Any, written: object) -> None:  # noqa: ANN401 - any number
    """A number alone keeps the seed of the file."""
    file = tmp_path / "sweep.yaml"
    file.write_text("name: a\ntarget: toy:f\nparameters: {x: [1]}\nreplicates: {count: 2, seed: 7}\n")
    assert request_document(Asked(file, replicates=said).request(place))["replicates"] == written


def test_a_function_may_take_the_seed_of_its_replicate(place: Place) -> None:
    """It is called with it only where there are replicates; else the message says that it is missing."""
    request = Asked(lambda x, seed: x + seed, {"x": [1]}, replicates=2).request(place)
    assert (request.keywords, request.plan.size) == (("x",), 2)
    with pytest.raises(TargetUnavailable, match="missing a required argument: 'seed'"):
        Asked(lambda x, seed: x + seed, {"x": [1]}).request(place)


def test_what_is_said_goes_before_the_file(place: Place, tmp_path: Path) -> None:
    """A file's parameters keep their places, and what the call does not name stays."""
    file = tmp_path / "sweep.yaml"
    file.write_text("name: filed\ntarget: toy:f\nparameters: {x: [1], y: [2]}\nconstants: {c: 1}\n")
    plain = Asked(file).request(place)
    assert (plain.name, plain.target, plain.constants) == ("filed", "toy:f", {"c": 1})
    other = Asked(str(file), {"x": [3], "z": [4]}, {"d": 2}, "other", 1).request(place)
    assert (other.name, other.sharding, other.design.names) == ("other", ShardCount(1), ("x", "y", "z"))
    assert (other.design.point(0), other.constants) == ({"x": 3, "y": 2, "z": 4}, {"c": 1, "d": 2})


def test_an_order_goes_before_that_of_the_file(place: Place, tmp_path: Path) -> None:
    """Without one the file's stays; one that there is not is refused."""
    file = tmp_path / "sweep.yaml"
    file.write_text("name: filed\ntarget: toy:f\nparameters: {x: [1]}\ndispatch: {order: spread}\n")
    orders = [Asked(file, order=order).request(place).order for order in (None, "plan", "spread")]
    assert orders == [DispatchOrder.SPREAD, DispatchOrder.PLAN, DispatchOrder.SPREAD]
    with pytest.raises(InvalidSweep, match=r"dispatch.order: must be 'plan' or 'spread'"):
        Asked(file, order="random").request(place)


def test_an_earlier_sweep_is_said_by_itself_or_as_for_open(place: Place) -> None:
    """What an earlier call returned has its id; a name means the last one of that name."""
    earlier = place.submit(Asked("toy:f", {"x": [1]}).request(place), no_deadline).sweep
    for extends in (earlier, earlier.id, "f", "latest"):
        assert Asked("toy:f", {"x": [1, 2]}, extends=extends).request(place).extends == earlier.id
    with pytest.raises(InvalidSweep, match="nothing: is no id"):
        Asked("toy:f", {"x": [1, 2]}, extends="nothing").request(place)


def test_a_function_that_a_module_holds_has_its_name(place: Place, functions: NamedFunctions) -> None:
    """It is imported where it runs, so that a sweep file and a stack can name it too."""
    request = Asked(Path.is_dir, [{"self": 1}]).request(place)
    assert functions.kept == [Path.is_dir]  # a method has no name `module:function`
    assert request.name == "is_dir"
    assert (
        Asked(request_digest, {"request": [1]}).request(place).target == "application.documents.request:request_digest"
    )
    assert len(functions.kept) == 1


def test_any_other_function_is_kept(place: Place, functions: NamedFunctions) -> None:
    """One of a notebook, a script or another function is called what the place calls it."""
    request = Asked(lambda x: x, {"x": [1, 2]}).request(place)
    assert (request.name, request.target, len(functions.kept)) == ("lambda", "__main__.code_1:f", 1)


@pytest.mark.parametrize(
    "parameters", [pytest.param({"x": []}, id="an empty list"), pytest.param({"y": [1]}, id="another keyword")]
)
def test_of_a_refused_call_nothing_is_kept(
    place: Place, functions: NamedFunctions, parameters: Mapping[str, list[int]]
) -> None:
    """A wrong request, and a function that does not take its keywords, leaves the folder as it was."""
    with pytest.raises(InvalidSweep):
        Asked(lambda x: x, parameters).request(place)
    assert functions.kept == []


def test_a_place_that_only_imports_says_what_to_do(tmp_path: Path) -> None:
    """A stack's workers cannot have a notebook's function: the sentence names the module to write and the setting."""
    place = memory_place(Laptop(_module_function), tmp_path)

    def simulate(x: int) -> int:
        return x

    with pytest.raises(
        InvalidSweep, match=r"target: simulate is defined .* from where the stack lab cannot import it"
    ) as e:
        Asked(simulate, {"x": [1]}).request(place)
    assert "put it into a module, deploy that (TARGETS=FOLDER, AllowedTargets), and pass 'module:simulate'" in str(
        e.value
    )


def test_a_callable_with_another_signature_is_refused_at_once(place: Place) -> None:
    """No process needs to be started to find that out."""
    with pytest.raises(TargetUnavailable, match="missing a required argument: 'y'"):
        Asked(lambda x, y: x + y, {"x": [1]}).request(place)


def test_equal_calls_are_equal_requests(place: Place) -> None:
    """However the values are written, the sweep is the same."""

    def request(values: Any) -> SweepRequest:  # noqa: ANN401 - any values
        return Asked("toy:f", {"x": values}).request(place)

    assert request([1, 2]) == request((1, 2)) == request(np.array([1, 2]))


def test_a_file_of_points_is_seen_from_where_it_is_named(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call names one from the current folder, a sweep file one beside it; parameters of the call are its grid."""
    (tmp_path / "inner").mkdir()
    write_csv(tmp_path / "inner" / "points.csv", ("x",), [(1,), (2,)])
    file = tmp_path / "inner" / "sweep.yaml"
    file.write_text("name: f\ntarget: toy:f\ndesign: {kind: points, file: points.csv}\n")
    monkeypatch.chdir(tmp_path)
    design = points_file(Path("inner/points.csv"), grid=["mode"])
    assert design == {"kind": "points", "file": "inner/points.csv", "grid": ["mode"]}
    called = Asked("toy:f", {"mode": ["a", "b"]}, design=design).request(place)
    named = Asked(file, {"mode": ["a", "b"]}).request(place)
    assert request_digest(called) == request_digest(named)
    assert called.design.point(3) == {"mode": "b", "x": 2}
