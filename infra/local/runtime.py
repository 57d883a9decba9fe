"""Runs a bundle as AWS does: with the real runtime client under the runtime interface emulator.

This proves that a bundle is complete. A runtime runs one event at a time; `runtime_pool` keeps several.
"""

from __future__ import annotations

import http.client
import os
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.deployment import this_architecture
from infra.local.emulator import LOOPBACK, free_port
from infra.local.process_group import ProcessGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOLS = Path(__file__).parent.parent.parent / ".venv-aws"
# The runtime client and its dependencies; a bundle can import nothing else of that environment.
CLIENT = ("awslambdaric", "runtime_client*", "simplejson", "snapshot_restore_py*")
INVOCATIONS = "/2015-03-31/functions/function/invocations"
START_SECONDS = 20.0
POLL_SECONDS = 0.02


class RuntimeMissingError(Exception):
    """The runtime did not start, or is not installed; the message says which."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function as a runtime runs it: a bundle, a handler in it, its environment variables, its timeout in seconds."""

    bundle: Path
    handler: str
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 60


@dataclass(frozen=True, slots=True)
class Runtime:
    """One running runtime: its processes and its port."""

    group: ProcessGroup
    port: int

    @classmethod
    def start(cls, function: Function, log: Path) -> Runtime:
        """Start a runtime and return it once it accepts connections; raises `RuntimeMissingError`.

        It imports the handler's module at its first event, which is the cold start.
        """
        port = free_port()
        client = _client_beside(log)
        command = (
            str(_installed("samcli") / "local" / "rapid" / f"aws-lambda-rie-{this_architecture()}"),
            *("--runtime-interface-emulator-address", f"{LOOPBACK}:{port}"),
            *("--runtime-api-address", f"{LOOPBACK}:{free_port()}"),
            *(str((TOOLS / "bin" / "python").resolve()), "-S", "-m", "awslambdaric", function.handler),
        )
        environment = _environment(function, client)
        # In this process's session, which ends it even if this process cannot.
        group = ProcessGroup.start(command, environment, function.bundle, log, session=False)
        started = cls(group, port)
        try:
            started.wait_until_ready(log)
        except BaseException:
            started.stop()
            raise
        return started

    def wait_until_ready(self, log: Path) -> None:
        """Wait until the runtime accepts connections; raises `RuntimeMissingError` after 20 seconds, or at its end."""
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self.port):
            if not self.group.leads or time.monotonic() > deadline:
                raise RuntimeMissingError(log.read_text(encoding="utf-8", errors="replace"))
            time.sleep(POLL_SECONDS)

    def invoke(self, event: bytes, timeout: float = 900.0) -> bytes:
        """Return the handler's answer, or the error document of AWS for an exception of the handler.

        `timeout`, in seconds, is that of the connection.
        """
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=timeout)
        try:
            connection.request("POST", INVOCATIONS, body=event)
            return connection.getresponse().read()
        finally:
            connection.close()

    def stop(self) -> None:
        """End the runtime's processes."""
        self.group.stop()


def _client_beside(log: Path) -> Path:
    """Return a folder next to the log from which only the runtime client can be imported, after making it."""
    folder = log.parent / "runtime-client"
    folder.mkdir(exist_ok=True)
    packages = _installed("awslambdaric").parent
    for found in (path for pattern in CLIENT for path in packages.glob(pattern)):
        if not (folder / found.name).exists():
            (folder / found.name).symlink_to(found)
    return folder


def _installed(package: str) -> Path:
    found = sorted(TOOLS.glob(f"lib/python*/site-packages/{package}"))
    if not found:
        raise RuntimeMissingError(f"{package} is not installed in .venv-aws; make stack-up does that")
    return found[0]


def _environment(function: Function, client: Path) -> dict[str, str]:
    # No variable of the caller's environment: a bundle may rely only on those that Lambda sets.
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LAMBDA_TASK_ROOT": str(function.bundle),
        "PYTHONPATH": f"{function.bundle}{os.pathsep}{client}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
        "AWS_LAMBDA_FUNCTION_NAME": function.handler.split(".")[-2],
        **function.environment,
    }


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
