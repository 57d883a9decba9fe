"""Sends events over libcurl: hundreds in flight on one thread, for a fifteenth of boto3's share of the processor."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic
from urllib.parse import quote

from adapters.aws.credentials import CredentialsMissingError, credentials
from adapters.aws.curl_lane import Address, Lane
from adapters.aws.curl_wire import Wire
from adapters.aws.endpoints import certificates, endpoint_of, proxy_of
from adapters.aws.events import T
from adapters.aws.lambda_errors import Judgement
from adapters.aws.sending import Sending
from adapters.aws.signature import Signer
from adapters.machine.json_log import JsonLog
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import FINAL, Deadline, DispatchPolicy, Verdict
from domain.reasons import Reason

# A connection costs as much of the processor as sixteen requests: each so many accepted events earn one more.
_FIRST_LANES = 48
_ACCEPTED_A_LANE = 16
_CONNECT_SECONDS = 1.0
# In seconds: libcurl wakes the wait for each answer.
_LONGEST_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class CurlSender:
    """The `EventSender` of one function. Its connections last from one dispatch to the next."""

    address: Address
    signer: Signer
    policy: DispatchPolicy
    log: JsonLog
    wires: list[Wire]  # those that no dispatch uses

    def send(self, events: Iterable[T], payload_of: Callable[[T], bytes], deadline: Deadline) -> Iterator[Outcome]:
        """Send each event, and yield its one outcome as soon as it is known; failures are outcomes."""
        wire = self.wires.pop() if self.wires else Wire(self.address, self.policy.concurrency)
        flight = _Flight(self, wire, Sending(self.policy, deadline, self.log), iter(events), payload_of)
        try:
            yield from flight.outcomes()
        finally:
            # The caller may have stopped reading: what is in flight would have no outcome.
            wire.abandon()
            self.wires.append(wire)


def curl_sender(function: str, policy: DispatchPolicy, log: JsonLog) -> CurlSender:
    """Return the sender of a function in this process's account; raises `EndpointMissingError`.

    An attempt ends within the policy's reserve, even one that begins as late as the policy allows.
    """
    endpoint = endpoint_of("lambda")
    # As botocore escapes it.
    url = f"{endpoint.url}/2015-03-31/functions/{quote(function, safe='-_.~')}/invocations"
    address = Address(url, certificates(), _CONNECT_SECONDS, max(2.0, policy.reserve - 1.0), proxy_of(url))
    return CurlSender(address, Signer(url, endpoint.region, credentials), policy, log, [])


@dataclass(slots=True)
class _Try(Generic[T]):
    """An event on its way, and how many attempts were made."""

    event: T
    attempts: int = 0
    credentials: object = None


class _Flight(Generic[T]):
    """One dispatch: events leave as lanes are free and retries are due."""

    def __init__(
        self,
        sender: CurlSender,
        wire: Wire,
        sending: Sending,
        events: Iterator[T],
        payload_of: Callable[[T], bytes],
    ) -> None:
        self._signer = sender.signer
        self._wire = wire
        self._sending = sending
        self._events = events
        self._payload_of = payload_of
        self._tries: dict[Lane, _Try[T]] = {}
        # By when they are due: what failed, and may pass.
        self._later: list[tuple[float, int, _Try[T]]] = []
        self._order = itertools.count()
        self._accepted = 0

    def outcomes(self) -> Iterator[Outcome]:
        while True:
            yield from self._launched()
            if not self._wire.flying and not self._later:
                return
            for lane, error in self._wire.landed(self._patience()):
                outcome = self._landed(lane, error)
                if outcome:
                    yield outcome

    def _launched(self) -> Iterator[Outcome]:
        """Send what lanes are free for, and yield the outcomes of what cannot be sent."""
        earned = max(self._wire.lanes, _FIRST_LANES + self._accepted // _ACCEPTED_A_LANE)
        most = min(self._wire.most, earned)
        while self._wire.flying < most:
            one = self._next()
            if one is None:
                return
            outcome = self._launch(one)
            if outcome:
                yield outcome

    def _next(self) -> _Try[T] | None:
        if self._later and (self._later[0][0] <= time.monotonic() or not self._sending.may_begin):
            return heapq.heappop(self._later)[2]
        event = next(self._events, None)
        return None if event is None else _Try(event)

    def _launch(self, one: _Try[T]) -> Outcome | None:
        """Send an event, or return why not."""
        if not self._sending.may_begin:
            return Outcome.of(one.event, OutcomeKind.DEFERRED, self._sending.reason, one.attempts)
        try:
            payload = self._payload_of(one.event)
        except Exception as error:  # noqa: BLE001 - an exception here would cost the event its outcome
            self._sending.log_once(type(error).__name__, Reason.PAYLOAD_REFUSED)
            return Outcome.of(one.event, OutcomeKind.REJECTED, Reason.PAYLOAD_REFUSED, one.attempts)
        try:
            headers = self._signer.headers(payload)
        except CredentialsMissingError as error:
            one.attempts += 1
            return self._failed(one, Judgement(Verdict.STOP, Reason.CLIENT_MISCONFIGURED, str(error)))
        lane = self._wire.lane()
        lane.load(payload, headers, self._may_send_again)
        one.credentials = self._signer.credentials
        self._tries[lane] = one
        self._wire.send(lane)
        return None

    def _landed(self, lane: Lane, error: int) -> Outcome | None:
        """Return the outcome of what a lane has sent, or None if it is to be sent again."""
        one = self._tries.pop(lane)
        # One that found no connection was an attempt as well.
        one.attempts += max(lane.sends, 1)
        judgement = lane.judged(error)
        if judgement is None:
            self._accepted += 1
            return Outcome.of(one.event, OutcomeKind.ACCEPTED, attempts=one.attempts)
        return self._failed(one, judgement)

    def _failed(self, one: _Try[T], judgement: Judgement) -> Outcome | None:
        self._sending.log_once(judgement.code, judgement.reason)
        verdict = judgement.verdict
        if judgement.reason is Reason.CREDENTIALS_REFUSED and self._is_renewed(one):
            verdict = Verdict.RETRY
        if verdict is Verdict.RETRY:
            seconds = self._sending.pause_after(one.attempts)
            if seconds is not None:
                heapq.heappush(self._later, (time.monotonic() + seconds, next(self._order), one))
                return None
        if verdict is Verdict.STOP:
            self._sending.stop(judgement.reason)
        return Outcome.of(one.event, FINAL[verdict], judgement.reason, one.attempts)

    def _is_renewed(self, one: _Try[T]) -> bool:
        """Whether the credentials that an event was signed with have been replaced on its way."""
        return self._signer.renewed() != one.credentials

    def _may_send_again(self, lane: Lane) -> bool:
        """Whether libcurl may send a request once more, because a kept connection closed without an answer."""
        return self._sending.may_begin and self._sending.may_repeat(self._tries[lane].attempts + lane.sends)

    def _patience(self) -> float:
        """Return the seconds until the next retry is due."""
        if not self._later:
            return _LONGEST_WAIT
        return min(max(self._later[0][0] - time.monotonic(), 0.0), _LONGEST_WAIT)
