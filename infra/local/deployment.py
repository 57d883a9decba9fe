"""Builds and deploys the template with the real SAM CLI, onto an emulator instead of an account."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from infra import deployed_stack
from infra.build_plan import outside_make

if TYPE_CHECKING:
    from infra.build_plan import BuildPlan

INFRA = Path(__file__).parent.parent
REGION = "us-east-1"
ROOT_KEY = "test"
STACK_NAME = "sweep"
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class DeploymentError(Exception):
    """The SAM CLI failed; the message holds its output."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of the template: the endpoint, the authority that it trusts, and the folder it is built in."""

    url: str
    authority: Path
    folder: Path

    def build(self, plan: BuildPlan) -> str:
        """Build the bundles of a plan for the emulator's Python, and return a line for each.

        Raises `DeploymentError`.
        """
        built = self._sam(
            plan,
            "build",
            *("--template", str(INFRA / "template.yaml")),
            *("--build-dir", str(self._built), "--cache-dir", str(self.folder / "cache"), "--build-in-source"),
            *("--parameter-overrides", *plan.overrides),
        )
        return "\n".join(sorted({line for line in built.splitlines() if line.startswith("bundle of")}))

    def deploy(self, plan: BuildPlan) -> dict[str, str]:
        """Deploy the built template with a plan's parameters, if anything has changed, and return the stack's outputs.

        Raises `DeploymentError`.
        """
        self._sam(
            plan,
            "deploy",
            *("--template-file", str(self._built / "template.yaml"), "--stack-name", STACK_NAME, "--resolve-s3"),
            *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"),
            "--no-fail-on-empty-changeset",
            *("--parameter-overrides", *plan.overrides),
        )
        return {output["OutputKey"]: output["OutputValue"] for output in self.describe()["Outputs"]}

    def parameters(self) -> dict[str, str]:
        """Return the parameters with which the stack is deployed; none before its first deployment."""
        return deployed_stack.parameters_of(self.client("cloudformation"), STACK_NAME)

    def describe(self) -> dict[str, Any]:
        """Return CloudFormation's description of the stack."""
        stack: dict[str, Any] = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        return stack

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
        """Return an AWS client with the account's root key, which a deployer uses."""
        session: Any = boto3.Session(aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_KEY, region_name=REGION)
        return session.client(service, endpoint_url=self.url, verify=str(self.authority))

    def bundle(self, function: str) -> Path:
        """Return the folder of a function's bundle, given by its logical name."""
        return self._built / function

    @property
    def _built(self) -> Path:
        return self.folder / "build"

    def _sam(self, plan: BuildPlan, *arguments: str) -> str:
        command = (str(Path(sys.executable).with_name("sam")), *arguments)
        done = subprocess.run(
            command, cwd=INFRA, env=self._environment(plan), check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise DeploymentError(f"sam {arguments[0]} failed:\n{done.stdout}\n{done.stderr}".rstrip())
        return f"{done.stdout}\n{done.stderr}"

    def _environment(self, plan: BuildPlan) -> dict[str, str]:
        inherited = {key: value for key, value in outside_make(os.environ).items() if not key.startswith("AWS_")}
        return {
            **inherited,
            **plan.variables,
            "HOME": str(self.folder),
            # `sam build` leaves a folder there for each function.
            "TMPDIR": str(self.folder / "tmp"),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.authority),
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",
            "LAMBDA_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
            "BUNDLE_PYTHON": sys.executable,
            # Each process of the emulator unpacks its function anew.
            "BYTECODE": "1",
        }


def this_architecture() -> str:
    """Return Lambda's name of this machine's processor; raises `DeploymentError` if Lambda has no such processor."""
    machine = platform.machine().lower()
    if machine not in ARCHITECTURES:
        raise DeploymentError(f"no bundle can be built for a {machine} processor")
    return ARCHITECTURES[machine]
