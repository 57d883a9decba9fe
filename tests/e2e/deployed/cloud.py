"""A deployed stack as its users and its deployer see it: signed requests over HTTP, and AWS's own clients."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import boto3
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.local.process_group import ProcessGroup
from infra.local.runtime import Function

ROOT = Path(__file__).parent.parent.parent.parent
PYTHON = ROOT / ".venv-aws" / "bin" / "python"
TRIAL = "tests.e2e.deployed.trial"
TARGETS = ("area", "gated", "survive", "leave", "abort", "linger")
PARAMETERS = {
    "AllowedTargets": ",".join(f"{TRIAL}:{target}" for target in TARGETS),
    "DefaultTarget": f"{TRIAL}:area",
    # The tests send in a second what the stage allows in minutes.
    "ThrottleRate": "10000",
    "ThrottleBurst": "5000",
}
JSON = "application/json"
LIMIT = 60.0
POLL_SECONDS = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        document: dict[str, Any] = json.loads(self.body)
        return document


def eventually(look: Callable[[], T | None], seconds: float = LIMIT) -> T:
    """Give what a look finds as soon as it finds something; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing within {seconds:.0f} s"
        time.sleep(POLL_SECONDS)
    return found


class Cloud:
    """One stack. Its caller may call the API and do nothing else; `client` is the deployer's."""

    def __init__(self, name: str, record: Mapping[str, Any]) -> None:
        """Know a stack by the record that bringing it up printed."""
        self.name = name
        self.api = str(record["api"])
        self.url = str(record["endpoint_url"])
        self.region = str(record["region"])
        self.authority = str(record["authority"])
        self.outputs: dict[str, str] = record["outputs"]
        caller = record["caller"]
        self.caller = Credentials(caller["access_key_id"], caller["secret_access_key"])
        self.folder = Path(self.authority).parent
        self._http = urllib3.PoolManager(ca_certs=self.authority, retries=False, timeout=LIMIT)
        self._clients: dict[str, Any] = {}

    def close(self) -> None:
        """Let go of every connection: the emulator waits for them when it is asked to end."""
        self._http.clear()
        for client in self._clients.values():
            client.close()

    # As a caller -----------------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> Answer:
        """Send one request, signed by the caller or somebody else."""
        return self.send(method, path, body, self.signed(method, path, body, headers, signer))

    def signed(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> dict[str, str]:
        """Give a request's headers with a signature among them."""
        url = urlsplit(f"{self.api}{path}")
        query = dict(parse_qsl(url.query))
        request = AWSRequest(method, url._replace(query="").geturl(), dict(headers or {}), body, params=query)
        SigV4Auth(signer or self.caller, "execute-api", self.region).add_auth(request)
        return dict(request.headers)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request as it is."""
        got = self._http.request(method, f"{self.api}{path}", body=body, headers=dict(headers))
        return Answer(got.status, {name.lower(): value for name, value in got.headers.items()}, got.data)

    def submit(self, document: Mapping[str, Any], key: str | None = None) -> Answer:
        """Post a request."""
        headers = {"Content-Type": JSON} | ({"Idempotency-Key": key} if key else {})
        return self.call("POST", "/sweeps", json.dumps(document).encode(), headers)

    def describe(self, sweep_id: str) -> dict[str, Any]:
        """Ask where a sweep stands."""
        answer = self.call("GET", f"/sweeps/{sweep_id}")
        assert answer.status == 200, answer.body
        return answer.document

    def ended(self, sweep_id: str, seconds: float = LIMIT) -> dict[str, Any]:
        """Wait until a sweep runs no longer, and give its last status."""

        def look() -> dict[str, Any] | None:
            status = self.describe(sweep_id)
            return None if status["state"] in {"dispatching", "running"} else status

        return eventually(look, seconds)

    # As the deployer -------------------------------------------------------------------------------------------

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
        """Give an AWS client that may do everything."""
        if service not in self._clients:
            self._clients[service] = self.client_of(Credentials("test", "test"), service)
        return self._clients[service]

    def client_of(self, who: Credentials, service: str) -> Any:  # noqa: ANN401 - as above
        """Give somebody's AWS client."""
        session: Any = boto3.Session(who.access_key, who.secret_key, region_name=self.region)
        return session.client(service, endpoint_url=self.url, verify=self.authority)

    def objects(self, sweep_id: str) -> dict[str, bytes]:
        """Give a sweep's result objects by the name they have in its folder."""
        bucket = self.outputs["ResultsBucket"]
        return {
            key.rpartition("/")[2]: self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            for key in self._keys(sweep_id)
        }

    def count_objects(self, sweep_id: str) -> int:
        """Count a sweep's result objects."""
        return len(self._keys(sweep_id))

    def _keys(self, sweep_id: str) -> list[str]:
        where = {"Bucket": self.outputs["ResultsBucket"], "Prefix": f"sweeps/{sweep_id}/results/"}
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(**where)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def deliver(self, payload: object) -> None:
        """Hand a payload to a worker as the parent does."""
        event = {"FunctionName": self.outputs["WorkerFunction"], "InvocationType": "Event"}
        self.client("lambda").invoke(**event, Payload=json.dumps(payload).encode())

    def processes(self) -> tuple[int, ...]:
        """Give the numbers of the stack's processes: the emulator's, and those that run functions."""
        return ProcessGroup(**json.loads((self.folder / "process.json").read_text())["group"]).members

    def items(self) -> int:
        """Count what the ledger's table holds."""
        return int(self.client("dynamodb").scan(TableName=self.outputs["LedgerTable"], Select="COUNT")["Count"])

    def log(self, function: str) -> list[str]:
        """Give every line that a function, by its logical name in lower case, and its platform have written."""
        events = self.client("logs").get_paginator("filter_log_events")
        pages = events.paginate(logGroupName=f"/aws/lambda/sweep-{function}")
        return [event["message"] for page in pages for event in page["events"]]

    def invocations(self, function: str) -> int:
        """Count how often a function was run, by what the platform logs before anything of ours."""
        return sum(line.startswith("START RequestId:") for line in self.log(function))

    def facts(self, function: str, fact: str, **values: object) -> list[dict[str, Any]]:
        """Give a function's own log lines that state a fact about something."""
        lines = (json.loads(line) for line in self.log(function) if line.startswith("{"))
        return [line for line in lines if line.get("fact") == fact and values.items() <= line.items()]

    def role(self, function: str) -> str:
        """Give the name of a function's role, the function by its logical name."""
        name = self.outputs[f"{function}Function"]
        arn = self.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        return str(arn).rpartition("/")[2]

    def function(self, function: str, **variables: str) -> Function:
        """Give a function's bundle with the environment that the template and Lambda give it, for a runtime."""
        name = self.outputs[f"{function}Function"]
        known = self.client("lambda").get_function_configuration(FunctionName=name)
        aws = {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": self.authority,
        }
        environment = known["Environment"]["Variables"] | aws | variables
        return Function(self.folder / "build" / function, known["Handler"], environment, known["Timeout"])

    def log_group(self, function: str) -> str:
        """Give the ARN under which a function's log streams lie."""
        name = f"/aws/lambda/sweep-{function.lower()}"
        (group,) = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return f"{str(group['arn']).removesuffix(':*')}:*"

    def queue(self) -> str:
        """Give the ARN of the queue of undelivered shards."""
        queue = {"QueueUrl": self.outputs["UndeliveredQueueUrl"], "AttributeNames": ["QueueArn"]}
        return str(self.client("sqs").get_queue_attributes(**queue)["Attributes"]["QueueArn"])

    @contextmanager
    def changed(self, function: str, **settings: Any) -> Iterator[None]:  # noqa: ANN401 - Lambda's own settings
        """Run a function, by its logical name, with some of its settings changed for a while."""
        name = self.outputs[f"{function}Function"]
        functions = self.client("lambda")
        before = functions.get_function_configuration(FunctionName=name)
        functions.update_function_configuration(FunctionName=name, **settings)
        try:
            yield
        finally:
            earlier = {key: before[key] for key in settings}
            functions.update_function_configuration(FunctionName=name, **earlier)

    @contextmanager
    def told(self, function: str, **variables: str) -> Iterator[None]:
        """Run a function with some of its environment's variables changed for a while."""
        name = self.outputs[f"{function}Function"]
        known = self.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        with self.changed(function, Environment={"Variables": known | variables}):
            yield

    @contextmanager
    def workers_at(self, url: str) -> Iterator[None]:
        """Have the worker's events sent to an address for a while."""
        with self.told("Worker", MINISTACK_LAMBDA_PROXY_URL=url):
            yield


def bring_up(name: str) -> Cloud:
    """Start a stack, or update it, as `make stack-up` does, with the tests' own targets in its bundle."""
    done = _stack("up", "--name", name, "--json", *(f"--parameter={key}={value}" for key, value in PARAMETERS.items()))
    assert done.returncode == 0, done.stderr
    return Cloud(name, json.loads(done.stdout))


def take_down(name: str) -> None:
    """Stop a stack as `make stack-down` does."""
    done = _stack("down", "--name", name)
    assert done.returncode == 0, done.stderr


def new_name() -> str:
    """Think of a name for a stack."""
    return f"test-{uuid.uuid4().hex[:12]}"


def _stack(*arguments: str) -> subprocess.CompletedProcess[str]:
    # The tests may themselves be run by make, whose settings are not meant for the one that builds the bundle.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    environment = inherited | {"TARGETS": str(Path(__file__).parent / "trial")}
    command = [str(PYTHON), "-m", "infra.local.stack", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
