"""Where in the user's code an exception was raised."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import application
from application.documents.result_lines import value_line
from application.user_frames import user_frames

HERE = "application/test_user_frames.py"
PACKAGE = __name__.partition(".")[0]


def places_of(call: Callable[[], object], package: str = PACKAGE) -> tuple[str, ...]:
    """Return the places of what a call raises, without that of this function."""
    try:
        call()
    except (ValueError, TypeError) as raised:
        return user_frames(raised.__traceback__ and raised.__traceback__.tb_next, package)
    pytest.fail("nothing was raised")


def frames_of(call: Callable[[], object], package: str = PACKAGE) -> list[tuple[str, str]]:
    """Return the file and the function of each place."""
    places = places_of(call, package)
    assert all(re.fullmatch(r"[^:]+:\d+ \S+", place) for place in places)
    return [(place.partition(":")[0], place.rpartition(" ")[2]) for place in places]


def model() -> object:
    """Raise below another function."""
    return solver()


def solver() -> object:
    """Raise."""
    raise ValueError("no root")


def deep(levels: int) -> object:
    """Raise below so many further frames."""
    return deep(levels - 1) if levels else solver()


def test_the_frames_of_the_users_code_lead_to_the_raise() -> None:
    """Each is file, line and function; the line that raised is the last one."""
    assert frames_of(model) == [(HERE, "model"), (HERE, "solver")]


def test_a_line_is_that_of_the_raise() -> None:
    """An editor opens it."""
    source = Path(__file__).read_text(encoding="utf-8").splitlines()
    (place,) = places_of(solver)
    number = int(place.partition(":")[2].partition(" ")[0])
    assert source[number - 1].strip() == 'raise ValueError("no root")'


def test_a_raise_inside_a_library_is_the_last_frame() -> None:
    """Before it come the user's frames, and none of the library's own."""

    def parse() -> object:
        return json.loads("nothing")

    assert frames_of(parse) == [(HERE, "parse"), ("json/decoder.py", "raw_decode")]


@pytest.mark.parametrize(
    ("package", "before"),
    [
        pytest.param("json", [("json/__init__.py", "loads"), ("json/decoder.py", "decode")], id="the target"),
        pytest.param("functools", [], id="wrapped"),
    ],
)
def test_a_library_as_the_target_has_its_raise(package: str, before: list[tuple[str, str]]) -> None:
    """No frame is the user's; those of the library come before the raise if the target is the library's."""
    assert frames_of(partial(json.loads, "nothing"), package) == [*before, ("json/decoder.py", "raw_decode")]


def module(path: str, source: str, **names: object) -> dict[str, Callable[[], object]]:
    """Return the functions of a module that stands at a path of a bundle."""
    space: dict[str, Any] = {"__name__": path.removesuffix(".py").replace("/", "."), **names}
    exec(compile(source, f"/var/task/{path}", "exec"), space)  # noqa: S102 - no such bundle is needed
    return space


RAISE = "def raises():\n    raise ValueError\n"
# Of a library that lies beside the user's code, more frames than are kept.
DEEP = RAISE + "def solve(left=9):\n    return solve(left - 1) if left else raises()\n"
MODEL = "def inner():\n    return solve()\ndef model():\n    return inner()\n"
OWN = [("lab/model.py", "model"), ("lab/model.py", "inner")]


@pytest.mark.parametrize("path", ["numlib/solve.py", "numlib.py", "laboratory/solve.py"])
def test_a_library_of_the_bundle_does_not_push_out_the_targets_package(path: str) -> None:
    """It is no library's folder that holds it: the target's own package tells the user's code apart."""
    library = module(path, DEEP)
    model = module("lab/model.py", MODEL, solve=library["solve"])["model"]
    assert frames_of(model, "lab") == [*OWN, ("/".join(f"task/{path}".split("/")[-2:]), "raises")]


def test_a_target_that_a_library_of_the_bundle_calls_back_has_all_its_frames() -> None:
    """The frames of the library between them are left out."""
    library = module("numlib/minimize.py", "def solve(f):\n    return f()\n")
    source = RAISE + "def model():\n    return solve(raises)\n"
    model = module("lab/model.py", source, solve=library["solve"])["model"]
    assert frames_of(model, "lab") == [("lab/model.py", "model"), ("lab/model.py", "raises")]


def test_a_helper_module_of_the_package_is_the_users_code() -> None:
    """Its frames lead to the raise like those of the target's module."""
    library = module("numlib/solve.py", DEEP)
    helper = module("lab/parts/helper.py", "def helps():\n    return solve()\n", solve=library["solve"])
    model = module("lab/model.py", MODEL, solve=helper["helps"])["model"]
    assert frames_of(model, "lab") == [*OWN, ("parts/helper.py", "helps"), ("numlib/solve.py", "raises")]


@pytest.mark.parametrize(
    ("source", "last"),
    [
        pytest.param("def helps():\n    raise ValueError\n", ("task/helper.py", "helps"), id="it raises"),
        pytest.param("def helps():\n    return solve()\n", ("numlib/solve.py", "raises"), id="it calls a library"),
    ],
)
def test_a_helper_module_beside_the_targets_is_named_where_it_raises(source: str, last: tuple[str, str]) -> None:
    """By its name alone it cannot be told from a library of the bundle; the target's frames lead to its call."""
    helper = module("helper.py", source, solve=module("numlib/solve.py", DEEP)["solve"])
    model = module("model.py", MODEL, solve=helper["helps"])["model"]
    assert frames_of(model, "model") == [("task/model.py", "model"), ("task/model.py", "inner"), last]


def test_a_target_of_no_module_has_the_frames_outside_of_libraries() -> None:
    """Nothing tells its package: whatever no library's folder holds is shown."""
    model = module("lab/model.py", MODEL, solve=partial(json.loads, "nothing"))["model"]
    assert frames_of(model, "") == [*OWN, ("json/decoder.py", "raw_decode")]


def test_deep_recursion_leaves_the_last_four_frames() -> None:
    """They are bounded in number."""
    assert frames_of(lambda: deep(100)) == [(HERE, "deep")] * 3 + [(HERE, "solver")]


def test_a_place_is_bounded_in_length() -> None:
    """At most 200 characters, of which the last tell most."""
    name = "f" * 300
    space: dict[str, Callable[[], object]] = {}
    exec(compile(f"def {name}():\n    raise ValueError", f"/{'d' * 300}/model.py", "exec"), space)  # noqa: S102 - a file of that name cannot be made
    assert places_of(space[name]) == ("f" * 200,)


def test_our_own_code_has_no_frame() -> None:
    """Where it refuses a value, nothing of the user's code raised."""
    assert places_of(partial(value_line, 0, "", object())) == ()


def test_a_users_folder_may_begin_with_the_name_of_ours() -> None:
    """Only the files below our own folder are ours."""
    folder = Path(application.__file__).parent
    space: dict[str, Callable[[], object]] = {}
    exec(compile("def f():\n    raise ValueError", f"{folder}s/model.py", "exec"), space)  # noqa: S102 - no such file is needed
    assert frames_of(space["f"]) == [("applications/model.py", "f")]


def test_an_exception_that_was_never_raised_has_no_place() -> None:
    """It has no traceback."""
    assert user_frames(None, PACKAGE) == ()
