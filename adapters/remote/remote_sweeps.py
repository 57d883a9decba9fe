"""`Sweeps` of a deployed stack, by its API: what the use cases promise, a caller of this client gets."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.documents.routes import CANCEL, FAILURES, PROGRESS, REQUEST, RESULTS, RETRY, SWEEP, SWEEPS, path_of
from adapters.remote import answers
from adapters.remote.signed_api import Call, Reply, SignedApi
from application.bind_rows import bind_rows
from application.cancel_sweep import Cancellation
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.documents.request import request_digest, request_document
from application.follow_sweep import Following
from application.list_failures import FailurePage
from application.list_results import ResultPage
from application.plan_sweep import PlannedSweep
from application.ports.ledger import HeadPage
from application.ports.point_tables import PointTables
from application.submit_sweep import Submission
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep, SweepNotFound
from domain.request import SweepRequest
from domain.space.names import SWEEP_ID
from domain.sweep import Sweep

_JSON = {"Content-Type": "application/json"}
_KEY_BYTES = 16


def bundled(client: RemoteSweeps) -> Sweeps:
    """Return what a caller can ask of a stack by this client."""
    return Sweeps(
        plan=client.plan,
        submit=client.submit,
        describe=client.describe,
        follow=client.follow,
        request=client.request,
        list_sweeps=client.list_sweeps,
        list_results=client.list_results,
        list_failures=client.list_failures,
        retry=client.retry,
        cancel=client.cancel,
    )


@dataclass(frozen=True, slots=True)
class RemoteSweeps:
    """One method for each callable of `Sweeps`; each raises what the use case raises, and `PlaceUnusable`."""

    api: SignedApi
    # Has the points that come from files.
    tables: PointTables | None = None

    def plan(self, request: SweepRequest) -> PlannedSweep:
        """Have the stack check the request by a dry run."""
        self.api.ask(Call("POST", SWEEPS, {"dry_run": "true"}, _body(request), _JSON), no_deadline)
        return PlannedSweep(request)

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        """Submit under the key, else under a new one: a submission that is sent again never makes a second sweep."""
        key = key or secrets.token_hex(_KEY_BYTES)
        headers = {**_JSON, "Idempotency-Key": key}
        reply = self.api.ask(Call("POST", SWEEPS, body=_body(request), headers=headers), deadline)
        # The stack fills in a target that the request leaves open.
        return self._submission(reply, key, request if request.target else None, deadline)

    def retry(self, sweep_id: str, deadline: Deadline) -> Submission:
        """Dispatch again what failed or was lost."""
        return self._submission(self._post(RETRY, sweep_id, deadline), "", None, deadline)

    def cancel(self, sweep_id: str, deadline: Deadline) -> Cancellation:
        """Let no further shard start."""
        reply = self._post(CANCEL, sweep_id, deadline)
        with answers.understood():
            return answers.cancellation_of(reply.document)

    def describe(self, sweep_id: str, deadline: Deadline) -> Description:
        """Return where a sweep stands."""
        reply = self._get(SWEEP, sweep_id, {}, deadline)
        with answers.understood():
            return answers.description_of(reply.document)

    def follow(self, sweep_id: str, cells: int, deadline: Deadline) -> Following:
        """Return how far a sweep is, and the map of its shards."""
        reply = self._get(PROGRESS, sweep_id, {"cells": str(cells)}, deadline)
        with answers.understood():
            return answers.following_of(reply.document)

    def request(self, sweep_id: str, deadline: Deadline) -> SweepRequest:
        """Return what a sweep was asked to compute."""
        # Most commands ask for no request, and need not load what reads one.
        from adapters.documents.request import read_request  # noqa: PLC0415 - as said

        reply = self._get(REQUEST, sweep_id, {}, deadline)
        try:
            return bind_rows(read_request(reply.document), self.tables)
        except InvalidSweep as error:
            raise DependencyUnavailable(f"the request of {sweep_id} is of another version than this client") from error

    def list_sweeps(self, limit: int, after: str | None, deadline: Deadline) -> HeadPage:
        """Return a page of sweeps, newest first."""
        reply = self.api.ask(Call("GET", SWEEPS, _page(limit, after)), deadline)
        with answers.understood():
            return answers.heads_of(reply.document)

    def list_results(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> ResultPage:
        """Return a page of links to result objects."""
        reply = self._get(RESULTS, sweep_id, _page(limit, after), deadline)
        with answers.understood():
            return answers.results_of(reply.document)

    def list_failures(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> FailurePage:
        """Return a page of failures."""
        reply = self._get(FAILURES, sweep_id, _page(limit, after), deadline)
        with answers.understood():
            return answers.failures_of(reply.document)

    def _submission(self, reply: Reply, key: str, request: SweepRequest | None, deadline: Deadline) -> Submission:
        """Return a submission whose answer names the sweep; what the answer lacks is asked for."""
        with answers.understood():
            sweep_id = str(reply.document["sweep_id"])
        now = self.follow(sweep_id, 1, deadline)
        asked = request or self.request(sweep_id, deadline)
        sweep = Sweep(sweep_id, key, request_digest(asked), asked, now.head.created_at)
        with answers.understood():
            dispatched = answers.dispatched_of(reply.document, now.progress)
        return Submission(sweep, dispatched, replayed=reply.status == _ALREADY_THERE or not key)

    def _get(self, resource: str, sweep_id: str, query: Mapping[str, str], deadline: Deadline) -> Reply:
        path = path_of(resource, _checked(sweep_id))
        return self.api.ask(Call("GET", path, query, sweep_id=sweep_id), deadline)

    def _post(self, resource: str, sweep_id: str, deadline: Deadline) -> Reply:
        return self.api.ask(Call("POST", path_of(resource, _checked(sweep_id)), sweep_id=sweep_id), deadline)


# The status of a submission that was known before; a new one has 202.
_ALREADY_THERE = 200


def _body(request: SweepRequest) -> bytes:
    return encode(request_document(request)).encode()


def _page(limit: int, after: str | int | None) -> dict[str, str]:
    return {"limit": str(limit)} | ({} if after is None else {"after": str(after)})


def _checked(sweep_id: str) -> str:
    """Return an id that can stand in a path; raises `SweepNotFound` for what is none."""
    if not re.fullmatch(SWEEP_ID, sweep_id):
        raise SweepNotFound(sweep_id)
    return sweep_id
