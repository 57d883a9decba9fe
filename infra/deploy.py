"""Builds and deploys the template into an account, with the SAM CLI, which shows the changes and asks first.

    python -m infra.deploy [--parameter Name=value ...]

The environment's TARGETS, AWS_SERVICES and ARCHITECTURE say what to build; what they do not say is as it was.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import concurrency, deployed_stack
from infra.build_plan import BuildPlan, outside_make
from infra.parameters import ParameterError, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INFRA = Path(__file__).parent
SETTINGS = INFRA / "samconfig.toml"


def main(arguments: list[str] | None = None) -> int:
    """Build, deploy, and return the exit code: 1 for an error that it prints, and that of the SAM CLI if it fails."""
    parser = argparse.ArgumentParser(prog="deploy", description="Deploy into an AWS account.")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="one of the template's")
    try:
        given = read(parser.parse_args(arguments).parameter)
        plan, reserved = prepare(given, os.environ, _session())
    except ParameterError as error:
        _say(str(error))
        return 1
    except (BotoCoreError, ClientError) as error:
        _say(f"the account does not say what the stack was built from, so nothing is built: {error}")
        return 1
    environment = {**outside_make(os.environ), **plan.variables, "SAM_CLI_TELEMETRY": "0"}
    return run_sam(environment, plan.overrides, reserved)


def prepare(
    given: Mapping[str, str],
    said: Mapping[str, str],
    session: Any,  # noqa: ANN401 - boto3 makes its clients' types at run time
) -> tuple[BuildPlan, tuple[str, ...]]:
    """Return what to deploy, and the reservations to add; raises `ParameterError` and botocore's errors."""
    deployed = deployed_stack.parameters_of(session.client("cloudformation"), settings()["stack_name"])
    plan = BuildPlan.of(given, said, deployed)
    reservation = concurrency.choose(plan.parameters, deployed, session.client("lambda"))
    for note in filter(None, (plan.note, reservation.note)):
        _say(f"note: {note}")
    return plan, tuple(f"{name}={count}" for name, count in reservation.parameters.items())


def run_sam(environment: Mapping[str, str], overrides: Sequence[str], reserved: Sequence[str]) -> int:
    """Build and deploy, and return the exit code of the first command that fails, or 0."""
    parameters = ("--parameter-overrides", *overrides, *reserved)
    for command in ("build", "deploy"):
        sam = (str(Path(sys.executable).with_name("sam")), command, *parameters)
        code = subprocess.run(sam, cwd=INFRA, env=dict(environment), check=False).returncode
        if code:
            return code
    return 0


def settings() -> dict[str, Any]:
    """Return what samconfig.toml says of a deployment."""
    found: dict[str, Any] = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["default"]["deploy"]["parameters"]
    return found


def _session() -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
    import boto3  # noqa: PLC0415 - takes a second, which an error of the parameters need not wait for

    return boto3.Session(profile_name=settings().get("profile"), region_name=settings().get("region"))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
