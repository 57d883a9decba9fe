"""The whole deployed system on this machine: `up` starts it, `down` leaves nothing behind.

Each stack lives in a folder of its own under .stacks/, so that several run side by side.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.local import emulator, emulator_gaps
from infra.local.caller import Caller, create_caller
from infra.local.certificate import Certificate
from infra.local.deployment import REGION, ROOT_KEY, Deployment, DeploymentError
from infra.local.emulator import Emulator, EmulatorError
from infra.local.process_group import ProcessGroup

STACKS = Path(__file__).parent.parent.parent / ".stacks"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
GREETING = """
the API is at {api}

submit a sweep:
{submission}

ask where it stands, with the sweep_id of the answer:
{question}
"""
EXAMPLE = '{"name":"hello","parameters":{"angle":[30,45,60],"speed":[20],"drag":[0.01]}}'


class StackError(Exception):
    """The command cannot be carried out; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack, as its folder records it."""

    folder: Path
    running: Emulator
    caller: Caller
    outputs: dict[str, str]

    @property
    def api(self) -> str:
        """The address under which the API's paths lie."""
        return f"{self.running.url}/_aws/execute-api/{self.outputs['ApiId']}/{self.outputs['ApiStage']}"

    def record(self) -> dict[str, Any]:
        """Give what a client needs to know, as it is kept in stack.json."""
        return {
            "api": self.api,
            "region": REGION,
            "endpoint_url": self.running.url,
            "authority": str(self.folder / "authority.pem"),
            "caller": asdict(self.caller),
            "outputs": self.outputs,
        }

    def submission(self) -> str:
        """Give a command line that submits a sweep."""
        headers = "-H 'Content-Type: application/json' -H 'Idempotency-Key: hello'"
        return self._curl(headers, f"-d '{EXAMPLE}' {self.api}/sweeps")

    def question(self) -> str:
        """Give a command line that asks where a sweep stands, whose id is to be put in."""
        return self._curl(f"{self.api}/sweeps/SWEEP_ID")

    def _curl(self, *rest: str) -> str:
        authority = shlex.quote(str(self.folder / "authority.pem"))
        key = f"{self.caller.access_key_id}:{self.caller.secret_access_key}"
        signed = f"--aws-sigv4 aws:amz:{REGION}:execute-api --user {key}"
        return " \\\n  ".join((f"curl --cacert {authority}", signed, *rest))


def bring_up(name: str, parameters: dict[str, str]) -> Stack:
    """Start a stack and deploy the template to it; a stack that already runs is updated."""
    folder = _folder(name)
    if (folder / "stack.json").is_file() and _group(folder).leads:
        return _deploy(folder, _emulator(folder), parameters)
    if folder.exists():
        raise StackError(f"{folder} is left from a stack that no longer runs; remove it with: stack-down STACK={name}")
    folder.mkdir(parents=True)
    try:
        return _deploy(folder, _start(folder), parameters)
    except BaseException:
        take_down(name)
        raise


def take_down(name: str) -> bool:
    """Stop a stack and remove its folder; gives whether there was one."""
    folder = _folder(name)
    if not folder.exists():
        return False
    if (folder / "process.json").is_file():
        _group(folder).stop()
    shutil.rmtree(folder)
    if not any(STACKS.iterdir()):
        STACKS.rmdir()
    return True


def shell_variables(name: str) -> str:
    """Give lines for a shell after which AWS's own tools, curl and boto3 talk to a stack as its deployer."""
    record_file = _folder(name) / "stack.json"
    if not record_file.is_file():
        raise StackError(f"there is no such stack; start it with: stack-up STACK={name}")
    record = _read(record_file)
    variables = {
        "AWS_ENDPOINT_URL": record["endpoint_url"],
        "AWS_CA_BUNDLE": record["authority"],
        "CURL_CA_BUNDLE": record["authority"],
        "SSL_CERT_FILE": record["authority"],
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_REGION": record["region"],
        "AWS_DEFAULT_REGION": record["region"],
        "ENDPOINT": f"{record['api']}/sweeps",
    }
    return "\n".join(f"export {variable}={shlex.quote(value)}" for variable, value in variables.items())


def _start(folder: Path) -> Emulator:
    _say("starting the emulator")
    certificate = Certificate.create(folder)
    started = emulator.start(folder, certificate)
    _write(folder / "process.json", asdict(started))
    emulator.wait_until_ready(started, folder, certificate)
    return started


def _deploy(folder: Path, running: Emulator, parameters: dict[str, str]) -> Stack:
    deployment = Deployment(running.url, folder / "authority.pem", folder)
    _say("building the bundles")
    _say(deployment.build())
    _say("deploying the template")
    outputs = deployment.deploy(parameters)
    emulator_gaps.fill(deployment, outputs)
    stack = Stack(folder, running, _caller(folder, deployment, outputs), outputs)
    _write(folder / "stack.json", stack.record())
    return stack


def _caller(folder: Path, deployment: Deployment, outputs: dict[str, str]) -> Caller:
    if (folder / "stack.json").is_file():
        return Caller(**_read(folder / "stack.json")["caller"])
    return create_caller(deployment.client("iam"), outputs["CallerPolicyArn"])


def _folder(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise StackError(f"a stack's name is {NAME.pattern}, not {name!r}")
    return STACKS / name


def _emulator(folder: Path) -> Emulator:
    return Emulator(_group(folder), _read(folder / "process.json")["port"])


def _group(folder: Path) -> ProcessGroup:
    return ProcessGroup(**_read(folder / "process.json")["group"])


def _read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def _write(path: Path, record: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")


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
        command.add_argument("--name", default="local")
    return parser.parse_args(arguments)


def _run(arguments: argparse.Namespace) -> str:
    if arguments.command == "down":
        return "stopped" if take_down(arguments.name) else "there is no such stack"
    if arguments.command == "env":
        return shell_variables(arguments.name)
    stack = bring_up(arguments.name, dict(pair.split("=", 1) for pair in arguments.parameter))
    if arguments.json:
        return json.dumps(stack.record())
    return GREETING.format(api=stack.api, submission=stack.submission(), question=stack.question())


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; 0 when it worked, 1 when not, 130 when interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended leaves as little behind as Ctrl-C
    try:
        sys.stdout.write(f"{_run(_read_arguments(arguments))}\n")
    except (StackError, EmulatorError, DeploymentError) as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
