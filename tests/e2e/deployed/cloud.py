"""A deployed stack: its API, and its AWS resources by boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.credentials import Credentials

from infra.local.process_group import ProcessGroup
from infra.local.runtime import Function
from tests.e2e.deployed.api import Api


class Cloud(Api):
    """One stack: its API, and the AWS resources that its tests read and change."""

    def __init__(self, name: str, stack: Mapping[str, Any]) -> None:
        """Read the stack's outputs and addresses from the description that `make stack-up` prints."""
        super().__init__(stack)
        self.name = name
        self.url = str(stack["endpoint_url"])
        self.outputs: dict[str, str] = stack["outputs"]
        self.folder = Path(self.authority).parent
        self._clients: dict[str, Any] = {}

    def close(self) -> None:
        """Close every connection, also those of AWS clients."""
        super().close()
        for client in self._clients.values():
            client.close()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
        """Return an AWS client of the deployer, who may do everything."""
        if service not in self._clients:
            self._clients[service] = self.client_of(Credentials("test", "test"), service)
        return self._clients[service]

    def client_of(self, user: Credentials, service: str) -> Any:  # noqa: ANN401 - as above
        """Return an AWS client of a user."""
        session: Any = boto3.Session(user.access_key, user.secret_key, region_name=self.region)
        return session.client(service, endpoint_url=self.url, verify=self.authority)

    def objects(self, sweep_id: str) -> dict[str, bytes]:
        """Return the content of a sweep's result objects by their names in its folder."""
        bucket = self.outputs["ResultsBucket"]
        return {
            key.rpartition("/")[2]: self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            for key in self._keys(sweep_id)
        }

    def count_objects(self, sweep_id: str) -> int:
        """Return how many result objects a sweep has."""
        return len(self._keys(sweep_id))

    def _keys(self, sweep_id: str) -> list[str]:
        where = {"Bucket": self.outputs["ResultsBucket"], "Prefix": f"sweeps/{sweep_id}/results/"}
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(**where)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def dispatch(self, payload: object) -> None:
        """Invoke a worker with a payload, fire and forget, like the parent."""
        event = {"FunctionName": self.outputs["WorkerFunction"], "InvocationType": "Event"}
        self.client("lambda").invoke(**event, Payload=json.dumps(payload).encode())

    def run(self, function: str, event: object) -> dict[str, Any]:
        """Invoke a function with an event and return its answer or its error."""
        name = self.outputs[f"{function}Function"]
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        document: dict[str, Any] = json.loads(answer["Payload"].read())
        return document

    def groups(self) -> tuple[ProcessGroup, ProcessGroup]:
        """Return the emulator with the functions that it runs, and the server of the workers with its runtimes."""
        kept = (json.loads((self.folder / f"{name}.json").read_text())["group"] for name in ("process", "workers"))
        emulator, workers = (ProcessGroup(**group) for group in kept)
        return emulator, workers

    def processes(self) -> tuple[int, ...]:
        """Return the ids of all processes of the stack."""
        return tuple(number for group in self.groups() for number in group.members)

    def items(self) -> int:
        """Return how many items the ledger's table has."""
        return int(self.client("dynamodb").scan(TableName=self.outputs["LedgerTable"], Select="COUNT")["Count"])

    def log(self, function: str) -> list[str]:
        """Return every line in the log of a function, given by its logical name in lower case."""
        events = self.client("logs").get_paginator("filter_log_events")
        pages = events.paginate(logGroupName=f"/aws/lambda/sweep-{function}")
        return [event["message"] for page in pages for event in page["events"]]

    def invocations(self, function: str) -> int:
        """Return how often a function was invoked; the emulator logs each START, even where Lambda would not."""
        return sum(line.startswith("START RequestId:") for line in self.log(function))

    def log_lines(self, function: str, message: str, **values: object) -> list[dict[str, Any]]:
        """Return the function's own log lines that have this message and these values."""
        lines = (json.loads(line) for line in self.log(function) if line.startswith("{"))
        return [line for line in lines if line.get("message") == message and values.items() <= line.items()]

    def role(self, function: str) -> str:
        """Return the name of the role of a function, given by its logical name."""
        name = self.outputs[f"{function}Function"]
        arn = self.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        return str(arn).rpartition("/")[2]

    def function(self, function: str, **variables: str) -> Function:
        """Return a function's bundle with its environment from the template and from Lambda, for a runtime."""
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
        """Return the ARN of the log streams of a function."""
        name = f"/aws/lambda/sweep-{function.lower()}"
        (group,) = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return f"{str(group['arn']).removesuffix(':*')}:*"

    def bucket(self) -> str:
        """Return the ARN of the bucket of results."""
        return f"arn:aws:s3:::{self.outputs['ResultsBucket']}"

    def queue(self) -> str:
        """Return the ARN of the queue of undelivered shards."""
        queue = {"QueueUrl": self.outputs["UndeliveredQueueUrl"], "AttributeNames": ["QueueArn"]}
        return str(self.client("sqs").get_queue_attributes(**queue)["Attributes"]["QueueArn"])

    @contextmanager
    def changed(self, function: str, **settings: Any) -> Iterator[None]:  # noqa: ANN401 - Lambda's own settings
        """Change settings of a function, given by its logical name, within the block."""
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
    def with_environment(self, function: str, **variables: str) -> Iterator[None]:
        """Change variables in the environment of a function within the block."""
        name = self.outputs[f"{function}Function"]
        known = self.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        with self.changed(function, Environment={"Variables": known | variables}):
            yield

    @contextmanager
    def workers_at(self, url: str) -> Iterator[None]:
        """Send the worker's events to an address within the block, instead of to a worker."""
        with self.with_environment("Worker", MINISTACK_LAMBDA_PROXY_URL=url):
            yield
