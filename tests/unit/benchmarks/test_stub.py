"""The stub of Lambda in C, where it cannot be compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.dispatch import stub


@pytest.fixture(autouse=True)
def nothing_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have a program that is not there yet."""
    monkeypatch.setattr(stub, "_PROGRAM", tmp_path / "build" / "stub")


def test_without_a_compiler_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user needs no search for what is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="apt-get install gcc libc6-dev libssl-dev"):
        stub.compiled()


def test_where_the_compiler_fails_its_messages_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As without OpenSSL's headers."""
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\necho 'openssl/err.h: No such file' >&2\nexit 1\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(SystemExit, match=r"(?s)openssl/err\.h.*libssl-dev"):
        stub.compiled()
