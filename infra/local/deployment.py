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

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def build(self) -> str:
        """Build the bundles for the emulator's processor and Python, and return a line for each.

        Raises `DeploymentError`.
        """
        built = self._sam(
            "build",
            *("--template", str(INFRA / "template.yaml")),
            *("--build-dir", str(self._built), "--cache-dir", str(self.folder / "cache"), "--build-in-source"),
            *("--parameter-overrides", f"Architecture={this_architecture()}"),
        )
        return "\n".join(sorted({line for line in built.splitlines() if line.startswith("bundle of")}))

    def deploy(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Deploy the built template with these parameters, if anything has changed, and return the stack's outputs.

        Raises `DeploymentError`.
        """
        chosen = {"Architecture": this_architecture(), **parameters}
        self._sam(
            "deploy",
            *("--template-file", str(self._built / "template.yaml"), "--stack-name", STACK_NAME, "--resolve-s3"),
            *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"),
            "--no-fail-on-empty-changeset",
            *("--parameter-overrides", *(f"{key}={value}" for key, value in chosen.items())),
        )
        return {output["OutputKey"]: output["OutputValue"] for output in self.describe()["Outputs"]}

    def describe(self) -> dict[str, Any]:
        """Return CloudFormation's description of the stack."""
        stack: dict[str, Any] = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        return stack

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
        """Return an AWS client with the account's root key, which a deployer uses."""
        session: Any = boto3.Session(aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_KEY, region_name=REGION)
        return session.client(service, endpoint_url=self.url, verify=str(self.authority))

    @property
    def _built(self) -> Path:
        return self.folder / "build"

    def _sam(self, *arguments: str) -> str:
        command = (str(Path(sys.executable).with_name("sam")), *arguments)
        done = subprocess.run(command, cwd=INFRA, env=self._environment(), check=False, capture_output=True, text=True)
        if done.returncode:
            raise DeploymentError(f"sam {arguments[0]} failed:\n{done.stdout}\n{done.stderr}".rstrip())
        return f"{done.stdout}\n{done.stderr}"

    def _environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        return {
            **inherited,
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
            "ARCHITECTURE": this_architecture(),
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
