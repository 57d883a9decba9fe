"""What it means that libcurl did not finish a request: by its error code, and by whether the request was sent."""

from __future__ import annotations

import pycurl

from adapters.aws.lambda_errors import Judgement
from domain.dispatch_policy import Verdict
from domain.reasons import Reason

# The file of certificates cannot be read, or libcurl cannot do what it is asked: every request would fail so.
MISCONFIGURED = {
    pycurl.E_BAD_FUNCTION_ARGUMENT,
    pycurl.E_FAILED_INIT,
    pycurl.E_NOT_BUILT_IN,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_UNKNOWN_OPTION,
    pycurl.E_UNSUPPORTED_PROTOCOL,
    pycurl.E_URL_MALFORMAT,
}


def judge_failure(error: int, *, sent: bool) -> Judgement:
    """Return what an error (`pycurl.E_...`) means for a request, of which a part may have been sent."""
    if sent:
        silent = error == pycurl.E_OPERATION_TIMEDOUT
        reason = Reason.NO_ANSWER if silent else Reason.CONNECTION_LOST
        return Judgement(Verdict.UNKNOWN, reason, f"Curl{error}")
    if error in MISCONFIGURED:
        return Judgement(Verdict.STOP, Reason.CLIENT_MISCONFIGURED, f"Curl{error}")
    return Judgement(Verdict.RETRY, Reason.NOT_CONNECTED, f"Curl{error}")
