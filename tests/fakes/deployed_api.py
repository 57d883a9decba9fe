"""A deployed stack on loopback: CloudFormation's description of it, its API over ports in memory, and faults."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.api import ApiDesk
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

API = "/_aws/execute-api/api1/v1"
_OUTPUTS = {"Endpoint": "https://api1.execute-api.us-east-1.amazonaws.com/v1/sweeps", "ApiId": "api1", "ApiStage": "v1"}
# The answer of DescribeStacks, as CloudFormation's API reference has it.
_DESCRIPTION = (
    "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>lab</StackName>"
    "<StackStatus>{status}</StackStatus><Outputs>{outputs}</Outputs></member></Stacks></DescribeStacksResult>"
    "</DescribeStacksResponse>"
)
_OUTPUT = "<member><OutputKey>{}</OutputKey><OutputValue>{}</OutputValue></member>"
_ERROR = "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>no</Message></Error></ErrorResponse>"

# Answers one request in a way of its own; calls the function for what the API says.
Fault = Callable[[LoopbackHandler, Callable[[], dict[str, Any]]], None]


class DeployedApi(LoopbackServer):
    """A stack called `lab`. Each of `faults` spoils one request to the API, the first one the next."""

    def __init__(self, desk: ApiDesk) -> None:
        """Serve the API of a desk."""
        super().__init__(_Handler)
        self.desk = desk
        self.faults: deque[Fault] = deque()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.status, self.outputs, self.refusal = "CREATE_COMPLETE", _OUTPUTS, (0, "")

    @property
    def submissions(self) -> list[str]:
        """The idempotency keys of the requests to submit, in order."""
        return [
            headers.get("idempotency-key", "") for method, path, headers in self.requests if (method, path) == _SUBMIT
        ]


# What the gateway calls the next part of a path.
_NAMES = {"sweeps": "id", "tables": "digest"}
_SUBMIT = ("POST", f"{API}/sweeps")


class _Handler(LoopbackHandler):
    server: DeployedApi

    def respond(self) -> None:
        """Answer as the stack."""
        body = self.read_body()
        path = urlsplit(self.path).path
        if path == "/":
            self._describe_stack(dict(parse_qsl(body.decode())))
            return
        self.server.requests.append((self.command, path, {name.lower(): text for name, text in self.headers.items()}))
        if self.server.faults:
            self.server.faults.popleft()(self, lambda: self._ask(path, body))
        else:
            send(self, self._ask(path, body))

    def _describe_stack(self, asked: dict[str, str]) -> None:
        status, code = self.server.refusal
        if asked.get("StackName") != "lab":
            status, code = 400, "ValidationError"
        text = _ERROR.format(code)
        if not code:
            outputs = "".join(_OUTPUT.format(*pair) for pair in self.server.outputs.items())
            status, text = 200, _DESCRIPTION.format(status=self.server.status, outputs=outputs)
        self.answer(status, text.encode(), {"Content-Type": "text/xml"})

    def _ask(self, path: str, body: bytes) -> dict[str, Any]:
        assert path.startswith(API)
        assert "/us-east-1/execute-api/aws4_request" in self.headers["Authorization"]
        _, collection, *parts = path.removeprefix(API).split("/")
        name = _NAMES[collection]
        event: dict[str, Any] = {
            "httpMethod": self.command,
            "resource": "/".join(["", collection, *([f"{{{name}}}"] if parts else []), *parts[1:]]),
            "pathParameters": {name: unquote(parts[0])} if parts else None,
            "queryStringParameters": dict(parse_qsl(urlsplit(self.path).query)) or None,
            "headers": dict(self.headers.items()),
            "requestContext": {"requestId": "r-1", "identity": {"userArn": "arn:aws:iam::1:user/u"}},
            "body": body.decode() or None,
        }
        return self.server.desk.api(event, lambda: 29.0)


def send(handler: LoopbackHandler, answer: dict[str, Any]) -> None:
    """Send an answer of the API."""
    handler.answer(answer["statusCode"], answer["body"].encode(), answer["headers"])


def lost(handler: LoopbackHandler, ask: Callable[[], dict[str, Any]]) -> None:
    """Have the API do what is asked, and end the connection without an answer."""
    ask()
    handler.close_connection = True


def cut(handler: LoopbackHandler, ask: Callable[[], dict[str, Any]]) -> None:
    """Have the API do what is asked, and send half of its answer."""
    body = ask()["body"].encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def refusing(status: int, **headers: str) -> Fault:
    """Return a fault that answers with this status and does nothing."""

    def refuse(handler: LoopbackHandler, _: Callable[[], dict[str, Any]]) -> None:
        body = json.dumps({"title": "no", "status": status, "detail": "not now"}).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        handler.answer(status, body, {"Content-Type": "application/problem+json", **named})

    return refuse


def html(status: int) -> Fault:
    """Return a fault that answers with a page, as a proxy does."""
    return lambda handler, _: handler.answer(status, b"<html>Log in</html>", {"Content-Type": "text/html"})
