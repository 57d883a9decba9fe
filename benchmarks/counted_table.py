"""moto in the place of DynamoDB, in a process of its own, which counts the calls and the units of writes."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Any

from tests.fakes.aws import dynamodb, make_table, moto_server
from tests.fakes.capacity import write_units

Environ = dict[str, Any]
Application = Callable[[Any, Any], Iterable[bytes]]


class Counted:
    """Counts the calls before moto answers them, and how often each item is written."""

    def __init__(self, moto: Application) -> None:
        """Stand before moto."""
        self._moto = moto
        self.calls: Counter[str] = Counter()
        self.writes: Counter[tuple[str, str]] = Counter()

    def __call__(self, environ: Environ, respond: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI
        """Count and pass on one call."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        self.calls[operation] += 1
        if operation in {"PutItem", "UpdateItem"}:
            request = json.loads(body)
            key = request.get("Item") or request["Key"]
            self.writes[key["pk"]["S"], key["sk"]["S"]] += 1
        return self._moto(environ, respond)

    def clear(self) -> None:
        """Count anew."""
        self.calls, self.writes = Counter(), Counter()


def serve(pipe: Connection, table: str) -> None:
    """Serve one table until the pipe is closed. Send the address, and at each message what was counted since the last.

    An item is taken as large as it is then at each of its writes, so that units are at most too many.
    """
    found: list[Counted] = []

    def counting(moto: Application) -> Counted:
        found.append(Counted(moto))
        return found[0]

    with moto_server(behind=counting) as url:
        (counted,) = found
        client = dynamodb(url)
        make_table(client, table)
        pipe.send(url)
        while True:
            try:
                pipe.recv()
            except EOFError:
                return
            calls, writes = Counter(counted.calls), dict(counted.writes)
            units = 0
            for (pk, sk), times in writes.items():
                answer: Any = client.get_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
                units += times * write_units(answer["Item"])
            counted.clear()
            pipe.send((calls, units))
