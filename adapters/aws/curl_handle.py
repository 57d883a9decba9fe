"""A handle of libcurl as both of its users start from: the one place that says what is trusted and what is left out."""

from __future__ import annotations

from math import ceil

import pycurl


def new_handle(certificates: str, connect_seconds: float) -> pycurl.Curl:
    """Return a handle that trusts the certificates of a file, those that libcurl knows if its name is empty.

    No switch of ours turns verification off. libcurl follows no redirect, keeps no cookie, reads no netrc and unpacks
    nothing unless it is asked to; a proxy is set by the caller, so that libcurl looks for none itself.
    """
    handle = pycurl.Curl()
    handle.setopt(pycurl.SSL_VERIFYPEER, 1)
    handle.setopt(pycurl.SSL_VERIFYHOST, 2)
    if certificates:
        handle.setopt(pycurl.CAINFO, certificates)
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    # Signals interrupt one thread only.
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.TCP_KEEPALIVE, 1)
    handle.setopt(pycurl.CONNECTTIMEOUT_MS, ceil(connect_seconds * 1000))
    return handle
