"""Finding the API of a deployed stack in CloudFormation's description of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from botocore.session import Session

from adapters.remote.account import Account, aws_client, refusal, translated
from domain.errors import DependencyUnavailable, PlaceUnusable, SweepError

# The key of a profile that names the stack.
CALLED = "sweep_stack"
# CloudFormation's code for a stack that is not there.
_ABSENT = "ValidationError"
_DENIED = {"AccessDenied", "AccessDeniedException"}
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: where its API is, below which the resources are, the region to sign for, and all outputs."""

    name: str
    api: str
    region: str
    outputs: Mapping[str, str]


def find_stack(account: Account, session: Session, name: str, authorities: str | bool) -> Deployed:  # noqa: FBT001 - botocore's own form
    """Return a stack, by one call of DescribeStacks; raises `PlaceUnusable` and `DependencyUnavailable`."""
    # The file of a stack of this machine says what CloudFormation calls it.
    called = session.get_scoped_config().get(CALLED, name)
    endpoint = account.endpoint(session)
    with translated():
        described = _describe(session, called, authorities, endpoint if account.config else None)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}
    status = described["StackStatus"]
    if status.startswith("DELETE"):
        raise PlaceUnusable(f"the stack {name} is being deleted or is gone ({status}); deploy it again")
    if not outputs.keys() >= {"Endpoint", "ApiId", "ApiStage"}:
        raise PlaceUnusable(_without_api(name, status))
    region = str(session.get_config_variable("region"))
    return Deployed(name, _api(outputs, endpoint), region, outputs)


def _describe(session: Session, name: str, authorities: str | bool, endpoint: str | None) -> dict[str, Any]:  # noqa: FBT001 - likewise
    client = aws_client(session, "cloudformation", authorities, endpoint, _ATTEMPTS)
    try:
        stacks: list[dict[str, Any]] = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        raise _refused(name, client.meta.region_name, error.response["Error"]["Code"]) from error
    finally:
        client.close()
    return stacks[0]


def _refused(name: str, region: str, code: str) -> SweepError:
    """Return what an error code of DescribeStacks means, and what to do about it."""
    if code == _ABSENT:
        return PlaceUnusable(
            f"there is no stack {name} in {region}; check --stack, --region and --profile, or deploy it"
        )
    if code in _DENIED:
        return PlaceUnusable(
            f"these credentials may not describe a stack {name} in {region}; check the names, and attach the policy of "
            "the stack's output CallerPolicyArn"
        )
    remedy = refusal(code)
    return PlaceUnusable(remedy) if remedy else DependencyUnavailable(f"CloudFormation in {region} answers {code}")


def _without_api(name: str, status: str) -> str:
    if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        return f"the stack {name} is no serverless-sweep: it has no output Endpoint; name another with --stack"
    return f"the stack {name} is not deployed to the end ({status}); finish the deployment, or repeat it: make deploy"


def _api(outputs: Mapping[str, str], endpoint: str | None) -> str:
    """Return the address of the API: at an endpoint that stands for all of AWS, an API is below the endpoint's own."""
    if endpoint:
        return f"{endpoint.rstrip('/')}/_aws/execute-api/{outputs['ApiId']}/{outputs['ApiStage']}"
    endpoint_of_sweeps = urlsplit(outputs["Endpoint"])
    return endpoint_of_sweeps._replace(path=endpoint_of_sweeps.path.removesuffix("/sweeps")).geturl()
