"""Starts the whole deployed system on this machine with `up`, and leaves nothing of it behind after `down`.

Each stack has a folder of its own under .stacks/, so that several run side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from infra.build_plan import BuildPlan
from infra.local import emulator, emulator_gaps, shell_lines
from infra.local.caller import Caller, create_caller
from infra.local.certificate import AUTHORITY, Certificate
from infra.local.deployment import REGION, Deployment, DeploymentError, this_architecture
from infra.local.emulator import Emulator, EmulatorError
from infra.local.example_sweep import example
from infra.local.stack_folder import StackError, StackFolder
from infra.local.workers import Workers
from infra.parameters import ParameterError, read

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its folder, its emulator, the user who calls its API, CloudFormation's outputs, a request."""

    folder: StackFolder
    running: Emulator
    caller: Caller
    outputs: dict[str, str]
    example: str

    def record(self) -> dict[str, Any]:
        """Return all that a client needs to know, as JSON values: stack.json holds the same."""
        return {
            "name": self.folder.path.name,
            "api": f"{self.running.url}/_aws/execute-api/{self.outputs['ApiId']}/{self.outputs['ApiStage']}",
            "region": REGION,
            "endpoint_url": self.running.url,
            "authority": str(self.folder.path / AUTHORITY),
            "caller": asdict(self.caller),
            "outputs": self.outputs,
            "example": self.example,
        }


def bring_up(name: str, given: Mapping[str, str]) -> Stack:
    """Start a stack and deploy the template to it, or update the stack if it already runs, and return it.

    Raises `StackError`, `EmulatorError`, `DeploymentError` or `ParameterError`; then a stack that this call started is
    removed, and one that ran before is as it was.
    """
    folder = StackFolder.of(name)
    if folder.runs and folder.emulator:
        deployment = _deployment(folder, folder.emulator)
        return _deploy(folder, folder.emulator, _plan(given, deployment.parameters()))
    if folder.exists:
        left = f"{folder.path} is left from a stack that no longer runs"
        raise StackError(f"{left}; remove it with: stack-down STACK={name}")
    plan = _plan(given, {})
    folder.path.mkdir(parents=True)
    try:
        return _deploy(folder, _start(folder), plan)
    except BaseException:
        take_down(name)
        raise


def take_down(name: str) -> bool:
    """Stop a stack, remove its folder, and return whether there was one; raises `StackError` and `TimeoutError`."""
    folder = StackFolder.of(name)
    if not folder.exists:
        return False
    # The workers first: the emulator waits for the end of their connections.
    for started in (folder.workers, folder.emulator):
        if started:
            started.group.stop()
    folder.remove()
    return True


def shell_variables(name: str) -> str:
    """Return the lines of a shell that make its tools use a stack; raises `StackError` if there is no such stack."""
    record = StackFolder.of(name).record
    if record is None:
        raise StackError(f"there is no such stack; start it with: stack-up STACK={name}")
    return shell_lines.variables(record)


def _start(folder: StackFolder) -> Emulator:
    _say("starting the emulator")
    certificate = Certificate.create(folder.path)
    started = emulator.start(folder.path, certificate)
    folder.keep_emulator(started)
    emulator.wait_until_ready(started, folder.path, certificate)
    return started


def _plan(given: Mapping[str, str], deployed: Mapping[str, str]) -> BuildPlan:
    plan = BuildPlan.of(given, {**os.environ, "ARCHITECTURE": this_architecture()}, deployed)
    if plan.note:
        _say(plan.note)
    return plan


def _deployment(folder: StackFolder, running: Emulator) -> Deployment:
    return Deployment(running.url, folder.path / AUTHORITY, folder.path)


def _deploy(folder: StackFolder, running: Emulator, plan: BuildPlan) -> Stack:
    deployment = _deployment(folder, running)
    _say("building the bundles")
    _say(deployment.build(plan))
    _say("deploying the template")
    outputs = deployment.deploy(plan)
    concurrency = emulator_gaps.fill(deployment, outputs)
    _workers(folder, deployment, outputs["WorkerFunction"]).take(deployment, concurrency)
    request = example(deployment.bundle("Worker"), plan.default_target)
    stack = Stack(folder, running, _caller(folder, deployment, outputs), outputs, request)
    folder.keep_record(stack.record())
    return stack


def _workers(folder: StackFolder, deployment: Deployment, function: str) -> Workers:
    """Return the running server of the workers, after starting one if there is none, or one of another function."""
    known = folder.workers
    if known and known.group.leads and known.function == function:
        return known
    if known:
        known.group.stop()
    started = Workers.start(deployment, function)
    folder.keep_workers(started)
    return started


def _caller(folder: StackFolder, deployment: Deployment, outputs: dict[str, str]) -> Caller:
    if folder.record:
        return Caller(**folder.record["caller"])
    return create_caller(deployment.client("iam"), outputs["CallerPolicyArn"])


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start a stack, or update the one that runs")
    up.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE", help="one of the template's")
    up.add_argument("--json", action="store_true", help="print what a client needs as JSON")
    down = commands.add_parser("down", help="stop a stack and remove all of it")
    env = commands.add_parser("env", help="print what a shell needs to talk to a stack as its deployer")
    for command in (up, down, env):
        command.add_argument("--name", default="local-stack")
    return parser.parse_args(arguments)


def _run(arguments: argparse.Namespace) -> str:
    if arguments.command == "down":
        return "stopped" if take_down(arguments.name) else "there is no such stack"
    if arguments.command == "env":
        return shell_variables(arguments.name)
    stack = bring_up(arguments.name, read(arguments.parameter))
    return json.dumps(stack.record()) if arguments.json else shell_lines.greeting(stack.record())


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command, and return the exit code: 0, 1 for an error that it prints, 130 if interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM must clean up as Ctrl-C does
    try:
        sys.stdout.write(f"{_run(_read_arguments(arguments))}\n")
    except (StackError, EmulatorError, DeploymentError, ParameterError) as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
