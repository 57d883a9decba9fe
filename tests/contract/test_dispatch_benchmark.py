"""`python -m benchmarks.dispatch`: what it prints of one invoker."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.documents.payload import Payloads
from benchmarks.dispatch.job import realistic_sweep
from benchmarks.dispatch.ways import CONCURRENCY, DEFAULT
from infra.local.certificate import Certificate
from tests.contract.cloudformation import template
from tests.fakes.lambda_stub import KEY, LambdaStub

pytestmark = pytest.mark.one_python

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": str(KEY.access_key),
    "AWS_SECRET_ACCESS_KEY": str(KEY.secret_key),
    "AWS_DEFAULT_REGION": "us-east-1",
}
SHARDS = 20


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a certificate for loopback."""
    return Certificate.create(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def stub(certificate: Certificate) -> Iterator[LambdaStub]:
    """Run a stub of Lambda over TLS."""
    server = LambdaStub()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.server, certificate.key)
    # The thread of a connection makes its handshake, with its first read.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with server:
        yield server


@pytest.mark.parametrize("invoker", ["boto3", "curl"])
def test_the_last_line_says_what_one_invoker_did(invoker: str, stub: LambdaStub, certificate: Certificate) -> None:
    """It has the rate, the processor time and the outcomes; the stub has each shard once; TLS is verified."""
    options = ["--endpoint", stub.url.replace("http:", "https:"), "--ca", str(certificate.authority)]
    options += ["--shards", str(SHARDS), "--concurrency", "4", "--invoker", invoker]
    measured = json.loads(benchmark(options).splitlines()[-1])
    assert measured.keys() == {"rate", "cpu_us", "outcomes"}
    assert measured["outcomes"] == {"accepted": SHARDS}
    assert measured["rate"] > 0
    assert measured["cpu_us"] > 0
    assert sorted(payload["shard"]["number"] for payload in stub.accepted) == list(range(SHARDS))


def benchmark(options: list[str]) -> str:
    """Return what the command prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [sys.executable, "-m", "benchmarks.dispatch", *options]
    environment = clean | ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def test_what_is_measured_by_default_is_what_is_deployed() -> None:
    """The library, and the most requests in flight."""
    parameters = template()["Parameters"]
    assert (parameters["Client"]["Default"], parameters["DispatchConcurrency"]["Default"]) == (DEFAULT, CONCURRENCY)


def test_the_payloads_that_are_measured_are_about_500_bytes_long() -> None:
    """As the payloads of real sweeps are."""
    sweep = realistic_sweep(10_000)
    assert 480 < len(Payloads(sweep).of(sweep.plan.shard(0))) < 520
