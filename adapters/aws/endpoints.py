"""Where a service of AWS is reached, and which certificates prove it: what botocore says.

botocore decides, by rules for partitions, FIPS, dual-stack and configured addresses. A function need not load it to be
told the usual hostname of its own region: the template names the domain of the partition (`AWS::URLSuffix`), and a
test compares the hostname with botocore's for each region of each partition.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

# What the template sets: `amazonaws.com`, or the domain of another partition.
DOMAIN = "SWEEP_AWS_DOMAIN"
_REGION = "AWS_DEFAULT_REGION"
_ANY_URL = "AWS_ENDPOINT_URL"
# Any of these can make botocore choose another address than the usual one.
_SWITCHES = (
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_CONFIG_FILE",
    "AWS_PROFILE",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a service, without a slash at its end, and the region that requests are signed for."""

    url: str
    region: str


class EndpointMissingError(Exception):
    """botocore knows no address of the service, as where no region is set; the message names its error."""


def endpoint_of(service: str) -> Endpoint:
    """Return where a service (as botocore names it: `lambda`) is reached; raises `EndpointMissingError`."""
    return _of_environment(service, os.environ) or _of_botocore(service)


def certificates() -> str:
    """Return the file of the certificates that are trusted: `AWS_CA_BUNDLE`, or botocore's own."""
    own = os.environ.get("AWS_CA_BUNDLE")
    # Finding a package does not import it.
    package = find_spec("botocore")
    if own or package is None or package.origin is None:
        return own or ""
    return str(Path(package.origin).parent / "cacert.pem")


def proxy_of(url: str) -> str:
    """Return the proxy that botocore would use for a URL, from the environment, or "" for none."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return ""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow to load, and seldom needed

    parts = urlsplit(url)
    return "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")


def _of_environment(service: str, environment: Mapping[str, str]) -> Endpoint | None:
    region, domain = environment.get(_REGION), environment.get(DOMAIN)
    if not region or any(name in environment for name in _SWITCHES):
        return None
    usual = f"https://{service}.{region}.{domain}" if domain else None
    url = environment.get(f"{_ANY_URL}_{service.upper()}") or environment.get(_ANY_URL) or usual
    return Endpoint(url.rstrip("/"), region) if url else None


def _of_botocore(service: str) -> Endpoint:
    import botocore.session  # noqa: PLC0415 - loaded only where the environment does not say
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - likewise

    try:
        meta = botocore.session.get_session().create_client(service).meta
    except (BotoCoreError, ValueError) as error:
        raise EndpointMissingError(type(error).__name__) from error
    return Endpoint(meta.endpoint_url.rstrip("/"), meta.region_name)
