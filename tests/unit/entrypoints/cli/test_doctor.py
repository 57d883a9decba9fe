"""`sweep doctor`: a line a check, a remedy where something is wrong, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.published import check_printed
from tests.fakes.typed import typed


def test_this_machine_is_checked(tmp_path: Path) -> None:
    """All is well here: a line each, and 0; as JSON, one document of the published schema."""
    lines = typed("doctor", "--out", str(tmp_path / "results"))
    assert lines.code == 0
    assert all(line.startswith("ok ") for line in lines.out.splitlines())
    printed = typed("doctor", "--out", str(tmp_path / "results"), "--json")
    found = check_printed("doctor", printed.out)["findings"]
    assert [one["subject"] for one in found] == ["environment", "extra cli", "extra frames", "folder", "disk"]


def test_what_is_wrong_has_a_remedy_and_the_exit_code_1() -> None:
    """Here a folder that cannot be written to."""
    answer = typed("doctor", "--out", "/proc/nowhere")
    assert answer.code == 1
    assert "FAILED  folder:" in answer.out
    assert "-> choose another folder with --out" in answer.out


def test_a_stack_without_credentials_is_checked_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check of the stack has a line, though the first of them has failed."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    answer = typed("doctor", "--stack", "prod", "--region", "eu-central-1")
    assert answer.code == 1
    assert "FAILED  credentials:" in answer.out
    assert "FAILED  stack:" in answer.out
