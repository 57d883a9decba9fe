"""Signed requests of a `requests` session, as a library needs them that sends its own."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from tests.e2e.deployed.api import Api


class SignedBy(AuthBase):
    """Signs each prepared request by the caller of an API."""

    def __init__(self, api: Api) -> None:
        """Sign for the API's region."""
        self._signer = SigV4Auth(api.caller, "execute-api", api.region)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with its signature, in the place of any other."""
        url = urlsplit(str(request.url))
        # A signature is over the query as AWS writes it.
        query = urlencode(parse_qsl(url.query, keep_blank_values=True), quote_via=quote, safe="-_.~")
        request.url = url._replace(query=query).geturl()
        unsigned = AWSRequest(str(request.method), request.url, data=request.body or b"")
        self._signer.add_auth(unsigned)
        request.headers.update(unsigned.headers)
        return request


def signed_session(api: Api) -> requests.Session:
    """Return a session that signs by the caller of an API, and keeps its connection."""
    session = requests.Session()
    session.auth = SignedBy(api)
    session.verify = api.authority
    session.trust_env = False
    session.mount("https://", HTTPAdapter(pool_maxsize=1))
    return session
