"""Functions that no module holds, kept in files, and which functions those are."""

from __future__ import annotations

import functools
import importlib.util
import math
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from adapters.machine.function_files import FunctionFiles, plain_name
from adapters.machine.importable import is_importable, module_holds
from adapters.machine.python_targets import PythonTargets
from application.ports.target_loader import Target
from domain.errors import DependencyUnavailable, TargetUnavailable


@pytest.fixture
def functions(tmp_path: Path) -> FunctionFiles:
    """Return the functions of a folder that is not there yet."""
    return FunctionFiles(tmp_path / "functions")


@pytest.fixture
def stray(tmp_path: Path) -> Iterator[ModuleType]:
    """Return a module that is loaded from a file on no path, as a test's module may be."""
    file = tmp_path / "stray_module.py"
    file.write_text("FACTOR = 3\ndef law(x): return FACTOR * x\nclass Law:\n    def at(self, x): return law(x)\n")
    spec = importlib.util.spec_from_file_location("stray_module", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stray_module"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["stray_module"]


def _closure(factor: int) -> Callable[[int], int]:
    def scaled(x: int) -> int:
        return factor * x

    return scaled


@pytest.mark.parametrize(
    ("function", "name"),
    [
        pytest.param(lambda x: 3 * x, "lambda", id="a lambda"),
        pytest.param(_closure(3), "scaled", id="a closure"),
        pytest.param(functools.partial(lambda x, factor: factor * x, factor=3), "partial", id="a partial function"),
    ],
)
def test_a_kept_function_is_loaded_by_its_name(functions: FunctionFiles, function: Target, name: str) -> None:
    """A loader of targets that knows the folder finds the function, which does what it did."""
    target = functions.keep(function)
    assert target.startswith("__main__.code_")
    assert target.endswith(f":{name}")
    assert PythonTargets(functions).load(target, ["x"])(x=2) == 6


def test_what_a_module_on_no_path_defines_travels_as_a_whole(functions: FunctionFiles, stray: ModuleType) -> None:
    """The worker imports nothing of it: the function, its variables and its classes come along."""
    targets = [functions.keep(stray.law), functions.keep(stray.Law().at), functions.keep(functools.partial(stray.law))]
    del sys.modules["stray_module"]
    try:
        assert [functions.load(target)(x=2) for target in targets] == [6, 6, 6]
    finally:
        sys.modules["stray_module"] = stray


def test_the_same_function_is_kept_once(functions: FunctionFiles, tmp_path: Path) -> None:
    """Its name says which code it is, so that a sweep never meets another function than its own."""
    assert functions.keep(_closure(3)) == functions.keep(_closure(3)) != functions.keep(_closure(4))
    assert len(list((tmp_path / "functions").iterdir())) == 2


def test_what_cannot_travel_is_refused(functions: FunctionFiles, tmp_path: Path) -> None:
    """A function that holds a lock, a socket or the like is refused with what to do; nothing is written."""
    lock = threading.Lock()

    def guarded(x: int) -> int:
        with lock:
            return x

    with pytest.raises(TargetUnavailable, match=r"guarded refers to what cannot leave this process: .*lock.*; make"):
        functions.keep(guarded)
    assert not list(tmp_path.iterdir())


def test_a_function_that_is_not_there_is_refused(functions: FunctionFiles) -> None:
    """A folder that was copied without its functions says which file is missing."""
    target = functions.keep(_closure(3)).replace("code_", "code_00000")[:38] + ":scaled"
    with pytest.raises(TargetUnavailable, match=r"its file .*\.pickle cannot be read: No such file"):
        functions.load(target)


def test_a_damaged_file_is_refused(functions: FunctionFiles, tmp_path: Path) -> None:
    """Whatever an unreadable pickle raises, the message says that the function cannot be loaded."""
    target = functions.keep(_closure(3))
    (path,) = (tmp_path / "functions").iterdir()
    path.write_bytes(b"no pickle")
    with pytest.raises(TargetUnavailable, match="the function cannot be loaded in a worker process: UnpicklingError"):
        functions.load(target)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """A full disk, or a file in the folder's place, is no fault of the function."""
    (tmp_path / "functions").touch()
    with pytest.raises(DependencyUnavailable, match=r"cannot keep the function in .*: File exists"):
        FunctionFiles(tmp_path / "functions").keep(_closure(3))


@pytest.mark.parametrize(
    ("name", "known"),
    [("__main__.code_0123456789abcdef0123:f", True), ("__main__:f", False), ("model:f", False), ("a.code_0:f", False)],
)
def test_only_names_with_a_digest_are_those_of_kept_functions(name: str, known: bool) -> None:  # noqa: FBT001 - a case
    """Any other target is imported."""
    assert FunctionFiles.knows(name) is known


@pytest.mark.parametrize(
    ("name", "plain"), [("größe", "gre"), ("<lambda>", "lambda"), ("ä", "function"), ("f" * 99, "f" * 64)]
)
def test_a_function_has_a_plain_name(name: str, plain: str) -> None:
    """What no target can be called is left out."""
    function: Any = _closure(1)
    function.__name__ = name
    assert plain_name(function) == plain


class _Holder:
    @staticmethod
    def inner(x: int) -> int:
        return x


@pytest.mark.parametrize(
    ("code", "held"),
    [
        pytest.param(math.hypot, True, id="a function of C"),
        pytest.param(importlib.util.find_spec, True, id="a function of a package"),
        pytest.param(functools.partial, True, id="a class"),
        pytest.param(_closure(1), False, id="a closure"),
        pytest.param(lambda: None, False, id="a lambda"),
        pytest.param(functools.partial(math.hypot, 1), False, id="a partial function"),
        pytest.param(3, False, id="no code"),
    ],
)
def test_a_module_holds_what_its_name_leads_to(code: object, held: bool) -> None:  # noqa: FBT001 - a case
    """Another process can import just that."""
    assert module_holds(code) is held


def test_a_module_on_no_path_cannot_be_imported(stray: ModuleType) -> None:
    """That it is loaded here does not help another process, nor does a module of its name in another place."""
    assert not is_importable(stray)
    assert not module_holds(stray.law)
    assert not is_importable(sys.modules["__main__"])
    assert is_importable(functools)
    other = ModuleType("functools")
    other.__file__ = stray.__file__
    assert not is_importable(other)
