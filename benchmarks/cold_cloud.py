"""AWS for cold starts, over TLS and in another process: moto for ledger and results, and a stub of Lambda."""

from __future__ import annotations

import logging
import multiprocessing
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from infra.local.certificate import Certificate
from tests.fakes.aws import BUCKET, SESSION, TABLE, make_table, moto_server
from tests.fakes.lambda_stub import LambdaStub


@dataclass(frozen=True, slots=True)
class Cloud:
    """The addresses of the servers, the certificates that clients trust, and the way to the servers' process."""

    aws: str
    functions: str
    authorities: Path
    pipe: Connection

    def last_payload(self) -> dict[str, Any]:
        """Return the payload of the last event that the stub has accepted."""
        self.pipe.send("payload")
        payload: dict[str, Any] = self.pipe.recv()
        return payload


@contextmanager
def cloud(folder: Path, certificates: Path) -> Iterator[Cloud]:
    """Run the servers; clients trust their certificate beside those of a file, and so read as many as on Lambda."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    certificate = Certificate.create(folder)
    process = context.Process(target=_serve, args=(certificate, there))
    process.start()
    try:
        aws, functions = here.recv()
        authorities = folder / "authorities.pem"
        shutil.copy(certificates, authorities)
        with authorities.open("ab") as file:
            file.write(certificate.authority.read_bytes())
        yield Cloud(aws, functions, authorities, here)
    finally:
        here.send("enough")
        process.join()


def _serve(certificate: Certificate, pipe: Connection) -> None:
    """Run the servers, send their addresses, and answer each message but the last one by the last payload."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.server, certificate.key)
    with moto_server(tls) as aws, LambdaStub() as stub:
        stub.socket = tls.wrap_socket(stub.socket, server_side=True)
        _make(aws, str(certificate.authority))
        pipe.send((aws, stub.url.replace("http:", "https:")))
        while pipe.recv() != "enough":
            pipe.send(stub.accepted[-1])


def _make(aws: str, authority: str) -> None:
    """Make the table and the bucket."""
    make_table(SESSION.client("dynamodb", endpoint_url=aws, verify=authority), TABLE)
    SESSION.client("s3", endpoint_url=aws, verify=authority).create_bucket(Bucket=BUCKET)
