"""The credentials that requests are signed with: the environment's, else those that botocore finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import botocore.credentials


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key to sign with, and the session token of a temporary one."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


class CredentialsMissingError(Exception):
    """There are no credentials, or what should return them fails; the message names the cause and shows no value."""


# Returns the credentials of this moment. A caller asks before each use, or every second: they may have been renewed.
CredentialSource: TypeAlias = Callable[[], Credentials]


def credentials() -> Credentials:
    """Return the credentials of this moment; raises `CredentialsMissingError`.

    Those of the environment come first, as for botocore, and need no botocore. It renews others before they expire.
    """
    return _of_environment(os.environ) or _of_botocore()


def _of_environment(environment: Mapping[str, str]) -> Credentials | None:
    access_key, secret_key = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    # Credentials that say when they expire are botocore's to check.
    if not access_key or not secret_key or "AWS_CREDENTIAL_EXPIRATION" in environment:
        return None
    # The second name is the older one of the same thing.
    token = environment.get("AWS_SESSION_TOKEN") or environment.get("AWS_SECURITY_TOKEN")
    return Credentials(access_key, secret_key, token)


def _of_botocore() -> Credentials:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - loaded only where the environment has none

    try:
        found = _chain()
        # Renews them first where they are about to expire.
        frozen = found.get_frozen_credentials() if found else None
    except (BotoCoreError, RuntimeError) as error:
        raise CredentialsMissingError(type(error).__name__) from error
    if frozen is None or not frozen.access_key or not frozen.secret_key:
        raise CredentialsMissingError("NoCredentials")
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)


@cache
def _chain() -> botocore.credentials.Credentials | None:
    import botocore.session  # noqa: PLC0415 - likewise

    return botocore.session.get_session().get_credentials()
