"""Targets: found by name, checked before anything runs, and every reason to refuse one is told."""

from __future__ import annotations

import functools
import hashlib
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.machine.python_targets import check_signature, import_target, source_digest
from domain.errors import InvalidSweep

_MODULES = {
    "lab_good": "def f(x): return x\nclass C:\n    __call__ = f\nc = C()\nnumber = 5\nnothing = None\n",
    "lab_raising": "x = 1\nraise ValueError('bad day')\n",
    "lab_leaving": "raise SystemExit('enough')\n",
    "lab_wrong": "def f(:\n",
    "lab_needy": "import no_such_library.part\n",
    "lab_selfish": "import lab_selfish.part\n",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a folder with modules to import, which are forgotten afterwards."""
    for name, source in _MODULES.items():
        (tmp_path / f"{name}.py").write_text(source)
    (tmp_path / "lab_package").mkdir()
    (tmp_path / "lab_package" / "inner.py").write_text("def f(x): return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("lab_")]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["lab_good:f", "lab_good:C", "lab_good:c", "lab_package.inner:f", "math:sqrt"])
def test_a_callable_is_found(name: str) -> None:
    """A function, a class, an object that can be called, in a module or a package."""
    assert callable(import_target(name))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("lab_nothere:f", "there is no module lab_nothere; run from the folder that holds it, or install it"),
        ("lab_package.outer:f", "there is no module lab_package.outer; "),
        ("lab_nothere.deep.er:f", "there is no module lab_nothere.deep.er; "),
        ("lab_good.deeper:f", "there is no module lab_good.deeper; "),
        ("lab_good:ff", "the module lab_good has no ff; did you mean lab_good:f?"),
        ("lab_good:zzz", "the module lab_good has no zzz"),
        ("lab_good:number", "lab_good:number is a int, not a function"),
        ("lab_good:nothing", "the module lab_good has no nothing"),
        ("lab_raising:f", "importing lab_raising failed: ValueError: bad day (lab_raising.py, line 2)"),
        ("lab_leaving:f", "importing lab_leaving failed: SystemExit: enough (lab_leaving.py, line 1)"),
        ("lab_wrong:f", "importing lab_wrong failed: SyntaxError: invalid syntax (lab_wrong.py, line 1)"),
        ("lab_needy:f", "the module lab_needy needs no_such_library, which is not installed"),
        ("lab_selfish:f", "the module lab_selfish needs lab_selfish.part, which is not installed"),
        ("lab good:f", "must read module:function"),
    ],
)
def test_a_target_that_cannot_be_had_is_refused(name: str, complaint: str) -> None:
    """At the place `target`, with the reason, the line where there is one, and the nearest name where there is one."""
    with pytest.raises(InvalidSweep) as caught:
        import_target(name)
    (problem,) = caught.value.problems
    assert problem.path == "target"
    assert problem.message.startswith(complaint)


def _optional(x: float, y: float = 1, *rest: float, **more: float) -> float:
    return x + y


def _positional(x: float, /) -> float:
    return x


@functools.wraps(_positional)
def _wrapped(*arguments: Any, **keywords: Any) -> float:  # noqa: ANN401 - a decorator's usual signature
    return _positional(*arguments, **keywords)


@pytest.mark.parametrize(
    ("target", "names", "fits"),
    [
        (_optional, ["x"], True),
        (_optional, ["x", "y", "z"], True),
        (_optional, ["y"], False),
        (_positional, ["x"], False),
        (_wrapped, ["x"], False),
        (functools.partial(_optional, x=1), ["y"], True),
        (lambda x: x, ["x", "y"], False),
        (lambda: 1, [], True),
        (math.hypot, ["x"], True),
        (dict, ["anything"], True),
        (math.sqrt, ["x"], False),
    ],
)
def test_a_signature_is_checked(target: Callable[..., object], names: list[str], fits: bool) -> None:  # noqa: FBT001 - a table's column
    """The target must take exactly these keywords; one that does not say what it takes is believed."""
    if fits:
        check_signature(target, names)
        return
    with pytest.raises(InvalidSweep, match=r"target: takes \(.*\).*, but the sweep gives the keywords"):
        check_signature(target, names)


def _noted(p: Path | None, /, *, y: Path) -> Path:
    raise NotImplementedError


def _keyword_only(*, x: float, y: float = 1) -> float:
    return x + y


@pytest.mark.parametrize(
    ("target", "names", "complaint"),
    [
        (
            _keyword_only,
            ["y"],
            "takes (*, x, y=1), but the sweep gives the keywords (y): missing a required argument: 'x'",
        ),
        (
            _keyword_only,
            ["x", "z"],
            "takes (*, x, y=1), but the sweep gives the keywords (x, z): got an unexpected keyword argument 'z'",
        ),
        (
            _positional,
            ["x"],
            "takes (x, /), but the sweep gives the keywords (x): the argument 'x' cannot be given as a keyword",
        ),
        (
            _noted,
            ["y"],
            "takes (p, /, *, y), but the sweep gives the keywords (y): the argument 'p' cannot be given as a keyword",
        ),
    ],
)
def test_a_misfit_is_told_in_the_same_words_by_every_python(
    target: Callable[..., object], names: list[str], complaint: str
) -> None:
    """Neither `inspect`'s words nor annotations are in it: both change from one Python to the next."""
    with pytest.raises(InvalidSweep) as caught:
        check_signature(target, names)
    assert str(caught.value) == f"target: {complaint}"


def test_a_default_may_share_its_name_with_a_keyword() -> None:
    """An argument by position that has a default leaves its name to `**more`, as in a call."""

    def target(x: float = 1, /, **more: float) -> float:
        return x + sum(more.values())

    check_signature(target, ["x"])
    assert target(x=2) == 3


def test_the_digest_is_that_of_the_defining_file(folder: Path) -> None:
    """Of the function's own file, also through a decorator; nothing for what has no file."""
    expected = hashlib.sha256((folder / "lab_good.py").read_bytes()).hexdigest()
    assert source_digest(import_target("lab_good:f")) == expected
    assert source_digest(_wrapped) == hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    assert source_digest(math.sqrt) == ""
