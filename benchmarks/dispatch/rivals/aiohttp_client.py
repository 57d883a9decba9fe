"""aiohttp on one event loop, with our signature."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Iterator

import aiohttp

from application.documents.payload import Payloads
from benchmarks.dispatch.job import PATH, Job, named
from benchmarks.dispatch.rivals.signed import Headers, signed_headers


def prepare(job: Job) -> Callable[[], Counter[str]]:
    """Load the authority, and return what dispatches."""
    context = ssl.create_default_context(cafile=job.authority)
    return lambda: asyncio.run(_dispatch(job, context))


async def _dispatch(job: Job, context: ssl.SSLContext) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    payloads = map(Payloads(job.sweep).of, job.sweep.plan)
    connector = aiohttp.TCPConnector(limit=job.concurrency, ssl=context)
    async with aiohttp.ClientSession(connector=connector) as session:
        headers = signed_headers(job)
        senders = (_send(session, job.endpoint + PATH, headers, payloads, outcomes) for _ in range(job.concurrency))
        await asyncio.gather(*senders)
    return outcomes


async def _send(
    session: aiohttp.ClientSession, url: str, headers: Headers, payloads: Iterator[bytes], outcomes: Counter[str]
) -> None:
    """Send one event after another, until all are sent."""
    for payload in payloads:
        async with session.post(url, data=payload, headers=headers(payload)) as response:
            await response.read()
            outcomes[named(response.status)] += 1
