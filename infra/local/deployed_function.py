"""Reads from the emulator what a deployed function is: its code, its settings, and the credentials of its role."""

from __future__ import annotations

import base64
import io
import threading
import time
import urllib.parse
import urllib.request
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.local.deployment import REGION
from infra.local.emulator import trusting
from infra.local.runtime import Function

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.deployment import Deployment

# The variable by which the emulator sends a function's events to another address.
PROXY = "MINISTACK_LAMBDA_PROXY_URL"
# An event that waits is run by settings that are no older than this, in seconds.
FRESH = 1.0
# The credentials of a role are valid for an hour, and renewed after this many seconds.
RENEWED = 1800.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The variables by which AWS's clients sign with a role, and the moment until which they are used."""

    role: str
    variables: dict[str, str]
    until: float


class DeployedFunction:
    """A function of a deployment, read again whenever it may have changed. Several threads may use it."""

    def __init__(self, name: str, deployment: Deployment, folder: Path) -> None:
        """Read nothing yet; `folder` gets a folder for each version of the code."""
        self._name = name
        self._deployment = deployment
        self._folder = folder
        self._functions = deployment.client("lambda")
        self._tokens = deployment.client("sts")
        self._credentials = Credentials("", {}, 0.0)
        self._lock = threading.Lock()
        self._read: tuple[float, Function] | None = None

    def since(self, moment: float) -> Function:
        """Return the function as it was read after a moment of the monotonic clock, and within the last second.

        One reading serves all events that arrived before it, so that a thousand of them do not take a thousand.
        """
        with self._lock:
            began = time.monotonic()
            if self._read is None or self._read[0] < max(moment, began - FRESH):
                self._read = (began, self._now())
            return self._read[1]

    def _now(self) -> Function:
        known = self._functions.get_function_configuration(FunctionName=self._name)
        variables = {key: value for key, value in known["Environment"]["Variables"].items() if key != PROXY}
        aws = {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._deployment.url,
            "AWS_CA_BUNDLE": str(self._deployment.authority),
            "AWS_LAMBDA_FUNCTION_NAME": self._name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(known["MemorySize"]),
        }
        environment = variables | aws | self._as_role(known["Role"])
        return Function(self._code(known["CodeSha256"]), known["Handler"], environment, known["Timeout"])

    def _as_role(self, role: str) -> dict[str, str]:
        """Return the variables of the function's role, by which the emulator enforces what the role may do."""
        if (role, True) != (self._credentials.role, time.monotonic() < self._credentials.until):
            key = self._tokens.assume_role(RoleArn=role, RoleSessionName=self._name[:64])["Credentials"]
            variables = {
                "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
                "AWS_SESSION_TOKEN": key["SessionToken"],
            }
            self._credentials = Credentials(role, variables, time.monotonic() + RENEWED)
        return self._credentials.variables

    def _code(self, digest: str) -> Path:
        """Return the folder of the code with a digest, after fetching it if this is its first event."""
        folder = self._folder / f"code-{base64.b64decode(digest).hex()[:16]}"
        if not folder.is_dir():
            location: Any = self._functions.get_function(FunctionName=self._name)["Code"]["Location"]
            # The emulator names itself by a host and a scheme that it does not serve here.
            path = urllib.parse.urlsplit(location)._replace(scheme="", netloc="").geturl()
            trust = trusting(self._deployment.authority)
            with urllib.request.urlopen(self._deployment.url + path, context=trust) as answer:  # noqa: S310 - https
                bundle = zipfile.ZipFile(io.BytesIO(answer.read()))
            bundle.extractall(folder.with_suffix(".part"))
            folder.with_suffix(".part").rename(folder)
        return folder
