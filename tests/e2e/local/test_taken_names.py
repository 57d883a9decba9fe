"""A module of the user's whose name is taken is refused: it would not be the one that is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

_MODULES = {
    "domain.py": "def f(x): return x\n",
    "queue.py": "def f(x): return x\n",
    "application/deep.py": "def f(x): return x\n",
    "json/data.txt": "no module\n",
    "model.py": "import math\nimport domain\ndef f(x): return domain.f(x)\n",
    "parts.py": "from application.deep import f\n",
    "waiting.py": "from queue import f\n",
    "package/__init__.py": "",
    "package/inner.py": "from . import domain\nfrom .domain import f\n",
    "package/domain.py": "import json\nimport numpy\ndef f(x): return len(json.dumps(x))\n",
    "late.py": "def f(x):\n    import domain\n    return domain.f(x)\n",
}
_DOMAIN = "domain is a package of serverless-sweep's own; rename {folder}/domain.py"
_APPLICATION = "application is a package of serverless-sweep's own; rename "
_QUEUE = "queue is a module that is loaded already; rename {folder}/queue.py"


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with such modules, and a sweep of the parameter x."""
    lab = Laboratory(tmp_path)
    for name, source in _MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    lab.write("gated", 4, 2)
    return lab


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        pytest.param("domain:f", f"the module domain cannot be imported: {_DOMAIN}", id="one of our packages"),
        pytest.param(
            "application.deep:f",
            f"the module application.deep cannot be imported: {_APPLICATION}",
            id="in a package of our name",
        ),
        pytest.param("queue:f", f"the module queue cannot be imported: {_QUEUE}", id="a loaded module"),
        pytest.param("model:f", f"model.py, line 2, imports domain: {_DOMAIN}", id="a mere import"),
        pytest.param("parts:f", f"parts.py, line 1, imports application.deep: {_APPLICATION}", id="an import from it"),
        pytest.param("waiting:f", f"waiting.py, line 1, imports queue: {_QUEUE}", id="an import of a loaded module"),
    ],
)
def test_a_taken_name_is_refused(lab: Laboratory, target: str, complaint: str) -> None:
    """`sweep run` exits with 2 and one line, as for any bad target, and evaluates nothing."""
    ended = lab.run("run", "sweep.json", "--target", target)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"error: target: {complaint.format(folder=lab.folder)}")
    assert len(ended.stderr.splitlines()) == 1
    assert not lab.out.exists()


def test_an_import_in_a_call_is_an_error_of_the_point(lab: Laboratory) -> None:
    """What is imported only when the target is called is refused then, in the same words."""
    code, status = lab.run_json("run", "sweep.json", "--target", "late:f")
    assert (code, status["failed"]) == (1, 4)
    _, status = lab.run_json("status", "latest")
    (failure,) = status["failures"]
    assert failure["reason"] == "TargetUnavailable"
    assert f"late.py, line 2, imports domain: {_DOMAIN.format(folder=lab.folder)}" in failure["message"]


def test_a_module_in_a_package_may_have_any_name(lab: Laboratory) -> None:
    """A relative import, a folder of data and the imports of libraries find what they always find."""
    assert lab.run("run", "sweep.json", "--target", "package.inner:f").returncode == 0
