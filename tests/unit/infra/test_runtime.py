"""The runtime of a bundle, as far as it can be seen without the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local import runtime
from infra.local.deployment import this_architecture
from infra.local.process_group import ProcessGroup
from infra.local.runtime import Function, Runtime, RuntimeMissingError


def test_a_runtime_that_does_not_listen_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that fails leaves no process behind, although the processes of a runtime outlive the command."""
    emulator = tmp_path / "local" / "rapid" / f"aws-lambda-rie-{this_architecture()}"
    emulator.parent.mkdir(parents=True)
    emulator.write_text("#!/bin/sh\nsleep 60\n")
    emulator.chmod(0o700)
    started: list[ProcessGroup] = []
    start = ProcessGroup.start

    def start_and_keep(*arguments: object, **more: object) -> ProcessGroup:
        started.append(start(*arguments, **more))  # type: ignore[arg-type]  # passed on as they come
        return started[-1]

    monkeypatch.setattr(runtime, "_installed", lambda _: tmp_path)
    monkeypatch.setattr(runtime, "_listens", lambda _: False)
    monkeypatch.setattr(runtime, "START_SECONDS", 0.2)
    monkeypatch.setattr(ProcessGroup, "start", start_and_keep)
    with pytest.raises(RuntimeMissingError):
        Runtime.start(Function(tmp_path, "entrypoints.worker.handler"), tmp_path / "runtime.log")
    assert [group.members for group in started] == [()]
