"""Targets: imported by name, checked before a shard runs, and refused with a reason."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.machine.python_targets import check_signature, import_target
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
    """Yield a folder of modules that can be imported, and remove them from `sys.modules` afterwards."""
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
    """A target may be a function, a class or a callable object, in a module or a package."""
    assert callable(import_target(name))


_REFUSED: dict[str, tuple[str, str]] = {
    "no module": ("lab_nothere:f", "there is no module lab_nothere; run from the folder that holds it, or install it"),
    "no module in a package": ("lab_package.outer:f", "there is no module lab_package.outer; "),
    "no package": ("lab_nothere.deep.er:f", "there is no module lab_nothere.deep.er; "),
    "a module that is no package": ("lab_good.deeper:f", "there is no module lab_good.deeper; "),
    "a misspelt function": ("lab_good:ff", "the module lab_good has no ff; did you mean lab_good:f?"),
    "no function": ("lab_good:zzz", "the module lab_good has no zzz"),
    "not callable": ("lab_good:number", "lab_good:number is a int, not a function"),
    "None": ("lab_good:nothing", "the module lab_good has no nothing"),
    "a module that raises": (
        "lab_raising:f",
        "importing lab_raising failed: ValueError: bad day (lab_raising.py, line 2)",
    ),
    "a module that exits": (
        "lab_leaving:f",
        "importing lab_leaving failed: SystemExit: enough (lab_leaving.py, line 1)",
    ),
    "a syntax error": ("lab_wrong:f", "importing lab_wrong failed: SyntaxError: invalid syntax (lab_wrong.py, line 1)"),
    "a missing library": ("lab_needy:f", "the module lab_needy needs no_such_library, which is not installed"),
    "a missing part of itself": (
        "lab_selfish:f",
        "the module lab_selfish needs lab_selfish.part, which is not installed",
    ),
    "a space": ("lab good:f", "must read module:function"),
}


@pytest.mark.parametrize(("name", "complaint"), _REFUSED.values(), ids=_REFUSED)
def test_a_target_that_cannot_be_imported_is_refused(name: str, complaint: str) -> None:
    """The error has the path `target` and the reason, with the line of an exception or the nearest name."""
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
        pytest.param(_optional, ["x"], True, id="an optional argument"),
        pytest.param(_optional, ["x", "y", "z"], True, id="more keywords"),
        pytest.param(_optional, ["y"], False, id="a missing argument"),
        pytest.param(_positional, ["x"], False, id="a positional argument"),
        pytest.param(_wrapped, ["x"], False, id="a wrapped function"),
        pytest.param(functools.partial(_optional, x=1), ["y"], True, id="a partial function"),
        pytest.param(lambda x: x, ["x", "y"], False, id="an unknown keyword"),
        pytest.param(lambda: 1, [], True, id="no argument"),
        pytest.param(math.hypot, ["x"], True, id="math.hypot without a signature"),
        pytest.param(dict, ["anything"], True, id="dict without a signature"),
        pytest.param(math.sqrt, ["x"], False, id="math.sqrt accepts no keyword"),
    ],
)
def test_a_signature_is_checked(target: Callable[..., object], names: list[str], fits: bool) -> None:  # noqa: FBT001 - a parametrised column
    """The target must accept exactly these keywords. A target without a readable signature is accepted."""
    if fits:
        check_signature(target, names)
        return
    with pytest.raises(InvalidSweep, match=r"target: takes \(.*\).*, but the sweep gives the keywords"):
        check_signature(target, names)


def _annotated(p: Path | None, /, *, y: Path) -> Path:
    raise NotImplementedError


def _keyword_only(*, x: float, y: float = 1) -> float:
    return x + y


@pytest.mark.parametrize(
    ("target", "names", "complaint"),
    [
        pytest.param(
            _keyword_only,
            ["y"],
            "takes (*, x, y=1), but the sweep gives the keywords (y): missing a required argument: 'x'",
            id="a missing argument",
        ),
        pytest.param(
            _keyword_only,
            ["x", "z"],
            "takes (*, x, y=1), but the sweep gives the keywords (x, z): got an unexpected keyword argument 'z'",
            id="an unknown keyword",
        ),
        pytest.param(
            _positional,
            ["x"],
            "takes (x, /), but the sweep gives the keywords (x): the argument 'x' cannot be given as a keyword",
            id="a positional argument",
        ),
        pytest.param(
            _annotated,
            ["y"],
            "takes (p, /, *, y), but the sweep gives the keywords (y): the argument 'p' cannot be given as a keyword",
            id="an annotated argument",
        ),
    ],
)
def test_a_signature_is_refused_in_the_same_words_by_every_python(
    target: Callable[..., object], names: list[str], complaint: str
) -> None:
    """The message holds neither `inspect`'s words nor annotations: both differ between versions of Python."""
    with pytest.raises(InvalidSweep) as caught:
        check_signature(target, names)
    assert str(caught.value) == f"target: {complaint}"


def test_what_not_every_point_has_needs_a_default() -> None:
    """The message says so before any point is evaluated; a target that takes any keyword needs none."""

    def target(kind: str, C: float, depth: int = 1) -> float:  # noqa: N803 - what it is called in every library
        raise NotImplementedError

    check_signature(target, ["kind", "C", "depth"], optional=["depth"])
    check_signature(lambda kind, **_: kind, ["kind", "C", "depth"], optional=["C", "depth"])
    with pytest.raises(InvalidSweep, match=r"the argument 'C' needs a default, as it exists only at some points"):
        check_signature(target, ["kind", "C", "depth"], optional=["C", "depth"])
    with pytest.raises(InvalidSweep, match="got an unexpected keyword argument 'gamma'"):
        check_signature(target, ["kind", "C", "gamma"], optional=["gamma"])


def test_what_is_offered_is_given_if_the_signature_names_it() -> None:
    """A target may need it, or be without it; the message tells what it would be called with."""

    def target(x: float, seed: int) -> float:
        return x + seed

    check_signature(target, ["x"], ["replicate", "seed"])
    check_signature(lambda x: x, ["x"], ["replicate", "seed"])
    with pytest.raises(InvalidSweep, match=r"gives the keywords \(y, seed\): missing a required argument: 'x'"):
        check_signature(target, ["y"], ["replicate", "seed"])


def test_a_keyword_may_have_the_name_of_a_positional_default() -> None:
    """If a positional argument has a default, a keyword of the same name goes to `**more`, as in a call."""

    def target(x: float = 1, /, **more: float) -> float:
        return x + sum(more.values())

    check_signature(target, ["x"])
    assert target(x=2) == 3
