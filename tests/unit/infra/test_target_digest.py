"""A stack tells its targets' code from other code by a digest of the files that its bundle has."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.build_plan import BuildPlan
from infra.parameters import ParameterError, read
from infra.target_digest import targets_digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of targets."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "law.py").write_text("def f(x):\n    return x\n")
    return tmp_path / "model"


def test_a_change_of_any_file_that_is_deployed_is_another_digest(folder: Path) -> None:
    """A source, a table beside it, a requirement, a new name."""
    seen = {targets_digest([str(folder)])}
    for name, text in (("law.py", "def f(x):\n    return 2\n"), ("table.csv", "1"), ("requirements.txt", "numpy")):
        (folder / name).write_text(text)
        seen.add(targets_digest([str(folder)]))
    (folder / "table.csv").rename(folder / "other.csv")
    seen.add(targets_digest([str(folder)]))
    assert len(seen) == 5


def test_what_is_not_deployed_changes_nothing(folder: Path) -> None:
    """Compiled files and tests are no part of a bundle."""
    before = targets_digest([str(folder)])
    for name in ("__pycache__", "tests"):
        (folder / name).mkdir()
        (folder / name / "law.pyc").write_text("")
    assert targets_digest([str(folder)]) == before


def test_the_place_of_a_folder_does_not_matter(folder: Path, tmp_path: Path) -> None:
    """The path from which its modules are imported does."""
    before = targets_digest([str(folder)])
    (tmp_path / "clone").mkdir()
    assert targets_digest([str(folder.rename(tmp_path / "clone" / "model"))]) == before
    assert targets_digest([str((tmp_path / "clone" / "model").rename(tmp_path / "law"))]) != before


def test_a_plan_passes_the_digest_of_its_folders(folder: Path) -> None:
    """Also where the stack remembers the folders; a folder that is not there is refused by the build."""
    digest = f'TargetsDigest="{targets_digest([str(folder)])}"'
    assert digest in BuildPlan.of({}, {"TARGETS": str(folder)}, {}).overrides
    assert digest in BuildPlan.of({}, {}, {"TargetFolders": str(folder), "TargetsDigest": "another"}).overrides
    assert len(targets_digest(["/nowhere"])) == 20


def test_the_digest_is_no_parameter_that_a_user_says() -> None:
    """It follows from the folders."""
    with pytest.raises(ParameterError, match="TargetsDigest follows from the targets' files; leave it out"):
        read(["TargetsDigest=1"])
