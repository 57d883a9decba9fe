"""The faults of what stands for DynamoDB and S3: they come before, or after, what it would do."""

from __future__ import annotations

import io
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from tests.e2e.chaos.breaking import break_connection
from tests.e2e.chaos.caller import Caller
from tests.e2e.chaos.faults import DYNAMODB, EXPIRED, S3, STALE, UNPROCESSED, Break, Fault, Refusal, Requests
from tests.e2e.chaos.script import Occurrences, Script, plain

Environ = dict[str, Any]
Respond = Callable[..., Any]
Answer = Iterable[bytes]

# Longer than the ledger waits for an answer, in seconds.
_SILENCE = 2.0
_DYNAMODB, _S3 = Requests("dynamodb", DYNAMODB), Requests("s3", S3)
_MAY_BE_OLD = re.compile(rb'"ConsistentRead": ?false')
_PHRASES = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    409: "Conflict",
    500: "Internal Server Error",
    503: "Unavailable",
}


class FaultyStore:
    """Lets requests through to a store, or breaks them by the script. Without a script nothing breaks."""

    def __init__(self, app: Callable[[Environ, Respond], Answer]) -> None:
        """Stand before a WSGI application."""
        self._app = app
        self._lock = Lock()
        self.counts: Counter[str] = Counter()
        self.set(None)

    def set(self, script: Script | None) -> None:
        """Follow another script from now on, from its beginning."""
        self._script = script
        self._asked = Occurrences()
        self._answers: dict[bytes, str] = {}

    def __call__(self, environ: Environ, respond: Respond) -> Answer:
        """Answer one request."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            raise ConnectionResetError  # the caller was killed
        environ["wsgi.input"] = io.BytesIO(body)
        self.counts["requests"] += 1
        caller = Caller.of(environ.get("HTTP_AUTHORIZATION", ""))
        fault = self._fault(environ, body) if caller and self._script else None
        if isinstance(fault, Break):
            return self._broken(fault, environ, respond, caller)
        if fault is UNPROCESSED and b"RequestItems" in body:
            unprocessed = {"Responses": {}, "UnprocessedKeys": json.loads(body)["RequestItems"]}
            return _answer(respond, 200, "application/x-amz-json-1.0", json.dumps(unprocessed))
        if fault:
            return self._refused(fault, environ, respond)
        if self._script and _MAY_BE_OLD.search(body):
            return self._perhaps_stale(self._script, body, environ, respond)
        return self._passed(environ, respond)

    def _fault(self, environ: Environ, body: bytes) -> Fault | None:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        service = _DYNAMODB if target else _S3
        asked = _call_of(target, body) if target else (environ["REQUEST_METHOD"], plain(environ["PATH_INFO"]))
        script = self._script
        if script is None:
            return None
        if service.has_expired(script, self._asked.next(service.service)):
            fault: Fault | None = EXPIRED
        else:
            fault = service.fault(script, asked, self._asked.next(service.service, asked))
        if fault:
            name = fault.code if isinstance(fault, Refusal) else fault.value
            with self._lock:
                self.counts[f"{service.service}: {name}"] += 1
        return fault

    def _passed(self, environ: Environ, respond: Respond) -> Answer:
        return self._app(environ, respond)

    def _refused(self, fault: Refusal, environ: Environ, respond: Respond) -> Answer:
        is_json = "HTTP_X_AMZ_TARGET" in environ
        kind = "application/x-amz-json-1.0" if is_json else "application/xml"
        body = (
            json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{fault.code}", "message": "as scripted"})
            if is_json
            else f"<Error><Code>{fault.code}</Code><Message>as scripted</Message></Error>"
        )
        return _answer(respond, fault.status, kind, body)

    def _perhaps_stale(self, script: Script, body: bytes, environ: Environ, respond: Respond) -> Answer:
        """Answer a read that may be a moment old; now and then as the last one for the same keys was answered."""
        asked = plain(body.decode())
        earlier = self._answers.get(body)
        if earlier is not None and script.chance("stale", asked, self._asked.next("stale", asked)) < STALE:
            with self._lock:
                self.counts["dynamodb: stale"] += 1
            return _answer(respond, 200, "application/x-amz-json-1.0", earlier)
        parts = list(self._passed(environ, respond))
        self._answers[body] = b"".join(parts).decode()
        return parts

    def _broken(self, fault: Break, environ: Environ, respond: Respond, caller: Caller | None) -> Answer:
        if fault.takes_effect:
            list(self._passed(environ, lambda *_: None))
        if fault is Break.SILENCE:
            time.sleep(_SILENCE)
        if fault.kills and caller:
            caller.kill()
        break_connection(environ["werkzeug.socket"])
        raise ConnectionResetError  # the server then answers nothing


def _answer(respond: Respond, status: int, kind: str, body: str) -> Answer:
    respond(f"{status} {_PHRASES[status]}", [("Content-Type", kind), ("Content-Length", str(len(body.encode())))])
    return [body.encode()]


def _call_of(target: str, body: bytes) -> tuple[str, str]:
    """Return the operation of a call of DynamoDB, and the keys of what it reads or writes."""
    document = json.loads(body)
    keys = re.findall(r'"(?:MARKS|SWEEP|KEY|BLOCK|SHARD|REQUEST|GATE)[^"]*"', json.dumps(document))
    return target.partition(".")[2], plain(" ".join(keys))
