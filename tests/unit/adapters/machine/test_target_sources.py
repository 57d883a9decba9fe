"""The sources of a target: which files are among them, by which names, and what changes them."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import py_compile
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.machine.python_targets import import_target
from adapters.machine.syntax_digest import syntax_digest
from adapters.machine.target_sources import target_sources

_MODEL = "import functools\nfrom lab_part import rate\ndef f(x): return rate * x\npartial = functools.partial(f)\n"


@dataclass(frozen=True, slots=True)
class _Study:
    """The user's folder, and one where packages are installed."""

    own: Path
    installed: Path

    def sources(self, name: str) -> Mapping[str, str]:
        """Import a target as a new process does, and return its sources without those of this test's process."""
        forget()
        importlib.invalidate_caches()
        found = target_sources(name, import_target(name), [str(self.own)])
        return {source: digest for source, digest in found.items() if "lab_" in source}


def forget() -> None:
    """Forget every module of a test."""
    for name in [name for name in sys.modules if name.startswith("lab_")]:
        del sys.modules[name]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Study]:
    """Yield the folders with a target and a helper module."""
    study = _Study(tmp_path / "own", tmp_path / "env" / "site-packages")
    for folder in (study.own, study.installed):
        folder.mkdir(parents=True)
        monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    # In no folder that is known, the tests' own modules would count as the user's, and hundreds would be digested.
    for name in sys.modules.copy():
        if name.partition(".")[0] in {"tests", "infra", "benchmarks", "examples"}:
            monkeypatch.delitem(sys.modules, name)
    (study.own / "lab_model.py").write_text(_MODEL)
    (study.own / "lab_part.py").write_text("rate = 2\n")
    yield study
    forget()


def _write(folder: Path, **files: str) -> None:
    """Write modules; two underscores stand for a slash."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_targets_file_and_what_it_imports_are_sources(study: _Study) -> None:
    """Each has the path by which it is imported as its name, and the digest of its syntax tree."""
    sources = study.sources("lab_model:f")
    assert set(sources) == {"lab_model.py", "lab_part.py", "lab_model:f"}
    assert sources["lab_model.py"] == syntax_digest(_MODEL.encode())


def test_an_edit_changes_the_edited_source_alone(study: _Study) -> None:
    """A comment changes none."""
    before = study.sources("lab_model:f")
    (study.own / "lab_part.py").write_text("# as measured\nrate = 2\n")
    assert study.sources("lab_model:f") == before
    (study.own / "lab_part.py").write_text("rate = 3\n")
    now = study.sources("lab_model:f")
    assert {name for name in now if now[name] != before[name]} == {"lab_part.py"}


@pytest.mark.parametrize(
    ("files", "target", "names"),
    [
        (
            {"lab_pack____init__": "", "lab_pack__deep____init__": "", "lab_pack__deep__one": "f = int"},
            "lab_pack.deep.one:f",
            {"lab_pack/__init__.py", "lab_pack/deep/__init__.py", "lab_pack/deep/one.py"},
        ),
        ({"lab_space__one": "f = int"}, "lab_space.one:f", {"lab_space/one.py"}),
    ],
    ids=["packages", "a namespace package"],
)
def test_modules_of_packages_have_their_paths(
    study: _Study, files: dict[str, str], target: str, names: set[str]
) -> None:
    """A package's own file is a source too, where there is one."""
    names = names | {target}
    _write(study.own, **{name.replace("____init__", "__" + "INIT"): text for name, text in files.items()})
    for path in study.own.rglob("INIT.py"):
        path.rename(path.with_name("__init__.py"))
    assert set(study.sources(target)) == names


def test_a_module_loaded_from_a_path_has_its_files_name(study: _Study) -> None:
    """The name under which it was loaded may be another one in each process; files of one name are one source."""
    _write(study.own, plug__lab_in="f = 1", plag__lab_in="f = 2")
    _write(
        study.own,
        lab_loader="""
import importlib.util, sys, pathlib
for number, folder in enumerate(["plug", "plag"]):
    path = pathlib.Path(__file__).parent / folder / "lab_in.py"
    spec = importlib.util.spec_from_file_location(f"lab_{id(path)}_{number}", path)
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
f = int
""",
    )
    before = study.sources("lab_loader:f")
    assert set(before) == {"lab_loader.py", "lab_in.py", "lab_loader:f"}
    _write(study.own, plag__lab_in="f = 3")
    assert study.sources("lab_loader:f")["lab_in.py"] != before["lab_in.py"]


def test_installed_packages_are_no_sources(study: _Study) -> None:
    """Nor are they where an environment lies in the user's folder, nor are Python's modules and our own."""
    inner = study.own / "venv" / "lib" / "site-packages"
    _write(inner, lab_inner="")
    _write(study.installed, lab_tool="")
    _write(
        study.own, lab_model=f"import sys, json\nsys.path.append({str(inner)!r})\nimport lab_tool, lab_inner\nf = int"
    )
    assert set(study.sources("lab_model:f")) == {"lab_model.py", "lab_model:f"}
    sources = target_sources("lab_model:f", import_target("lab_model:f"), [str(study.own)])
    assert not {"json/__init__.py", "adapters/__init__.py", "domain/plan.py"} & set(sources)


def test_the_targets_own_package_is_a_source_wherever_it_lies(study: _Study) -> None:
    """All that is loaded of it counts, and no other package beside it."""
    _write(study.installed, lab_lib__model="import lab_lib.part, lab_tool\nf = int", lab_lib__part="", lab_tool="")
    assert set(study.sources("lab_lib.model:f")) == {"lab_lib/model.py", "lab_lib/part.py", "lab_lib.model:f"}


def test_code_that_the_target_holds_is_a_source_wherever_it_lies(study: _Study) -> None:
    """The file that defines a function or a class counts where the target is made of it."""
    _write(study.installed, lab_tool="class C:\n    def __call__(self, x): return x\ndef g(x): return x\n")
    _write(study.own, lab_model="from lab_tool import C, g\nfrom functools import partial\nc, p = C(), partial(g)")
    for name in ("c", "p", "g", "C"):
        assert "lab_tool.py" in study.sources(f"lab_model:{name}")


def test_an_editable_install_is_a_source(study: _Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is what lies in any other folder that is none of the known ones, even behind a link in a library."""
    # The temporary folder, in which the tests run, is a known one.
    monkeypatch.setattr("tempfile.tempdir", str(study.own.parent / "temporary"))
    elsewhere = study.own.parent / "elsewhere"
    _write(elsewhere, lab_far="rate = 2", lab_linked__part="")
    (study.installed / "lab_linked").symlink_to(elsewhere / "lab_linked")
    monkeypatch.syspath_prepend(elsewhere)
    _write(study.own, lab_model="import lab_far, lab_linked.part\nf = int")
    assert {"lab_far.py", "lab_linked/part.py"} <= set(study.sources("lab_model:f"))


def test_a_linked_file_is_a_source_under_the_name_of_the_link(study: _Study) -> None:
    """It is imported by that name."""
    (study.own / "kept").mkdir()
    (study.own / "lab_part.py").rename(study.own / "kept" / "version_2.py")
    (study.own / "lab_part.py").symlink_to(study.own / "kept" / "version_2.py")
    assert "lab_part.py" in study.sources("lab_model:f")


def test_compiled_modules_are_digested_as_bytes(study: _Study) -> None:
    """There is no source to parse."""
    compiled = study.own / "lab_part.pyc"
    py_compile.compile(str(study.own / "lab_part.py"), str(compiled))
    (study.own / "lab_part.py").unlink()
    assert study.sources("lab_model:f")["lab_part.pyc"] == hashlib.sha256(compiled.read_bytes()).hexdigest()


def test_a_target_in_c_is_named(study: _Study) -> None:
    """It has no source of the user's."""
    assert set(target_sources("math:sqrt", import_target("math:sqrt"), [str(study.own)])) >= {"math:sqrt"}


@pytest.mark.parametrize("file", ["gone.py", "", ".", "\0", "pipe.py", 5, None], ids=repr)
def test_what_cannot_be_read_is_left_out(study: _Study, monkeypatch: pytest.MonkeyPatch, file: object) -> None:
    """A module may name anything as its file; a pipe would not end."""
    os.mkfifo(study.own / "pipe.py")
    odd = types.ModuleType("lab_odd")
    odd.__dict__["__file__"] = str(study.own / file) if isinstance(file, str) else file
    target = import_target("lab_model:f")
    monkeypatch.setitem(sys.modules, "lab_odd", odd)
    monkeypatch.setitem(sys.modules, "lab_no_module", object())
    found = target_sources("lab_model:f", target, [str(study.own)])
    assert "lab_model.py" in found
    assert not {"lab_odd", "lab_no_module", "gone.py", "pipe.py", ".", ""} & set(found)


def test_a_lazy_module_is_not_loaded_for_it(study: _Study) -> None:
    """Its file counts all the same."""
    _write(study.own, lab_late="raise RuntimeError('too early')")
    _write(
        study.own,
        lab_model="""
import importlib.util, sys
spec = importlib.util.find_spec("lab_late")
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules["lab_late"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
f = int
""",
    )
    assert "lab_late.py" in study.sources("lab_model:f")
