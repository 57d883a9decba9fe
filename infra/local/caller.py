"""Makes the user who calls the API with the template's own caller policy and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAME = "caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """A user's key, as requests are signed with it."""

    access_key_id: str
    secret_access_key: str


def create_caller(identities: Any, policy: str) -> Caller:  # noqa: ANN401 - boto3's client has no static type
    """Make the user, allow it what the policy says, and return its key."""
    identities.create_user(UserName=NAME)
    identities.attach_user_policy(UserName=NAME, PolicyArn=policy)
    key = identities.create_access_key(UserName=NAME)["AccessKey"]
    return Caller(key["AccessKeyId"], key["SecretAccessKey"])
