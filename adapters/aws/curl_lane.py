"""A lane: one request at a time to invoke a function, over a connection that libcurl keeps for the next."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

import pycurl

from adapters.aws.curl_errors import judge_failure
from adapters.aws.curl_handle import new_handle
from adapters.aws.lambda_errors import ACCEPTED, Judgement, judge_answer

# What an error's answer can be: more of it is not read.
_LONGEST_BODY = 65_536
_FIRST_FINAL = 200
_GO: int = pycurl.PREREQFUNC_OK
_STAY: int = pycurl.PREREQFUNC_ABORT
_CODE = b"x-amzn-errortype:"
_TYPE = "Content-Type: application/json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a function is invoked, the file of the certificates that prove it, and the way there.

    An attempt lasts `connect_seconds` for its connection, and `seconds` as a whole. `proxy` is "" for none.
    """

    url: str
    certificates: str
    connect_seconds: float
    seconds: float
    proxy: str = ""


class Lane:
    """Sends what it is loaded with, and says what the answer means.

    Where the other side closes a kept connection before it answers, libcurl sends the request again, on a new one,
    although the other side may have taken the first. A worker bears that, so it is allowed: `sends` counts each as an
    attempt, and the lane asks first whether the policy has another.
    """

    def __init__(self, address: Address) -> None:
        """Prepare all that requests have in common."""
        self.curl = curl = new_handle(address.certificates, address.connect_seconds)
        self.sends = 0
        self._may_send_again: Callable[[Lane], bool] = _never
        self._headers: list[bytes] = []
        self._body = bytearray()
        curl.setopt(pycurl.URL, address.url)
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.USERAGENT, "serverless-sweep")
        curl.setopt(pycurl.PROXY, address.proxy)
        curl.setopt(pycurl.TIMEOUT_MS, ceil(address.seconds * 1000))
        curl.setopt(pycurl.HEADERFUNCTION, self._headers.append)
        curl.setopt(pycurl.WRITEFUNCTION, self._keep)
        curl.setopt(pycurl.PREREQFUNCTION, self._before_sending)

    def load(self, payload: bytes, headers: list[str], may_send_again: Callable[[Lane], bool]) -> None:
        """Make ready to send a payload."""
        self.sends = 0
        self._may_send_again = may_send_again
        self._headers.clear()
        self._body.clear()
        self.curl.setopt(pycurl.POSTFIELDS, payload)
        self.curl.setopt(pycurl.HTTPHEADER, [_TYPE, *headers])

    def judged(self, error: int) -> Judgement | None:
        """Return what became of the request, which libcurl has ended with this error (0 for none); None: accepted.

        Once a whole head has been read the answer counts, even if the connection breaks after it.
        """
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        if error and not (status >= _FIRST_FINAL and self._is_whole()):
            return judge_failure(error, sent=self.sends > 0)
        return None if status == ACCEPTED else judge_answer(status, self._code())

    def _is_whole(self) -> bool:
        """Whether the head of an answer has been read to its empty line."""
        return bool(self._headers) and self._headers[-1] == b"\r\n"

    def _code(self) -> str:
        """Return the code of an error, from where Lambda writes it; as botocore, in the body if not in a header."""
        code = next((line[len(_CODE) :] for line in reversed(self._headers) if line.lower().startswith(_CODE)), b"")
        return (code.decode("latin-1").strip() or self._code_in_body()).partition(":")[0].rpartition("#")[2]

    def _code_in_body(self) -> str:
        with suppress(ValueError, AttributeError):
            document = json.loads(self._body)
            return str(document.get("code") or document.get("__type") or "")
        return ""

    def _keep(self, data: bytes) -> int:
        self._body += data
        # To take less than all ends the request.
        return len(data) if len(self._body) <= _LONGEST_BODY else 0

    def _before_sending(self, *_: object) -> int:
        allowed = self.sends == 0 or self._may_send_again(self)
        self.sends += allowed
        return _GO if allowed else _STAY


def _never(_: Lane) -> bool:
    return False
