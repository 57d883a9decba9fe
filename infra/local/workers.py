"""Starts the process that runs a stack's workers, and sends the worker's events to it.

As the emulator runs a function, each concurrent event starts a process, and one that it throttles loses an attempt.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.deployed_function import PROXY
from infra.local.emulator import LOOPBACK, EmulatorError, free_port
from infra.local.process_group import ProcessGroup

if TYPE_CHECKING:
    from infra.local.deployment import Deployment

PROJECT = Path(__file__).parents[2]
ACCOUNT = "arn:aws:iam::000000000000:root"
FEWEST, MOST = 2, 4
START_SECONDS = 30.0
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Workers:
    """The running server of a worker: its processes, its port, the name of the function."""

    group: ProcessGroup
    port: int
    function: str

    @classmethod
    def start(cls, deployment: Deployment, function: str) -> Workers:
        """Start a server for a function of a deployment, and return it once it accepts connections."""
        folder = deployment.folder / "workers"
        folder.mkdir(exist_ok=True)
        port = free_port()
        group = deployment.client("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]
        command = (
            *(sys.executable, "-m", "infra.local.worker_server", "--port", str(port), "--folder", str(folder)),
            *("--url", deployment.url, "--authority", str(deployment.authority)),
            *("--function", function, "--log-group", group["LogGroup"]),
        )
        log = folder / "server.log"
        started = cls(ProcessGroup.start(command, _environment(deployment.folder), PROJECT, log), port, function)
        try:
            started.wait_until_ready(log)
        except BaseException:
            started.group.stop()
            raise
        return started

    def wait_until_ready(self, log: Path) -> None:
        """Wait until the server accepts connections; raises `EmulatorError` after 30 seconds, or at its end."""
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self.port):
            if not self.group.leads or time.monotonic() > deadline:
                raise EmulatorError(f"the workers did not start:\n{log.read_text(errors='replace')}")
            time.sleep(POLL_SECONDS)

    def take(self, deployment: Deployment, concurrency: int) -> None:
        """Send the worker's events here, of which so many run at once, or as many as this machine can run well.

        The server, which plays Lambda, may assume the worker's role.
        """
        functions, roles = deployment.client("lambda"), deployment.client("iam")
        known = functions.get_function_configuration(FunctionName=self.function)
        url = f"http://{LOOPBACK}:{self.port}/{at_once(concurrency)}"
        variables = known["Environment"]["Variables"] | {PROXY: url}
        functions.update_function_configuration(FunctionName=self.function, Environment={"Variables": variables})
        role = known["Role"].rpartition("/")[2]
        trust = roles.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
        if statement not in trust["Statement"]:
            document = json.dumps(trust | {"Statement": [*trust["Statement"], statement]})
            roles.update_assume_role_policy(RoleName=role, PolicyDocument=document)


def at_once(concurrency: int) -> int:
    """Return how many workers run at once: one a processor, two to four, and no more than WorkerConcurrency allows."""
    fitting = max(FEWEST, min(MOST, len(os.sched_getaffinity(0))))
    return min(concurrency, fitting) if concurrency else fitting


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TMPDIR": str(folder / "tmp")}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
