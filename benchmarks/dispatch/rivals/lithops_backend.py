"""Lithops's own path: `AWSLambdaBackend.invoke` on a thread pool, as its invoker calls it.

It is at its best: a connection for each thread, and Nagle's algorithm off, which Lithops leaves on.
"""

from __future__ import annotations

import os
import re
import socket
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.httpsession import URLLib3Session
from lithops.serverless.backends.aws_lambda.aws_lambda import AWSLambdaBackend

from application.documents.space import space_document
from benchmarks.dispatch.job import REGION, Job, named
from domain.plan import Shard

_CONFIG = {"user_agent": "lithops", "region": REGION, "execution_role": "role", "account_id": "1", "user_id": "user"}


def prepare(job: Job) -> Callable[[], Counter[str]]:
    """Make the backend, and return what dispatches; its payload is a document, which it encodes itself."""
    names = {"access_key_id": "AWS_ACCESS_KEY_ID", "secret_access_key": "AWS_SECRET_ACCESS_KEY"}
    names["session_token"] = "AWS_SESSION_TOKEN"  # noqa: S105 - the name of a variable
    backend = AWSLambdaBackend({**_CONFIG, **{key: os.environ[name] for key, name in names.items()}}, None)
    backend.host = job.host
    options: Any = {"verify": job.authority, "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]}
    backend.session = URLLib3Session(max_pool_connections=job.concurrency, **options)
    document_of = _documents(job)

    def invoke(shard: Shard) -> int:
        try:
            backend.invoke("runtime", 256, document_of(shard))
        except Exception as error:  # noqa: BLE001 - what the backend raises for any status but 202
            found = re.match(r"Error (\d+)", str(error))
            return int(found[1]) if found else 0
        return 202

    def dispatch() -> Counter[str]:
        with ThreadPoolExecutor(job.concurrency) as pool:
            return Counter(map(named, pool.map(invoke, job.sweep.plan)))

    return dispatch


def _documents(job: Job) -> Callable[[Shard], dict[str, Any]]:
    request = job.sweep.request
    shared = {"version": 1, "sweep_id": job.sweep.id}
    space = {"space": space_document(request.design, request.constants), "target": request.target}
    return lambda shard: {
        **shared,
        "shard": {"number": shard.number, "start": shard.start, "stop": shard.stop},
        **space,
    }
