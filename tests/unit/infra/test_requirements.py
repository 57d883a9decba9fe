"""What targets require is installed beside the locked wheels, and replaces none. The real pip, offline."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from infra.wheels import Wheels, WheelsError

# The environments of further Pythons have no pip.
pytestmark = pytest.mark.one_python


def put_wheel(folder: Path, name: str, version: str, module: str, requires: str = "") -> str:
    """Write a wheel of one module, and return its hash as a lock file has it."""
    info = f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    files = {
        f"{module}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for path, text in files.items()}
    record = "".join(f"{path},sha256={digest.decode().rstrip('=')},\n" for path, digest in digests.items())
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            archive.writestr(path, text)
    return f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return a folder of wheels, with a lock of `ours` 1.0 beside them."""
    digest = put_wheel(tmp_path, "ours", "1.0", "ours")
    put_wheel(tmp_path, "ours", "2.0", "ours")
    put_wheel(tmp_path, "theirs", "3.0", "theirs", requires="ours")
    put_wheel(tmp_path, "newer", "4.0", "newer", requires="ours>=2")
    put_wheel(tmp_path, "other", "5.0", "ours")
    lock = f"--no-index\n--find-links {tmp_path}\nours==1.0 {digest}\n"
    (tmp_path / "lambda.lock").write_text(lock, encoding="utf-8")
    return tmp_path


def wheels(index: Path, *required: str) -> Wheels:
    """Return the wheels of the lock and of one folder of targets for each requirement."""
    files = [index / f"requirements-{number}.txt" for number in range(len(required))]
    for file, requirement in zip(files, required, strict=True):
        file.write_text(f"--no-index\n--find-links {index}\n{requirement}\n", encoding="utf-8")
    return Wheels(index / "lambda.lock", "arm64", "3.13", (), tuple(files))


def test_requirements_take_the_locked_version(index: Path) -> None:
    """Where a target needs a locked package, in whatever version, it gets the locked one."""
    installed = wheels(index, "theirs", "ours").cached(index / "cache")
    assert (installed / "theirs.py").is_file()
    assert "1.0" in (installed / "ours.py").read_text(encoding="utf-8")
    assert sorted(path.name for path in installed.glob("*.dist-info")) == ["ours-1.0.dist-info", "theirs-3.0.dist-info"]


@pytest.mark.parametrize(
    ("required", "words"),
    [
        pytest.param("ours==2.0", ["The user requested ours==2.0", "this project locks ours==1.0"], id="itself"),
        pytest.param("newer", ["newer 4.0 depends on ours>=2", "this project locks ours==1.0"], id="by another"),
        pytest.param("other", ["other==5.0", "would replace ours==1.0", "both have ours.py"], id="the same module"),
    ],
)
def test_a_locked_package_is_not_replaced(index: Path, required: str, words: list[str]) -> None:
    """The build fails, names both packages with their versions, and keeps no wheels."""
    with pytest.raises(WheelsError) as refused:
        wheels(index, required).cached(index / "cache")
    assert [word for word in words if word not in str(refused.value)] == []
    assert list((index / "cache").iterdir()) == []
