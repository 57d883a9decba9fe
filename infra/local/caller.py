"""Makes the user who calls the API, with the template's caller policy and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAME = "caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """The key with which a user signs requests."""

    access_key_id: str
    secret_access_key: str


def create_caller(identities: Any, policy: str) -> Caller:  # noqa: ANN401 - boto3's client has no static type
    """Make the user, attach the policy to it, and return its key."""
    identities.create_user(UserName=NAME)
    identities.attach_user_policy(UserName=NAME, PolicyArn=policy)
    key = identities.create_access_key(UserName=NAME)["AccessKey"]
    return Caller(key["AccessKeyId"], key["SecretAccessKey"])
