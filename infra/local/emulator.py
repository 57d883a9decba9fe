"""Runs the emulator of AWS for one stack: on loopback, over TLS, with permissions enforced."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.process_group import ProcessGroup

if TYPE_CHECKING:
    from infra.local.certificate import Certificate

LOOPBACK = "127.0.0.1"
APPLICATION = Path(__file__).with_name("emulated_gateway.py")
START_SECONDS = 30.0
POLL_SECONDS = 0.05


class EmulatorError(Exception):
    """The emulator did not start; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: its processes and its port."""

    group: ProcessGroup
    port: int

    @property
    def url(self) -> str:
        """The endpoint for AWS's own clients."""
        return f"https://{LOOPBACK}:{self.port}"


def start(folder: Path, certificate: Certificate) -> Emulator:
    """Start an emulator that writes into one folder only, and return it; it may not answer yet."""
    port = free_port()
    temporary = folder / "tmp"
    temporary.mkdir()
    # Not the emulator's own command: it also listens on port 443, which a second stack could not.
    command = (
        *(sys.executable, "-m", "hypercorn", f"{APPLICATION}:app", "--workers", "0", "--graceful-timeout", "1"),
        *("--bind", f"{LOOPBACK}:{port}", "--certfile", str(certificate.server), "--keyfile", str(certificate.key)),
        *("--keep-alive", "75", "--log-level", "INFO"),
    )
    group = ProcessGroup.start(command, _environment(folder, port, certificate), folder, folder / "emulator.log")
    return Emulator(group, port)


def wait_until_ready(emulator: Emulator, folder: Path, certificate: Certificate) -> None:
    """Wait until the emulator answers; raises `EmulatorError` after 30 seconds, or as soon as its process has ended."""
    trust = trusting(certificate.authority)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(emulator, trust):
        if not emulator.group.leads:
            raise EmulatorError(f"the emulator ended at once:\n{_end_of(folder / 'emulator.log')}")
        if time.monotonic() > deadline:
            raise EmulatorError(f"no answer in {START_SECONDS:.0f} s:\n{_end_of(folder / 'emulator.log')}")
        time.sleep(POLL_SECONDS)


def _environment(folder: Path, port: int, certificate: Certificate) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate.server),
        "MINISTACK_SSL_KEY": str(certificate.key),
        # The functions inherit this variable, and trust the emulator's certificate by it.
        "AWS_CA_BUNDLE": str(certificate.authority),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
    }


def trusting(authority: Path) -> ssl.SSLContext:
    """Return what a client needs to trust an emulator: its authority, and no other."""
    return ssl.create_default_context(cafile=str(authority))


def free_port() -> int:
    """Return a port of loopback on which no process listens now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(emulator: Emulator, trust: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(  # noqa: S310 - an https address on loopback
            f"{emulator.url}/_ministack/health", timeout=2, context=trust
        ) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _end_of(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
