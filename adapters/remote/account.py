"""The caller's own AWS settings: credentials, region, endpoint and authorities, by botocore's chain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
    SSOError,
)
from botocore.exceptions import ConnectionError as UnreachableError
from botocore.session import Session
from botocore.utils import ensure_boolean

from domain.errors import DependencyUnavailable, PlaceUnusable

_NO_KEY = "there are no AWS credentials; set them up with `aws configure` or `aws sso login`, or name a --profile"
_EXPIRED = "the credentials have expired; get new ones, as by `aws sso login`, and type the command again"
_UNKNOWN = "AWS does not know the key; check the profile, and whether it is of this account"
_WRONG = "the signature is wrong; check the secret key, and this machine's clock"
# What the caller can do, by AWS's codes about the caller ("Common errors", API references).
_REFUSALS = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": "the request was signed too long ago; set this machine's clock",
    "InvalidClientTokenId": _UNKNOWN,
    "UnrecognizedClientException": _UNKNOWN,
    "SignatureDoesNotMatch": _WRONG,
    "InvalidSignatureException": _WRONG,
    "MissingAuthenticationTokenException": "the API may be older than this client; deploy it again",
    "OptInRequired": "the account has no right to this service or region",
}


# How long a client waits, in seconds: for a connection, and for an answer.
_CONNECT, _READ = 5, 10


@dataclass(frozen=True, slots=True)
class Account:
    """Whose stack it is, as the caller says it; what is None comes from the environment and from AWS's own files.

    `config` is a file in the form of ~/.aws/config that has the profile; what it says goes before the environment.
    """

    region: str | None = None
    profile: str | None = None
    config: Path | None = None

    def session(self) -> Session:
        """Return a session with these settings; raises `PlaceUnusable` for a profile that is none."""
        session = Session(profile=self.profile)
        if self.config:
            session.set_config_variable("config_file", str(self.config))
        with translated():
            profile = session.get_scoped_config()
        own = profile if self.config else {}
        region = self.region or own.get("region") or os.environ.get("AWS_REGION")
        for name, value in (("region", region), ("ca_bundle", own.get("ca_bundle"))):
            if value:
                session.set_config_variable(name, value)
        return session

    def endpoint(self, session: Session) -> str | None:
        """Return the endpoint that stands for all of AWS, such as an emulator; None for AWS itself.

        It is AWS_ENDPOINT_URL or the profile's `endpoint_url` (AWS SDKs and Tools Reference Guide, "Service-specific
        endpoints").
        """
        named: str | None = session.get_scoped_config().get("endpoint_url")
        if self.config:
            return named
        if ensure_boolean(session.get_config_variable("ignore_configured_endpoint_urls")):
            return None
        return os.environ.get("AWS_ENDPOINT_URL") or named


def aws_client(session: Session, service: str, authorities: str | bool, endpoint: str | None, attempts: int) -> Any:  # noqa: ANN401, FBT001 - botocore makes its clients' types at run time, and has this form of authorities
    """Return a client of a service of AWS that makes so many attempts of a call, and waits some seconds for each."""
    config = Config(
        connect_timeout=_CONNECT, read_timeout=_READ, retries={"total_max_attempts": attempts, "mode": "standard"}
    )
    return session.create_client(service, config=config, verify=authorities, endpoint_url=endpoint)


def credentials_of(session: Session) -> ReadOnlyCredentials:
    """Return the key with which to sign now, a new one where the last has expired; raises `PlaceUnusable`."""
    with translated():
        found: Credentials | None = session.get_credentials()
        if found is None:
            raise PlaceUnusable(_NO_KEY)
        return found.get_frozen_credentials()


def authorities_of(session: Session) -> str | bool:
    """Return the path of the bundle of authorities to trust, from AWS_CA_BUNDLE or the profile, or True for the usual.

    Raises `PlaceUnusable` for a bundle that is not there.
    """
    bundle: str | None = session.get_config_variable("ca_bundle")
    if bundle and not Path(bundle).exists():
        raise PlaceUnusable(f"there is no bundle of authorities at {bundle}, which AWS_CA_BUNDLE or the profile names")
    return bundle or True


def refusal(code: str) -> str | None:
    """Return what to do about AWS's refusal of the caller, by its code; None for a code about something else."""
    return _REFUSALS.get(code)


@contextmanager
def translated() -> Iterator[None]:
    """Translate the errors of botocore's chain."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise PlaceUnusable(_NO_KEY) from error
    except NoRegionError as error:
        raise PlaceUnusable("no region is said; name it with --region, or set AWS_REGION") from error
    except InvalidRegionError as error:
        raise PlaceUnusable("the region's name is no host name; regions are called as in us-east-1") from error
    except (ProfileNotFound, ConfigNotFound, ConfigParseError) as error:
        raise PlaceUnusable(f"AWS's configuration cannot be used: {error}") from error
    except (CredentialRetrievalError, SSOError) as error:
        raise PlaceUnusable(
            "the credentials cannot be renewed; get new ones, as by `aws sso login`, and type the command again"
        ) from error
    except SSLError as error:
        raise PlaceUnusable(
            "AWS's certificate is not trusted here; if it should be, name its authority in AWS_CA_BUNDLE"
        ) from error
    except (UnreachableError, HTTPClientError) as error:
        raise DependencyUnavailable("AWS cannot be reached; check the network, and the region's name") from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise PlaceUnusable(refusal(code) or f"AWS refuses the credentials: {code}") from error
    except BotoCoreError as error:
        raise DependencyUnavailable(f"AWS does not answer: {type(error).__name__}") from error
